"""What networks pushed to us, in the console: nothing is dropped, and what was not understood is visible."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.admin import OrganizationAdmin
from accounts.requests import PersonRequest
from inbox.intake import replay_payload
from inbox.models import Payload
from inbox.queries.noted import said
from inbox.queries.surveys import without_keys


@admin.register(Payload)
class PayloadAdmin(OrganizationAdmin):
    """Webhook bodies."""

    read_only = True
    list_display = ("pk", "received_at", "channel", "delivery_key", "processed_at", "attempt_count", "words")
    list_select_related = ("channel",)
    list_filter = ("channel", ("processed_at", admin.EmptyFieldListFilter))
    search_fields = ("=delivery_key", "error")
    fields = ("channel", "delivery_key", "received_at", "processed_at", "attempt_count", "words", "text")
    readonly_fields = ("words", "text")
    actions = ("process_again",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return payloads; their bodies only where one is shown."""
        return super().get_queryset(request).select_related("channel").defer("channel__webhook_secret", "body")

    def has_process_again_permission(self, request: PersonRequest) -> bool:
        """Return whether the person looks after channels."""
        return request.user.may("channel.manage")

    @admin.action(description=_("Process again"), permissions=["process_again"])
    def process_again(self, request: PersonRequest, payloads: QuerySet[Payload]) -> None:
        """Read the chosen bodies once more, oldest first; messages that are there already stay as they are."""
        replayed = [replay_payload(payload, by=request.user) for payload in payloads.order_by("pk")]
        read = [payload for payload in replayed if payload.processed_at]
        messages.success(request, ngettext("%d body is read.", "%d bodies are read.", len(read)) % len(read))
        for payload in replayed:
            if not payload.processed_at:
                messages.error(request, f"{payload.pk}: {said(payload.error)}")

    @display(description=_("What went wrong"), ordering="error")
    def words(self, payload: Payload) -> str:
        """Return why it was not read."""
        return said(payload.error)

    @display(description=_("Body"))
    def text(self, payload: Payload) -> str:
        """Return the body as text, at a length that a page can bear."""
        return Truncator(without_keys(bytes(payload.body).decode(errors="replace"))).chars(20_000)
