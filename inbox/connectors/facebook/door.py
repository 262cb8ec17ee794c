"""Facebook among the networks: what a manager enters, how fast a Page may send, and for how long it may answer."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget, Window
from inbox.connectors.facebook.connector import FacebookConnector
from inbox.connectors.meta.door import APP_SECRET, GRAPH, WEBHOOK_STEPS, graph_of
from inbox.connectors.network import NetworkProfile, Presence, Setting


def connect(channel: Presence) -> FacebookConnector:
    """Return the connector of one Page."""
    access = channel.access()
    return FacebookConnector(graph_of(access), access.get("page_id", ""), channel.webhook_secret)


FACEBOOK = NetworkProfile(
    connect=connect,
    settings=(
        Setting("page_id", _("Page ID"), _("Under the Page's About, Page transparency.")),
        Setting("token", _("Page access token"), _("The Page's own, made from a long-lived one."), secret=True),
        APP_SECRET,
        GRAPH,
    ),
    publishes=True,
    budget=Budget(300, timedelta(seconds=1)),
    # After a day only what a person writes, with the permission Human Agent; after a week nothing.
    window=Window(timedelta(hours=24), timedelta(days=7)),
    steps=(
        _(
            "On developers.facebook.com, open your app and add Messenger. It needs the permissions pages_messaging, "
            "pages_manage_metadata, pages_read_engagement, pages_read_user_content and pages_manage_engagement, "
            "pages_manage_posts for planned posts, and Human Agent, to answer after a day."
        ),
        *WEBHOOK_STEPS,
        _(
            "Subscribe the Page to messages, message_echoes, message_edits, messaging_postbacks, message_deliveries, "
            "message_reads and feed."
        ),
    ),
)
