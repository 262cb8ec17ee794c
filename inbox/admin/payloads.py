"""What networks pushed to us, in the console: nothing is dropped, and what was not understood is visible."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin import OrganizationAdmin
from accounts.requests import PersonRequest
from inbox.models import Payload


@admin.register(Payload)
class PayloadAdmin(OrganizationAdmin):
    """Webhook bodies."""

    read_only = True
    list_display = ("received_at", "channel", "delivery_key", "processed_at", "attempt_count", "error")
    list_select_related = ("channel",)
    list_filter = ("channel", ("processed_at", admin.EmptyFieldListFilter))
    search_fields = ("=delivery_key", "error")
    fields = ("channel", "delivery_key", "received_at", "processed_at", "attempt_count", "error", "text")
    readonly_fields = ("text",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return payloads; their bodies only where one is shown."""
        return super().get_queryset(request).select_related("channel").defer("channel__webhook_secret", "body")

    @display(description=_("Body"))
    def text(self, payload: Payload) -> str:
        """Return the body as text, at a length that a page can bear."""
        return Truncator(bytes(payload.body).decode(errors="replace")).chars(20_000)
