"""Registers the brandvoice app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BrandvoiceConfig(AppConfig):
    """Positions, the wording that executives sign, and the rules of a brand's voice."""

    name = "brandvoice"
    verbose_name = _("Voice")
    default_auto_field = "django.db.models.BigAutoField"
