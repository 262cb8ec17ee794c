"""Bluesky among the networks: what a manager enters, and how much one account may post."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.bluesky.connector import BlueskyConnector
from inbox.connectors.bluesky.xrpc import Door
from inbox.connectors.network import NetworkProfile, Presence, Setting

SERVICE = "https://bsky.social"


def connect(channel: Presence) -> BlueskyConnector:
    """Return the connector of one account."""
    entered = channel.access()
    return BlueskyConnector(
        Door(
            service=(entered.get("service") or SERVICE).rstrip("/"),
            identifier=(entered.get("identifier") or channel.handle).strip().removeprefix("@"),
            password=entered.get("password", ""),
            recall=lambda: channel.access().get("session", ""),
            keep=lambda session: channel.keep_access({"session": session}),
        )
    )


BLUESKY = NetworkProfile(
    connect=connect,
    publishes=True,
    # A key that would have been too long is a fingerprint, and names no post.
    root=lambda thread: thread.partition(" ")[0],
    settings=(
        Setting("identifier", _("Handle"), _("As in acme.bsky.social, without the @.")),
        Setting("password", _("App password"), _("Not the account's own password."), secret=True),
        Setting(
            "service",
            _("Server"),
            _("Leave it unless your organization runs a server of its own."),
            required=False,
            default=SERVICE,
        ),
        Setting("session", _("Session"), secret=True, kept=True),
    ),
    # 5,000 points an hour and 35,000 a day for one account; a post costs three.
    budget=Budget(480, timedelta(hours=1)),
    private_replies=False,
    steps=(
        _("Sign in to Bluesky as the brand's account."),
        _("Open Settings → Privacy and security → App passwords and add one. It need not reach direct messages."),
        _("Enter the account's handle and that app password here."),
    ),
)
