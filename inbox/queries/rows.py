"""A ticket as the list shows it: everything a row's template touches, and nothing that depends on who looks."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from inbox.deadlines import Metric
from inbox.models import Label, Priority, Status
from inbox.models.channels import Network
from inbox.models.tickets import TicketQuerySet
from inbox.queries.moods import Mood, mood_of

# Weeks, days, hours and minutes, in seconds.
_UNITS = (604800, 86400, 3600, 60)
_SHOWN = (
    "pk",
    "number",
    "status",
    "priority",
    "assignee_id",
    "assignee__name",
    "team_id",
    "brand_id",
    "last_message_at",
    "channel__network",
    "contact__name",
    "contact__is_vip",
    "identity__name",
    "identity__username",
    "identity__external_id",
    "subject",
    "preview",
    "awaiting_reply",
    "sentiment",
    "urgency",
    "topic",
    "language",
    "named_status__name",
    "label_names",
    "due_at",
    "due_from",
    "due_metric",
    "due_stage",
    "is_spam",
    "sends_at",
)


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline of a ticket that comes first: of what, until when and since when; the page draws what is left."""

    name: str
    at: datetime
    since: datetime
    # The gravest of any of the ticket's deadlines: 0, 1 soon, 2 over.
    stage: int

    @property
    def order(self) -> int:
        """Return the moment as pages sort by it."""
        return milliseconds(self.at)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One row of the list."""

    pk: int
    number: int
    status: str
    status_name: str
    priority: int
    priority_name: str
    assignee_id: int | None
    assignee_name: str
    team_id: int
    brand_id: int
    last_message_at: datetime
    age: str
    order: int
    network: str
    network_name: str
    name: str
    is_vip: bool
    preview: str
    awaiting_reply: bool
    mood: Mood
    topic: str
    language: str
    labels: tuple[str, ...]
    due: Due | None
    is_spam: bool
    # When the first of its replies goes out that are for later.
    sends_at: datetime | None = None
    # How the organization calls the status; "" where it is plainly that.
    named_status: str = ""
    # The words that were searched for, as HTML; "" shows the preview.
    excerpt: str = ""


def with_row(tickets: TicketQuerySet) -> TicketQuerySet:
    """Load tickets with what stands in a row: one query for them, one for their labels."""
    loaded = tickets.select_related("channel", "contact", "identity", "assignee", "named_status").prefetch_related(
        "labels"
    )
    return loaded.defer("channel__webhook_secret", "assignee__password")


def rows_of(tickets: TicketQuerySet) -> list[TicketRow]:
    """Return the rows of tickets: one query, and of each table only the columns that are shown."""
    labels = Label.objects.filter(tickets=OuterRef("pk")).order_by("name").values("name")
    found = tickets.annotate(label_names=ArraySubquery(labels)).values_list(*_SHOWN, named=True)
    now = timezone.now()
    networks = {network.value: str(network.label) for network in Network}
    priorities = {priority.value: str(priority.label) for priority in Priority}
    statuses = {status.value: str(status.label) for status in Status}
    return [
        TicketRow(
            pk=ticket.pk,
            number=ticket.number,
            status=ticket.status,
            status_name=ticket.named_status__name or statuses[ticket.status],
            priority=ticket.priority,
            priority_name=priorities[ticket.priority],
            assignee_id=ticket.assignee_id,
            assignee_name=ticket.assignee__name or "",
            team_id=ticket.team_id,
            brand_id=ticket.brand_id,
            last_message_at=ticket.last_message_at,
            age=age_of(ticket.last_message_at, now),
            order=milliseconds(ticket.last_message_at),
            network=ticket.channel__network,
            network_name=networks[ticket.channel__network],
            name=first_of(
                ticket.contact__name, ticket.identity__name, ticket.identity__username, ticket.identity__external_id
            ),
            is_vip=ticket.contact__is_vip,
            preview=ticket.subject or ticket.preview,
            # What goes out by itself needs nobody.
            awaiting_reply=ticket.awaiting_reply and ticket.status != "resolved" and ticket.sends_at is None,
            mood=mood_of(ticket.sentiment, ticket.urgency),
            topic=ticket.topic,
            language=ticket.language,
            labels=tuple(ticket.label_names),
            named_status=ticket.named_status__name or "",
            due=due_of(ticket.due_at, ticket.due_from, ticket.due_metric, ticket.due_stage),
            is_spam=ticket.is_spam,
            sends_at=ticket.sends_at,
        )
        for ticket in found
    ]


def due_of(at: datetime | None, since: datetime | None, metric: str, stage: int) -> Due | None:
    """Return the deadline as pages show it, or None."""
    return Due(str(Metric(metric).label), at, since or at, stage) if at else None


def first_of(*names: str | None) -> str:
    """Return the first name that says something."""
    return next((name for name in names if name), "")


def age_of(moment: datetime, now: datetime) -> str:
    """Return how long ago something was, as short as a list needs: "now", "4m", "3h", "2d"."""
    seconds = int((now - moment).total_seconds())
    letters = pgettext("weeks, days, hours, minutes", "w d h m").split()
    steps = zip(_UNITS, letters, strict=True)
    return next((f"{seconds // size}{letter}" for size, letter in steps if seconds >= size), gettext("now"))


def milliseconds(moment: datetime) -> int:
    """Return the moment as pages sort by it."""
    return int(moment.timestamp() * 1000)
