"""X among the networks: what a manager enters, what X charges, how fast an account may post."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.core.validators import RegexValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.connectors.base import Budget
from inbox.connectors.network import BUDGET, Consent, NetworkProfile, Presence, Setting
from inbox.connectors.x.api import Api
from inbox.connectors.x.asking import AskingXConnector
from inbox.connectors.x.connector import XConnector
from inbox.connectors.x.consent import API, page, take
from inbox.connectors.x.meter import PRICES, Meter
from inbox.connectors.x.pushing import Pushing
from inbox.connectors.x.signatures import Secrets


def connect(channel: Presence) -> XConnector:
    """Return the connector of one account; one that asks for mentions where X is not to push."""
    entered = channel.access()
    api = Api(
        address=(entered.get("api") or API).rstrip("/"),
        client_id=entered.get("client_id", ""),
        client_secret=entered.get("client_secret", ""),
        refresh_token=entered.get("refresh_token", ""),
        recall=channel.access,
        keep=channel.keep_access,
        renewing=channel.renewing,
    )
    kind = AskingXConnector if entered.get("ask") else XConnector
    return kind(
        api,
        Secrets(entered.get("client_secret", ""), entered.get("key_secret", "")),
        Meter(_dollars(entered.get(BUDGET, "")), channel.count_use, channel.used),
        Pushing(
            # Whoever asks X is not pushed to.
            "" if entered.get("ask") else entered.get("app_token", ""),
            settings.SITE_URL + reverse("webhooks:receive", args=[channel.pk]),
            own=bool(entered.get("own_posts")),
        ),
        hold_replies=bool(entered.get("hold_replies")),
    )


def _dollars(entered: str) -> Decimal | None:
    try:
        return Decimal(entered) if entered else None
    except InvalidOperation:
        return None


X = NetworkProfile(
    connect=connect,
    settings=(
        Setting("client_id", _("Client ID"), _("Of the app, under Keys and tokens, OAuth 2.0.")),
        Setting("client_secret", _("Client secret"), _("Next to it. X also signs with it."), secret=True),
        Setting(
            "refresh_token",
            _("Refresh token"),
            _("X gives it when the account allows the app, by the button below. Or enter one; it works once."),
            secret=True,
            required=False,
        ),
        Setting(
            "app_token",
            _("Bearer token"),
            _("Of the app. With it Onevoice registers its address with X and subscribes the account by itself."),
            secret=True,
            required=False,
        ),
        Setting(
            "own_posts",
            _("Show what is typed on X itself"),
            _("X then pushes, and charges for, each post of the account."),
            required=False,
            flag=True,
        ),
        Setting(
            "key_secret",
            _("API key secret"),
            _("Only where X refuses the webhook address: older apps sign with this instead."),
            secret=True,
            required=False,
        ),
        Setting(
            BUDGET,
            _("Budget for a month"),
            _("In US dollars. When it is spent, Onevoice asks X for nothing more and says so. Empty: no limit."),
            required=False,
            validators=(RegexValidator(r"^\d{1,6}(\.\d{1,2})?$", _("Enter an amount such as 50 or 49.90.")),),
        ),
        Setting(
            "hold_replies",
            _("Hold replies, too, when the budget is spent"),
            _("Otherwise they still go, since a customer waits for them."),
            required=False,
            flag=True,
        ),
        Setting(
            "ask",
            _("Ask X for mentions every minute"),
            _("Only where X can't push to this address: what is asked for and pushed is charged and counted twice."),
            required=False,
            flag=True,
        ),
        Setting("api", _("Server"), _("Leave it as it is."), required=False, default=API),
        Setting("session", _("Session"), secret=True, kept=True),
    ),
    prices=PRICES,
    prices_from=_("Prices as X had them in its documentation on 22 August 2026; its developer console shows today's."),
    publishes=True,
    # Of posts by one account; of direct messages it takes fifteen, which wait for themselves.
    budget=Budget(100, timedelta(minutes=15)),
    steps=(
        _(
            "On console.x.com, make an app with OAuth 2.0 as a confidential client. Note the client ID, its secret and "
            "the bearer token."
        ),
        _("Let it read and write, direct messages included, and enter %(back)s as its callback URI."),
        _(
            "Enter all of it below and save. Then, signed in to X as the brand's account, let X allow it. Onevoice "
            "tells X itself to push to %(address)s, which must be reachable by HTTPS, without a port."
        ),
    ),
    consent=Consent(page, take),
)
