"""What managers enter for any of Meta's networks, and the steps that all of them begin with."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from inbox.connectors.meta.graph import DEFAULT, Graph
from inbox.connectors.network import Setting

APP_SECRET = Setting(
    "app_secret",
    _("App secret"),
    _("Under App settings, Basic. It tells Meta's webhooks from anybody else's."),
    secret=True,
)
GRAPH = Setting(
    "graph",
    _("Address of the Graph API"),
    _("With its version; change it when Meta ends that one."),
    required=False,
    default=DEFAULT,
)
WEBHOOK_STEPS = (
    _("Under Webhooks, enter %(address)s as the callback URL and %(secret)s as the verify token."),
    _("An app has one such address: give each channel an app of its own."),
)


def graph_of(access: Mapping[str, str]) -> Graph:
    """Return Graph as a channel may use it."""
    address = (access.get("graph") or DEFAULT).rstrip("/")
    return Graph(address, access.get("token", ""), access.get("app_secret", ""))
