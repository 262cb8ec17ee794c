"""What the REST API answers: the documents, and how each is made from a row."""

from datetime import datetime

import msgspec

from brandvoice.guard import Finding, Fix, Outcome
from brandvoice.queries.suggest import State, Suggestions
from inbox.api.file_documents import File, files_of
from inbox.api.shapes import FieldValue, LinkName, PriorityName, SentimentName
from inbox.models import (
    Channel,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    Priority,
    Status,
    Ticket,
    TicketLink,
    Visibility,
)

PRIORITIES: dict[PriorityName, Priority] = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
_SENTIMENT_NAMES: dict[int, SentimentName] = {-1: "negative", 0: "neutral", 1: "positive"}
LINK_NAMES: dict[str, LinkName] = {
    "related": "related",
    "duplicate": "duplicate",
    "caused_by": "caused_by",
    "follow_up": "follow_up",
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
    """A customer, as the network knows them; region and audience are empty where nobody has said them.

    `fields` are the organization's own, as far as they are filled in, by key.
    """

    external_id: str
    username: str
    name: str
    region: str
    audience: str
    fields: dict[str, FieldValue]

    @classmethod
    def of(cls, row: Ticket) -> "Customer":
        """Return the customer of a ticket."""
        contact, account = row.contact, row.identity
        known = (contact.region, contact.audience, contact.fields)
        return cls(account.external_id, account.username, contact.name, *known)


class ReadingDocument(msgspec.Struct, frozen=True):
    """What was read off a customer's message; null where the words don't say, and before it was read.

    `urgency` goes from 0 (whenever) to 3 (now). A label without a confidence comes from the network or a person.
    """

    language_confidence: float | None
    sentiment: SentimentName | None
    sentiment_confidence: float | None
    urgency: int | None
    urgency_confidence: float | None
    topic: str | None
    topic_confidence: float | None

    @classmethod
    def of(cls, row: Message) -> "ReadingDocument | None":
        """Return the document of a row; ours and those that wait to be read have none."""
        if row.direction != Direction.INBOUND or row.enriched_at is None:
            return None
        return cls(
            language_confidence=row.language_confidence,
            sentiment=_sentiment(row.sentiment),
            sentiment_confidence=row.sentiment_confidence,
            urgency=row.urgency,
            urgency_confidence=row.urgency_confidence,
            topic=row.topic or None,
            topic_confidence=row.topic_confidence,
        )


class TicketDocument(msgspec.Struct, frozen=True):
    """A ticket, without what was said in it.

    `sentiment` and `topic` are those of the newest message; `urgency` is the highest, 0 to 3, without an answer.
    `due_at` is the deadline that comes first, `due_metric` what it is of; `merged_into` the ticket that has taken its
    messages; `spam` whether it is kept apart as spam; `fields` the organization's own, as far as they are filled in.
    """

    number: int
    channel: int
    brand: str
    thread_key: str
    subject: str
    preview: str
    status: Status
    # How the organization calls it; null where it is plainly that.
    status_name: str | None
    priority: PriorityName
    visibility: Visibility
    language: str
    sentiment: SentimentName | None
    urgency: int | None
    topic: str | None
    product: str
    awaiting_reply: bool
    customer: Customer
    assignee: Person | None
    labels: list[str]
    fields: dict[str, FieldValue]
    created_at: datetime
    last_message_at: datetime
    snoozed_until: datetime | None
    resolved_at: datetime | None
    due_at: datetime | None
    due_metric: str | None
    merged_into: int | None
    spam: bool

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
            status_name=row.named_status.name if row.named_status else None,
            priority=_PRIORITY_NAMES[Priority(row.priority)],
            visibility=Visibility(row.visibility),
            language=row.language,
            sentiment=_sentiment(row.sentiment),
            urgency=row.urgency if row.awaiting_reply else None,
            topic=row.topic or None,
            product=row.product,
            awaiting_reply=row.awaiting_reply,
            customer=Customer.of(row),
            assignee=Person(row.assignee.name, row.assignee.email) if row.assignee else None,
            labels=sorted(label.name for label in row.labels.all()),
            fields=row.fields,
            created_at=row.created_at,
            last_message_at=row.last_message_at,
            snoozed_until=row.snoozed_until,
            resolved_at=row.resolved_at,
            due_at=row.due_at,
            due_metric=row.due_metric or None,
            merged_into=row.merged_into.number if row.merged_into else None,
            spam=row.is_spam,
        )


