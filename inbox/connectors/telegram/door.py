"""Telegram among the networks: what a manager enters, and how fast a bot may send."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.network import NetworkProfile, Presence, Setting
from inbox.connectors.telegram.connector import TelegramConnector

API = "https://api.telegram.org"


def connect(channel: Presence) -> TelegramConnector:
    """Return the connector of one bot."""
    access = channel.access()
    return TelegramConnector(
        api=(access.get("api") or API).rstrip("/"),
        token=access.get("token", ""),
        secret=channel.webhook_secret,
        hook=settings.SITE_URL + reverse("webhooks:receive", args=[channel.pk]),
    )


TELEGRAM = NetworkProfile(
    connect=connect,
    settings=(
        Setting("token", _("Bot token"), _("BotFather gives it when the bot is made."), secret=True),
        Setting(
            "api", _("Address of the Bot API"), _("For a Bot API server of your own."), required=False, default=API
        ),
    ),
    # In all; to one person about one a second.
    budget=Budget(30, timedelta(seconds=1)),
    steps=(
        _("In Telegram, write /newbot to @BotFather and note the token."),
        _("Enter it here. Onevoice tells Telegram itself to push to %(address)s, which must be reachable by HTTPS."),
    ),
)
