"""Matrix among the networks: what a manager enters, and how fast an account may speak."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.matrix.connector import MatrixConnector
from inbox.connectors.network import NetworkProfile, Presence, Setting


def connect(channel: Presence) -> MatrixConnector:
    """Return the connector of one account."""
    access = channel.access()
    return MatrixConnector(
        server=access.get("server", "").rstrip("/"),
        token=access.get("token", ""),
        account=access.get("account", ""),
        secret=channel.webhook_secret,
    )


MATRIX = NetworkProfile(
    connect=connect,
    settings=(
        Setting("server", _("Homeserver"), _("Its address, such as https://matrix.example.org.")),
        Setting("account", _("Account"), _("Its full name, such as @care:example.org.")),
        Setting("token", _("Access token"), _("Of that account."), secret=True),
    ),
    # What Synapse allows an account that nobody has given more.
    budget=Budget(10, timedelta(seconds=20)),
    steps=(
        _("Make an account for the brand on your homeserver, or choose one that is there."),
        _(
            "Get an access token for Onevoice alone: sign in once with the account (POST /_matrix/client/v3/login); a "
            "token copied out of somebody's app ends when they sign out there."
        ),
        _("Customers write to the account in rooms without end-to-end encryption. Invitations are accepted."),
        _(
            "To be told by push as well, register an application service on the homeserver with url: %(address)s and "
            "hs_token: %(secret)s, and name the account under its namespaces as a user, with exclusive: false. This is "
            "not needed: without it Onevoice asks and listens."
        ),
    ),
)
