"""How an account allows the app on X's own page, and what X gives for it: a refresh token."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from inbox.connectors.base import AccessDenied, Rejected
from inbox.connectors.network import Presence
from inbox.connectors.x.api import token_for

PAGE = "https://x.com/i/oauth2/authorize"
API = "https://api.x.com"
SCOPES = "tweet.read tweet.write users.read dm.read dm.write media.write offline.access"


def page(channel: Presence, back: str, state: str, verifier: str) -> str:
    """Return X's page on which whoever is signed in there allows the app; raises Rejected."""
    client_id = channel.access().get("client_id", "")
    if not client_id:
        raise Rejected(_("Enter the client ID and its secret first, and save them."))
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": back,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{PAGE}?{urlencode(asked)}"


def take(channel: Presence, back: str, code: str, verifier: str) -> Mapping[str, str]:
    """Return what X gives for the code; raises Rejected or Unavailable."""
    if not code:
        raise Rejected(_("The account has not allowed the app."))
    entered = channel.access()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    address = (entered.get("api") or API).rstrip("/")
    try:
        tokens = token_for(address, entered.get("client_id", ""), entered.get("client_secret", ""), form)
    except AccessDenied as refusal:
        raise Rejected(str(refusal)) from refusal
    return {"refresh_token": tokens.refresh_token}