class TicketList(msgspec.Struct, frozen=True):
    """A page of tickets, newest message first; `next` is the cursor of the page after, empty on the last."""

    tickets: list[TicketDocument]
    next: str


class DeliveryDocument(msgspec.Struct, frozen=True):
    """How far a reply has come; `send_at` is when it goes out, where that was chosen and it waits for it."""

    id: int
    state: DeliveryState
    attempts: int
    url: str
    reason: str
    send_at: datetime | None

    @classmethod
    def of(cls, row: Delivery) -> "DeliveryDocument":
        """Return the document of a row."""
        return cls(row.pk, DeliveryState(row.state), row.attempt_count, row.url, row.error, row.chosen_at)


class MessageDocument(msgspec.Struct, frozen=True):
    """One thing said: by the customer, by us, or a note among ourselves."""

    id: int
    direction: Direction
    visibility: Visibility
    author: str
    text: str
    html: str
    language: str
    reading: ReadingDocument | None
    purpose: str
    external_id: str | None
    in_reply_to: str
    sent_at: datetime
    # When its author changed it last, and took it away.
    edited_at: datetime | None
    removed_at: datetime | None
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
            reading=ReadingDocument.of(row),
            purpose=row.purpose,
            external_id=row.external_id,
            in_reply_to=row.in_reply_to,
            sent_at=row.sent_at,
            edited_at=row.edited_at,
            removed_at=row.removed_at,
            attachments=files_of(row),
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


class LinkDocument(msgspec.Struct, frozen=True):
    """A link, read from the ticket that was asked about; with `outgoing` false, from the other."""

    ticket: int
    kind: LinkName
    outgoing: bool

    @classmethod
    def of(cls, row: TicketLink, ticket: Ticket) -> "LinkDocument":
        """Return the document of a row loaded with both tickets."""
        goes = row.ticket_id == ticket.pk
        return cls((row.other if goes else row.ticket).number, LINK_NAMES[row.kind], goes)


class LinkList(msgspec.Struct, frozen=True):
    """All links of a ticket that the key may see."""

    links: list[LinkDocument]


class Queued(msgspec.Struct, frozen=True):
    """A reply that was stored and will be posted."""

    message: int
    delivery: DeliveryDocument


class GuardFix(msgspec.Struct, frozen=True):
    """What would help: `text` in place of the characters `start` to `end`, the signed `wording` if one is named."""

    start: int
    end: int
    text: str
    wording: int | None

    @classmethod
    def of(cls, fix: Fix | None) -> "GuardFix | None":
        """Return the document of a fix, if there is one."""
        return cls(fix.start, fix.end, fix.text, fix.wording_id) if fix else None


class GuardFinding(msgspec.Struct, frozen=True):
    """Why the guard stops a text, about its characters `start` to `end`, and what would help.

    `rule_id` and `version` name the organization's own rule; `signed_version` the version of a position that is
    not discussed. `instead` are signed words, where `fix` is something else.
    """

    rule: str
    outcome: Outcome
    start: int
    end: int
    reason: str
    rule_id: int | None
    version: int
    signed_version: int | None
    fix: GuardFix | None
    instead: GuardFix | None

    @classmethod
    def of(cls, finding: Finding) -> "GuardFinding":
        """Return the document of a finding."""
        place = (finding.rule, finding.outcome, finding.start, finding.end, finding.reason)
        origin = (finding.rule_id, finding.version, finding.signed_version)
        return cls(*place, *origin, GuardFix.of(finding.fix), GuardFix.of(finding.instead))


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
    # The keys of the purposes that its position serves; empty for all.
    purposes: list[str]


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
                list(item.purposes),
            )
            for item in found.items
        ]
        return cls(found.state, items)


def _sentiment(value: int | None) -> SentimentName | None:
    return None if value is None else _SENTIMENT_NAMES[value]


def _author(row: Message) -> str:
    if row.direction == Direction.INBOUND:
        return row.identity.shown_name if row.identity else ""
    return row.user.name if row.user else ""


def _delivery(row: Message) -> DeliveryDocument | None:
    try:
        return DeliveryDocument.of(row.delivery)
    except Delivery.DoesNotExist:
        return None
