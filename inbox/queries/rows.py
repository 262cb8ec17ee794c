"""A ticket as the list shows it: everything a row's template touches, and nothing that depends on who looks."""

from dataclasses import dataclass
from datetime import datetime

from inbox.models import Priority, Ticket
from inbox.models.tickets import TicketQuerySet


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One row of the list."""

    pk: int
    number: int
    status: str
    priority: int
    priority_name: str
    assignee_id: int | None
    assignee_name: str
    team_id: int
    brand_id: int
    last_message_at: datetime
    order: int
    network: str
    network_name: str
    name: str
    preview: str
    awaiting_reply: bool
    labels: tuple[str, ...]


def with_row(tickets: TicketQuerySet) -> TicketQuerySet:
    """Load what a row shows: one query for the tickets, one for their labels."""
    loaded = tickets.select_related("channel", "contact", "identity", "assignee").prefetch_related("labels")
    return loaded.defer("channel__webhook_secret", "assignee__password")


def row_of(ticket: Ticket) -> TicketRow:
    """Return the row of a ticket that was loaded by `with_row`."""
    return TicketRow(
        pk=ticket.pk,
        number=ticket.number,
        status=ticket.status,
        priority=ticket.priority,
        priority_name=str(Priority(ticket.priority).label),
        assignee_id=ticket.assignee_id,
        assignee_name=ticket.assignee.name if ticket.assignee else "",
        team_id=ticket.team_id,
        brand_id=ticket.brand_id,
        last_message_at=ticket.last_message_at,
        order=milliseconds(ticket.last_message_at),
        network=ticket.channel.network,
        network_name=ticket.channel.get_network_display(),
        name=ticket.contact.name or ticket.identity.shown_name,
        preview=ticket.subject or ticket.preview,
        awaiting_reply=ticket.awaiting_reply and ticket.status != "resolved",
        labels=tuple(sorted(label.name for label in ticket.labels.all())),
    )


def milliseconds(moment: datetime) -> int:
    """Return the moment as pages sort by it."""
    return int(moment.timestamp() * 1000)
