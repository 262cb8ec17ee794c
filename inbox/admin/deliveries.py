"""Deliveries in the console: what went out, what did not, and why."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.admin import OrganizationAdmin, OrganizationInline
from accounts.requests import PersonRequest
from inbox.actions.deliveries import RetryNotAllowed, retry_delivery
from inbox.models import Attempt, Delivery
from inbox.queries.noted import said


class AttemptInline(OrganizationInline):
    """Each try, and what came of it."""

    model = Attempt
    read_only = True
    fields = ("number", "started_at", "finished_at", "outcome", "words")


@admin.register(Delivery)
class DeliveryAdmin(OrganizationAdmin):
    """Deliveries; a retry goes through the same action as in the inbox."""

    read_only = True
    list_display = ("created_at", "condition", "ticket_number", "channel", "attempt_count", "words")
    list_select_related = ("ticket", "variant", "channel")
    list_filter = ("state", "channel")
    search_fields = ("=ticket__number", "error")
    search_help_text = _("A ticket's number, or the network's words")
    fields = ("state", "ticket", "message", "channel", "attempt_count", "words", "url", ("created_at", "settled_at"))
    readonly_fields = ("words",)
    inlines = (AttemptInline,)
    actions = ("retry",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return deliveries with what their page touches."""
        rows = super().get_queryset(request).select_related("ticket", "variant", "channel", "message")
        return rows.defer("channel__webhook_secret", "message__text", "message__html")

    def has_retry_permission(self, request: PersonRequest) -> bool:
        """Return whether the person may send replies."""
        return request.user.may("reply.send")

    @admin.action(description=_("Try again"), permissions=["retry"])
    def retry(self, request: PersonRequest, deliveries: QuerySet[Delivery]) -> None:
        """Queue the chosen deliveries once more."""
        done = 0
        for delivery in deliveries:
            try:
                retry_delivery(delivery, by=request.user)
                done += 1
            except RetryNotAllowed as refusal:
                messages.error(request, f"{self.ticket_number(delivery)}: {refusal}")
        text = ngettext("%d reply is queued again.", "%d replies are queued again.", done) % done
        messages.success(request, text)

    @display(
        description=_("State"),
        ordering="state",
        label={
            "waiting": "warning",
            "scheduled": "info",
            "held_back": "warning",
            "queued": "info",
            "sending": "info",
            "held": "warning",
            "uncertain": "warning",
            "failed": "danger",
            "sent": "success",
            "delivered": "success",
            "read": "success",
        },
    )
    def condition(self, delivery: Delivery) -> tuple[str, str]:
        """Return the state with its colour."""
        return delivery.state, delivery.get_state_display()

    @display(description=_("What went wrong"), ordering="error")
    def words(self, delivery: Delivery) -> str:
        """Return the network's words, or ours."""
        return said(delivery.error)

    @display(description=_("Ticket"), ordering="ticket")
    def ticket_number(self, delivery: Delivery) -> str:
        """Return the ticket's number, or that it is a planned post."""
        return _now("Post %d") % delivery.variant.post_id if delivery.variant else f"#{delivery.thread.number}"
