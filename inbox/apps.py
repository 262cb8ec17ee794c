"""Registers the inbox app and connects it to what the lower rooms announce."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    """Tickets, messages, deliveries and events."""

    name = "inbox"
    verbose_name = _("Inbox")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the rooms below, which know nothing of us."""
        from inbox import listeners

        listeners.connect()
