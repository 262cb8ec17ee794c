"""WhatsApp among the networks: what a manager enters, how fast a number may send, and for how long it may answer."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget, Window
from inbox.connectors.meta.door import APP_SECRET, GRAPH, WEBHOOK_STEPS, graph_of
from inbox.connectors.network import NetworkProfile, Presence, Setting
from inbox.connectors.whatsapp.connector import WhatsAppConnector


def connect(channel: Presence) -> WhatsAppConnector:
    """Return the connector of one phone number."""
    access = channel.access()
    return WhatsAppConnector(
        graph=graph_of(access),
        number=access.get("phone_number_id", ""),
        verify_token=channel.webhook_secret,
        account=access.get("business_account_id", ""),
    )


WHATSAPP = NetworkProfile(
    connect=connect,
    settings=(
        Setting("phone_number_id", _("Phone number ID"), _("Under API Setup: the ID, not the number itself.")),
        Setting(
            "business_account_id",
            _("Business account ID"),
            _("Under API Setup. With it, Onevoice has the account’s templates, and hears when the account is closed."),
            required=False,
        ),
        Setting("token", _("Access token"), _("Of a system user, so that it does not end after a day."), secret=True),
        APP_SECRET,
        GRAPH,
    ),
    # Of one number; Meta raises it for those who need more.
    budget=Budget(80, timedelta(seconds=1)),
    window=Window(timedelta(hours=24)),
    steps=(
        _("On developers.facebook.com, open your app, and in it WhatsApp, API Setup. Note the two IDs."),
        _(
            "In the business settings, make a system user with the permissions whatsapp_business_messaging and "
            "whatsapp_business_management, and give it a token without an end."
        ),
        *WEBHOOK_STEPS,
        _("Subscribe to the field messages; with a number that is used on a phone, too, also to smb_message_echoes."),
    ),
)
