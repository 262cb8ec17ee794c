"""Registers the make-believe network."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SandboxConfig(AppConfig):
    """The make-believe network and the connector that speaks to it."""

    name = "inbox.connectors.sandbox"
    label = "sandbox"
    verbose_name = _("Sandbox")
    default_auto_field = "django.db.models.BigAutoField"
