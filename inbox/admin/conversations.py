"""Tickets and messages in the console: to look at; the inbox is where they are worked on."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.admin import OrganizationAdmin
from accounts.requests import PersonRequest
from inbox.models import Message, Ticket

SECRETS = ("channel__webhook_secret",)


@admin.register(Ticket)
class TicketAdmin(OrganizationAdmin):
    """Tickets."""

    read_only = True
    list_display = ("number", "excerpt", "state", "priority", "channel_name", "team", "assigned_to", "last_message_at")
    list_display_links = ("number", "excerpt")
    list_select_related = ("channel", "team", "assignee")
    list_filter = ("status", "priority", "brand", "channel", "team", "assignee", "labels", "product")
    search_fields = ("=number", "preview", "contact__name")
    search_help_text = _("A ticket's number, its first words, or the customer's name")
    fields = (
        "open_in_inbox",
        ("status", "priority"),
        ("channel", "brand"),
        ("team", "assignee"),
        ("contact", "identity"),
        "product",
        "preview",
        "labels",
        ("created_at", "last_message_at"),
        ("first_replied_at", "resolved_at"),
        "snoozed_until",
    )
    readonly_fields = ("open_in_inbox",)

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return tickets without secrets."""
        return super().get_queryset(request).defer(*SECRETS, "assignee__password")

    @display(
        description=_("Status"),
        ordering="status",
        label={"open": "info", "snoozed": "warning", "resolved": "success"},
    )
    def state(self, ticket: Ticket) -> tuple[str, str]:
        """Return the status with its colour."""
        return ticket.status, ticket.get_status_display()

    @display(description=_("Text"))
    def excerpt(self, ticket: Ticket) -> str:
        """Return the first words of the newest message."""
        return Truncator(ticket.preview).chars(60)

    @display(description=_("Channel"), ordering="channel")
    def channel_name(self, ticket: Ticket) -> str:
        """Return the channel's name."""
        return ticket.channel.name

    @display(description=_("Assigned to"), ordering="assignee")
    def assigned_to(self, ticket: Ticket) -> str:
        """Return who deals with it."""
        return ticket.assignee.name if ticket.assignee else "–"

    @display(description=_("Conversation"))
    def open_in_inbox(self, ticket: Ticket) -> SafeString:
        """Return the link to where the ticket is worked on."""
        address = reverse("inbox:page", args=["open", ticket.number])
        return format_html('<a href="{}">{}</a>', address, _("Open in the inbox"))


@admin.register(Message)
class MessageAdmin(OrganizationAdmin):
    """Messages: what was said stays said."""

    read_only = True
    list_display = (
        "sent_at",
        "direction",
        "author",
        "excerpt",
        "ticket_number",
        "channel_name",
        "visibility",
        "language",
    )
    list_display_links = ("sent_at", "excerpt")
    list_select_related = ("ticket", "channel", "user", "identity")
    list_filter = ("direction", "visibility", "channel", "purpose")
    search_fields = ("text",)
    fields = (
        "ticket",
        ("channel", "direction"),
        ("visibility", "purpose"),
        ("identity", "user"),
        "text",
        "language",
        ("external_id", "in_reply_to"),
        ("sent_at", "created_at"),
    )

    def get_queryset(self, request: PersonRequest) -> QuerySet[Model]:
        """Return messages without secrets."""
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return rows.defer(*SECRETS, "user__password", "html")

    @display(description=_("From"))
    def author(self, message: Message) -> str:
        """Return who said it."""
        if message.identity:
            return message.identity.shown_name
        return message.user.name if message.user else "–"

    @display(description=_("Text"))
    def excerpt(self, message: Message) -> str:
        """Return the first words."""
        return Truncator(message.text).chars(90)

    @display(description=_("Channel"), ordering="channel")
    def channel_name(self, message: Message) -> str:
        """Return the channel's name."""
        return message.channel.name

    @display(description=_("Ticket"), ordering="ticket")
    def ticket_number(self, message: Message) -> str:
        """Return the ticket's number."""
        return f"#{message.ticket.number}"
