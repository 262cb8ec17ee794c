"""Text messages among the networks: what a manager enters, and how fast a number may send."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inbox.connectors.base import Budget
from inbox.connectors.network import NetworkProfile, Presence, Setting
from inbox.connectors.sms.connector import SmsConnector

API = "https://api.twilio.com"


def connect(channel: Presence) -> SmsConnector:
    """Return the connector of one number."""
    access = channel.access()
    return SmsConnector(
        api=(access.get("api") or API).rstrip("/"),
        account=access.get("account_sid", ""),
        auth_token=access.get("auth_token", ""),
        number=access.get("number", ""),
        hook=settings.SITE_URL + reverse("webhooks:receive", args=[channel.pk]),
    )


SMS = NetworkProfile(
    connect=connect,
    settings=(
        Setting("account_sid", _("Account SID"), _("On the first page of Twilio's console; it begins with AC.")),
        Setting("auth_token", _("Auth token"), _("Below it. It also signs what Twilio sends to us."), secret=True),
        Setting(
            "number",
            pgettext_lazy("of a phone", "Number"),
            _("Such as +4930123456, or the SID of a messaging service, which begins with MG."),
        ),
        Setting("api", _("Address of Twilio's API"), _("Of another region."), required=False, default=API),
    ),
    # Twilio keeps what is more than the carrier takes; this is what its API takes from one account.
    budget=Budget(30, timedelta(seconds=1)),
    steps=(
        _("Enter the account's SID and token and the number here."),
        _(
            "In Twilio's console, open the number, and under “A message comes in” enter the webhook %(address)s with "
            "HTTP POST. With a messaging service, enter it under Integration instead."
        ),
    ),
)
