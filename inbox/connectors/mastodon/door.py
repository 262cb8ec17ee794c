"""Mastodon among the networks: what a manager enters, and how much one account may post."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.mastodon.connector import MastodonConnector
from inbox.connectors.mastodon.server import Server
from inbox.connectors.network import NetworkProfile, Presence, Setting


def connect(channel: Presence) -> MastodonConnector:
    """Return the connector of one account."""
    entered = channel.access()
    server = entered.get("server", "").strip().rstrip("/")
    if server and "://" not in server:
        server = f"https://{server}"
    return MastodonConnector(Server(server, entered.get("token", "").strip()))


MASTODON = NetworkProfile(
    connect=connect,
    publishes=True,
    root=lambda thread: thread.partition(" ")[0],
    settings=(
        Setting("server", _("Server"), _("Where the account lives, as in mastodon.social.")),
        Setting("token", _("Access token"), _("Of the application that you made for Onevoice."), secret=True),
    ),
    # A server takes 300 statuses of one account within three hours.
    budget=Budget(300, timedelta(hours=3)),
    steps=(
        _("Sign in to the brand's server with the brand's account."),
        _(
            "Open Preferences → Development → New application. It needs the scopes read, write:statuses and "
            "write:media."
        ),
        _("Open the application that you made, copy “Your access token”, and enter it here."),
    ),
)
