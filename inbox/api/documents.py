"""What the REST API answers: the documents, and how each is made from a row."""

from datetime import datetime
from uuid import UUID

import msgspec

from brandvoice.guard import Finding, Outcome
from brandvoice.queries.suggest import State, Suggestions
from inbox.api.shapes import PriorityName
from inbox.models import Channel, Delivery, DeliveryState, Direction, Message, Priority, Status, Ticket, Visibility

PRIORITIES: dict[PriorityName, Priority] = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
_PRIORITY_NAMES = {value: name for name, value in PRIORITIES.items()}


class ChannelDocument(msgspec.Struct, frozen=True):
    """A channel; with `external` false Onevoice posts its replies itself, and its outbox stays empty."""

    id: int
    name: str
    network: str
    handle: str
    brand: str
    external: bool

    @classmethod
    def of(cls, row: Channel) -> "ChannelDocument":
        """Return the document of a row."""
        return cls(row.pk, row.name, row.network, row.handle, row.brand.name, row.external)


class ChannelList(msgspec.Struct, frozen=True):
    """All channels of a key."""

    channels: list[ChannelDocument]


class Person(msgspec.Struct, frozen=True):
    """A colleague."""

    name: str
    email: str


class Customer(msgspec.Struct, frozen=True):
    """A customer, as the network knows them."""

    external_id: str
    username: str
    name: str


class TicketDocument(msgspec.Struct, frozen=True):
    """A ticket, without what was said in it."""

    number: int
    channel: int
    brand: str
    thread_key: str
    subject: str
    preview: str
    status: Status
    priority: PriorityName
    visibility: Visibility
    language: str
    awaiting_reply: bool
    customer: Customer
    assignee: Person | None
    labels: list[str]
    created_at: datetime
    last_message_at: datetime
    snoozed_until: datetime | None
    resolved_at: datetime | None

    @classmethod
    def of(cls, row: Ticket) -> "TicketDocument":
        """Return the document of a row loaded with everything."""
        return cls(
            number=row.number,
            channel=row.channel_id,
            brand=row.brand.name,
            thread_key=row.thread_key,
            subject=row.subject,
            preview=row.preview,
            status=Status(row.status),
            priority=_PRIORITY_NAMES[Priority(row.priority)],
            visibility=Visibility(row.visibility),
            language=row.language,
            awaiting_reply=row.awaiting_reply,
            customer=Customer(row.identity.external_id, row.identity.username, row.contact.name),
            assignee=Person(row.assignee.name, row.assignee.email) if row.assignee else None,
            labels=sorted(label.name for label in row.labels.all()),
            created_at=row.created_at,
            last_message_at=row.last_message_at,
            snoozed_until=row.snoozed_until,
            resolved_at=row.resolved_at,
        )


class TicketList(msgspec.Struct, frozen=True):
    """A page of tickets, newest message first; `next` is the cursor of the page after, empty on the last."""

    tickets: list[TicketDocument]
    next: str


class File(msgspec.Struct, frozen=True):
    """A file that came with a message."""

    url: str
    type: str
    name: str


class DeliveryDocument(msgspec.Struct, frozen=True):
    """How far a reply has come."""

    id: int
    state: DeliveryState
    attempts: int
    url: str
    reason: str

    @classmethod
    def of(cls, row: Delivery) -> "DeliveryDocument":
        """Return the document of a row."""
        return cls(row.pk, DeliveryState(row.state), row.attempt_count, row.url, row.error)


class MessageDocument(msgspec.Struct, frozen=True):
    """One thing said: by the customer, by us, or a note among ourselves."""

    id: int
    direction: Direction
    visibility: Visibility
    author: str
    text: str
    html: str
    language: str
    purpose: str
    external_id: str | None
    in_reply_to: str
    sent_at: datetime
    attachments: list[File]
    delivery: DeliveryDocument | None

    @classmethod
    def of(cls, row: Message) -> "MessageDocument":
        """Return the document of a row loaded with everything."""
        return cls(
            id=row.pk,
            direction=Direction(row.direction),
            visibility=Visibility(row.visibility),
            author=_author(row),
            text=row.text,
            html=row.html,
            language=row.language,
            purpose=row.purpose,
            external_id=row.external_id,
            in_reply_to=row.in_reply_to,
            sent_at=row.sent_at,
            attachments=[File(file.url, file.content_type, file.name) for file in row.attachments.all()],
            delivery=_delivery(row),
        )


class Conversation(msgspec.Struct, frozen=True):
    """A ticket and a page of what was said, oldest first.

    `seen` is the id of the message stored last: a reply that names it says that its writer knows everything.
    """

    ticket: TicketDocument
    seen: int
    messages: list[MessageDocument]
    next: str


class Leased(msgspec.Struct, frozen=True):
    """A reply to post. `key` is the same at every attempt: give it to the network where it knows repeats by a key."""

    id: int
    key: UUID
    ticket: int
    thread_key: str
    in_reply_to: str
    text: str
    visibility: Visibility
    attempts: int
    created_at: datetime
    lease_until: datetime

    @classmethod
    def of(cls, row: Delivery) -> "Leased":
        """Return the document of a row that was leased just now."""
        return cls(
            id=row.pk,
            key=row.idempotency_key,
            ticket=row.ticket.number,
            thread_key=row.ticket.thread_key,
            in_reply_to=row.message.in_reply_to,
            text=row.message.text,
            visibility=Visibility(row.message.visibility),
            attempts=row.attempt_count,
            created_at=row.created_at,
            lease_until=row.due_at,
        )


class Outbox(msgspec.Struct, frozen=True):
    """Replies to post now, oldest first; never two of one ticket at a time."""

    deliveries: list[Leased]


class Queued(msgspec.Struct, frozen=True):
    """A reply that was stored and will be posted."""

    message: int
    delivery: DeliveryDocument


class GuardFinding(msgspec.Struct, frozen=True):
    """Why the guard stops a text, about its characters `start` to `end`."""

    rule: str
    outcome: Outcome
    start: int
    end: int
    reason: str

    @classmethod
    def of(cls, finding: Finding) -> "GuardFinding":
        """Return the document of a finding."""
        return cls(finding.rule, finding.outcome, finding.start, finding.end, finding.reason)


class SuggestionDocument(msgspec.Struct, frozen=True):
    """A signed wording, who stands behind it, and how likely it answers."""

    position: int
    version: int
    wording: int
    question: str
    text: str
    language: str
    edit_level: str
    probability: float
    signed_by: str
    signed_at: datetime
    valid_until: datetime | None


class SuggestionList(msgspec.Struct, frozen=True):
    """Signed wordings, best first. `state` is `one` (use it), `choose` (a person should) or `none` (nothing fits)."""

    state: State
    suggestions: list[SuggestionDocument]

    @classmethod
    def of(cls, found: Suggestions) -> "SuggestionList":
        """Return the document of what was found."""
        items = [
            SuggestionDocument(
                item.position_id,
                item.version_id,
                item.wording_id,
                item.question,
                item.text,
                item.language,
                item.edit_level,
                round(item.probability, 4),
                item.signed_by,
                item.signed_at,
                item.valid_until,
            )
            for item in found.items
        ]
        return cls(found.state, items)


def _author(row: Message) -> str:
    if row.direction == Direction.INBOUND:
        return row.identity.shown_name if row.identity else ""
    return row.user.name if row.user else ""


def _delivery(row: Message) -> DeliveryDocument | None:
    try:
        return DeliveryDocument.of(row.delivery)
    except Delivery.DoesNotExist:
        return None
