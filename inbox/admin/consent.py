"""Lets an account's owner allow us in on the network's own page, and takes what they come back with (OAuth 2, PKCE)."""

import hmac
import secrets
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.requests import PersonRequest
from inbox.connectors.network import Consent
from inbox.models import Channel

WAITING = "consent"


def address_for(channel: Channel) -> str:
    """Return where the network sends the owner back to, as it must be told beforehand."""
    return settings.SITE_URL + reverse("admin:inbox_channel_allowed", args=[channel.pk])


def begin(request: PersonRequest, channel: Channel, consent: Consent) -> str:
    """Return the network's page on which to allow us in; who comes back is known by what the session keeps."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    request.session[WAITING] = {"channel": channel.pk, "state": state, "verifier": verifier}
    return consent.page(channel, address_for(channel), state, verifier)


def finish(request: PersonRequest, channel: Channel, consent: Consent) -> Mapping[str, str]:
    """Return the settings that the network gives for its code; raises PermissionDenied, Rejected or Unavailable.

    Nobody is made to connect an account that somebody else has allowed: the state must be this session's own.
    """
    waiting = request.session.pop(WAITING, {})
    given = request.GET.get("state", "")
    ours = waiting.get("channel") == channel.pk and hmac.compare_digest(given.encode(), waiting["state"].encode())
    if not ours:
        raise PermissionDenied
    return consent.take(channel, address_for(channel), request.GET.get("code", ""), waiting["verifier"])
