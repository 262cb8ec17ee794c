"""Registers the website chat."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebchatConfig(AppConfig):
    """The chat on websites and the connector that answers in it."""

    name = "inbox.connectors.webchat"
    label = "webchat"
    verbose_name = _("Website chat")
    default_auto_field = "django.db.models.BigAutoField"
