"""Encrypts what must be read again: keys derived from SECRET_KEY, older ones still read."""

import base64
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

# The purpose of second factors.
MFA = "mfa"


def cipher(purpose: str) -> MultiFernet:
    """Return the cipher for one purpose, so that a token of one is no token of another."""
    return MultiFernet(_keys(purpose))


def renew(purpose: str, token: str) -> str:
    """Return the token under the newest key, the same where it is already; raises InvalidToken if no key reads it."""
    keys = _keys(purpose)
    try:
        keys[0].decrypt(token)
    except InvalidToken:
        return MultiFernet(keys).rotate(token).decode()
    return token


def _keys(purpose: str) -> list[Fernet]:
    """Return the keys for one purpose, the newest first."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (sha256(f"onevoice.{purpose}:".encode() + force_bytes(key)).digest() for key in keys)
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]
