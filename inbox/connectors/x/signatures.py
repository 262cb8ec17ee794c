"""How X proves that it is X, and we that an address is ours; with one secret of the app or the other."""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from inbox.connectors.base import BadSignature, WebhookRequest

# Signed with the OAuth 2 client secret, and, by apps that are older, with the API key's secret.
BY_CLIENT_SECRET = "x-twitter-webhooks-signature-oauth2"  # noqa: S105 - the name of a header
BY_KEY_SECRET = "x-twitter-webhooks-signature"  # noqa: S105 - the name of a header
# X's tokens look so, and no webhook body does: else whoever asks would be given the signature of what they make up.
_TOKEN = re.compile(r"[A-Za-z0-9_+/=.:~-]{1,255}")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What X and the app share; an app that signs with its API key has that one entered, too."""

    client_secret: str = ""
    key_secret: str = ""

    def verify(self, request: WebhookRequest) -> None:
        """Check the signature of the raw bytes; raises BadSignature."""
        pairs = ((BY_CLIENT_SECRET, self.client_secret), (BY_KEY_SECRET, self.key_secret or self.client_secret))
        given = [(request.headers.get(header, ""), secret) for header, secret in pairs]
        # Without a secret of our own, anybody could sign.
        if not any(secret and hmac.compare_digest(said.encode(), sign(request.body, secret)) for said, secret in given):
            raise BadSignature

    def answer(self, query: Mapping[str, str]) -> str:
        """Return the answer to X's challenge; raises BadSignature where there is none, or nothing to answer with."""
        token, secret = query.get("crc_token", ""), self.key_secret or self.client_secret
        if not _TOKEN.fullmatch(token) or not secret:
            raise BadSignature
        return msgspec.json.encode({"response_token": sign(token.encode(), secret).decode()}).decode()


def sign(body: bytes, secret: str) -> bytes:
    """Return what X writes into the header of a body."""
    return b"sha256=" + b64encode(hmac.new(secret.encode(), body, sha256).digest())
