"""Which connector speaks for a channel: one literal, read top to bottom."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from inbox.connectors.base import Connector
from inbox.connectors.bluesky.door import BLUESKY
from inbox.connectors.email.door import EMAIL
from inbox.connectors.facebook.door import FACEBOOK
from inbox.connectors.instagram.door import INSTAGRAM
from inbox.connectors.line.door import LINE
from inbox.connectors.mastodon.door import MASTODON
from inbox.connectors.matrix.door import MATRIX
from inbox.connectors.network import NetworkProfile, Presence
from inbox.connectors.sandbox.door import SANDBOX
from inbox.connectors.sms.door import SMS
from inbox.connectors.telegram.door import TELEGRAM
from inbox.connectors.webchat.door import WEBCHAT
from inbox.connectors.whatsapp.door import WHATSAPP
from inbox.connectors.x.door import X

NETWORKS: dict[str, NetworkProfile] = {
    "bluesky": BLUESKY,
    "email": EMAIL,
    "facebook": FACEBOOK,
    "instagram": INSTAGRAM,
    "line": LINE,
    "mastodon": MASTODON,
    "matrix": MATRIX,
    "sandbox": SANDBOX,
    "sms": SMS,
    "telegram": TELEGRAM,
    "webchat": WEBCHAT,
    "whatsapp": WHATSAPP,
    "x": X,
}


class NoConnector(Exception):
    """Onevoice has no connector of its own for this network; an external one may serve the channel."""


def network_of(channel: Presence) -> NetworkProfile:
    """Return what is known of the channel's network; raises NoConnector."""
    try:
        return NETWORKS[channel.network]
    except KeyError:
        message = _("Onevoice has no connector for %s; the channel needs an external one.") % channel.network
        raise NoConnector(message) from None


def connector_for(channel: Presence) -> Connector:
    """Return the connector that speaks for the channel; raises NoConnector."""
    return network_of(channel).connect(channel)


def connect(channel: Presence) -> None:
    """Make a channel known to its network where that takes no person; call it again when the channel changes.

    Raises what the network raises: for the sandbox HandleTaken and NoSecret.
    """
    known = NETWORKS.get(channel.network)
    if known and known.open_account:
        known.open_account(channel)


def window_of(network: str, visibility: str, heard_at: datetime | None) -> tuple[datetime, datetime] | None:
    """Return until when a customer heard then can be answered freely, and at all; None where there is no limit."""
    final = window_length(network, visibility)
    if final is None or heard_at is None:
        return None
    window = NETWORKS[network].window
    return heard_at + (window.free if window else final), heard_at + final


def window_length(network: str, visibility: str) -> timedelta | None:
    """Return for how long after a customer's message the network takes a reply at all; None where there is no limit."""
    known = NETWORKS.get(network)
    window = known.window if known else None
    if window is None or visibility not in window.visibilities:
        return None
    return window.final or window.free


def window_ends(network: str, visibility: str, heard_at: datetime | None) -> datetime | None:
    """Return until when the network takes a reply at all; None where there is no limit."""
    window = window_of(network, visibility, heard_at)
    return window[1] if window else None


def root_of(network: str, thread_key: str) -> str:
    """Return the network's id of the post at the top of a thread; "" where nobody can tell."""
    known = NETWORKS.get(network)
    return known.root(thread_key) if known and known.root else ""


def answers_privately(network: str, asked: str, *, external: bool) -> bool:
    """Return whether somebody who wrote with the visibility of `asked` can be answered directly.

    Of networks that a program serves, that program knows.
    """
    known = NETWORKS.get(network)
    return external or asked == "direct" or known is None or known.private_replies


def forget(channel: Presence, account: str) -> int:
    """Erase what a network of ours keeps of a customer's account; return how much, nothing for other networks."""
    known = NETWORKS.get(channel.network)
    return known.forget(channel, account) if known and known.forget else 0
