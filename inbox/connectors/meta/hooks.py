"""How Meta proves that it is Meta, and we that an address is ours: the same for WhatsApp, Messenger and Instagram."""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from inbox.connectors.base import BadSignature, WebhookRequest

SIGNATURE = "X-Hub-Signature-256"


def sign(body: bytes, app_secret: str) -> str:
    """Return what Meta writes into the header of a body."""
    return "sha256=" + hmac.new(app_secret.encode(), body, sha256).hexdigest()


def verify(request: WebhookRequest, app_secret: str) -> str:
    """Check the signature of the raw bytes and return a key for this delivery; raises BadSignature.

    Meta names no delivery; it repeats one with the same bytes, so these are its key.
    """
    given = request.headers.get(SIGNATURE.lower(), "")
    # Without a secret of our own, anybody could sign.
    if not app_secret or not hmac.compare_digest(given.encode(), sign(request.body, app_secret).encode()):
        raise BadSignature
    return sha256(request.body).hexdigest()


def shake_hands(query: Mapping[str, str], verify_token: str) -> str:
    """Return the challenge to whoever knows the token that a manager gave to Meta; raises BadSignature."""
    given = query.get("hub.verify_token", "")
    asked = query.get("hub.mode") == "subscribe" and bool(verify_token)
    if not asked or not hmac.compare_digest(given.encode(), verify_token.encode()):
        raise BadSignature
    return query.get("hub.challenge", "")
