"""LINE among the networks: what a manager enters, and how fast an account may send."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.line.connector import LineConnector
from inbox.connectors.network import NetworkProfile, Presence, Setting

API, FILES = "https://api.line.me", "https://api-data.line.me"


def connect(channel: Presence) -> LineConnector:
    """Return the connector of one account."""
    access = channel.access()
    return LineConnector(
        api=(access.get("api") or API).rstrip("/"),
        files=(access.get("files") or FILES).rstrip("/"),
        token=access.get("token", ""),
        channel_secret=access.get("channel_secret", ""),
        hook=settings.SITE_URL + reverse("webhooks:receive", args=[channel.pk]),
    )


LINE = NetworkProfile(
    connect=connect,
    settings=(
        Setting(
            "channel_secret", _("Channel secret"), _("In the LINE Developers Console, Basic settings."), secret=True
        ),
        Setting("token", _("Channel access token"), _("The long-lived one, under Messaging API."), secret=True),
        Setting("api", _("Address of the Messaging API"), required=False, default=API),
        Setting("files", _("Address of its files"), required=False, default=FILES),
    ),
    budget=Budget(2000, timedelta(seconds=1)),
    steps=(
        _("In the LINE Developers Console, open the Messaging API channel of the official account."),
        _("Note the channel secret, and issue a long-lived channel access token. Enter both here."),
        _("Onevoice enters %(address)s as the webhook URL itself. Switch “Use webhook” on and auto-replies off."),
    ),
)
