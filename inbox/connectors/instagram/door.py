"""Instagram among the networks: what a manager enters, how fast an account may send, for how long it may answer."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget, Window
from inbox.connectors.instagram.connector import InstagramConnector
from inbox.connectors.meta.door import APP_SECRET, GRAPH, WEBHOOK_STEPS, graph_of
from inbox.connectors.network import NetworkProfile, Presence, Setting


def connect(channel: Presence) -> InstagramConnector:
    """Return the connector of one account."""
    access = channel.access()
    return InstagramConnector(
        graph=graph_of(access),
        account=access.get("account_id", ""),
        verify_token=channel.webhook_secret,
        renewed_at=access.get("renewed_at", ""),
        keep=channel.keep_access,
    )


INSTAGRAM = NetworkProfile(
    connect=connect,
    settings=(
        Setting("account_id", _("Instagram account ID"), _("The number of the professional account.")),
        Setting("token", _("Access token"), _("Of the Page that the account belongs to, or of its own."), secret=True),
        APP_SECRET,
        GRAPH,
        Setting("renewed_at", "", required=False, kept=True),
    ),
    budget=Budget(300, timedelta(seconds=1)),
    # After a day only what a person writes, with the permission Human Agent; after a week nothing.
    window=Window(timedelta(hours=24), timedelta(days=7)),
    steps=(
        _(
            "The account must be a professional one; in its app, under Messages, allow access to messages. Comments "
            "on media of private accounts are not told."
        ),
        _(
            "On developers.facebook.com, open your app and add Instagram, with the permissions to manage messages and "
            "comments, and Human Agent, to answer after a day. With Instagram's own login, the address of the Graph "
            "API is https://graph.instagram.com/v23.0."
        ),
        *WEBHOOK_STEPS,
        _("Subscribe to messages, messaging_seen, messaging_postbacks, message_edit, comments and live_comments."),
    ),
)
