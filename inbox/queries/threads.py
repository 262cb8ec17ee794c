"""The conversation of one ticket: its head, what was said, what happened, in order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brandvoice import translator
from brandvoice.file_types import PICTURES
from brandvoice.languages import base_language
from inbox.models import Attachment, Delivery, Direction, Event, FileState, Message, PostSpan, Priority, Span, Ticket
from inbox.models.messages import MessageQuerySet
from inbox.queries.moods import Mood, mood_of
from inbox.queries.noted import said
from inbox.queries.reply_changes import Changed, changed_of, load_changes
from inbox.queries.rows import Due, due_of, milliseconds, with_row
from inbox.queries.timeline import SHOWN, EventLine, lines_of

# A thread shows its newest part; a customer's thousandth message must not slow the page.
MOST_MESSAGES = 300
MOST_EVENTS = 200
# A feeling of which the model is less sure than this is drawn hollow.
DOUBTFUL = 0.5


@dataclass(frozen=True, slots=True)
class TicketHead:
    """What stands above the conversation."""

    pk: int
    number: int
    status: str
    name: str
    is_vip: bool
    network: str
    network_name: str
    channel_name: str
    visibility: str
    assignee_id: int | None
    assignee_name: str
    priority: int
    priority_name: str
    snoozed_until: datetime | None
    # How the organization calls the status, and its id; "" and None where it is plainly that.
    status_name: str
    named_status_id: int | None
    labels: tuple[str, ...]
    due: Due | None
    is_merged: bool
    is_spam: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text; `signed` says by whom, or is empty."""

    text: str
    signed: str = ""
    mention: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: our own copy where we have one, else the address that it came with; why not, in `words`."""

    name: str
    url: str
    is_image: bool = False
    is_kept: bool = False
    words: str = ""
    # What is to be seen on it; where nobody has said, its name stands for that.
    alt: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """How far an outbound message has come, in our words and the network's."""

    pk: int
    state: str
    state_name: str
    words: str
    url: str
    attempts: int
    # The time that was chosen for it, while it waits for that.
    sends_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageReading:
    """What was read off a customer's message; `doubtful` where a person should look twice."""

    mood: Mood
    topic: str
    language: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Translated:
    """What a machine has made of a customer's words; `is_cut` where it stopped before their end."""

    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One thing said, as the thread shows it."""

    pk: int
    order: int
    direction: str
    visibility: str
    author: str
    handle: str
    sent_at: datetime
    parts: tuple[Part, ...]
    attachments: tuple[File, ...]
    signatures: tuple[str, ...]
    delivery: DeliveryLine | None
    reading: MessageReading | None
    # What it said before its author changed it, oldest first; and when it was taken away.
    earlier: tuple[str, ...] = ()
    removed_at: datetime | None = None
    # Who saw it first while it waited for an answer, and when.
    seen_by: str = ""
    seen_at: datetime | None = None
    # What an approver has put in place of its writer's words.
    changed: Changed | None = None
    # In the reader's language, by machine; and whether that can be asked for.
    translation: Translated | None = None
    can_translate: bool = False
    is_event: bool = False


ThreadItem = ThreadMessage | EventLine


def head_of(ticket: Ticket) -> TicketHead:
    """Return the head of a ticket loaded by `with_row`."""
    return TicketHead(
        pk=ticket.pk,
        number=ticket.number,
        status=ticket.status,
        name=ticket.contact.name or ticket.identity.shown_name,
        is_vip=ticket.contact.is_vip,
        network=ticket.channel.network,
        network_name=ticket.channel.get_network_display(),
        channel_name=ticket.channel.handle or ticket.channel.name,
        visibility=ticket.visibility,
        assignee_id=ticket.assignee_id,
        assignee_name=ticket.assignee.name if ticket.assignee else "",
        priority=ticket.priority,
        priority_name=str(Priority(ticket.priority).label),
        snoozed_until=ticket.snoozed_until,
        status_name=ticket.named_status.name if ticket.named_status else "",
        named_status_id=ticket.named_status_id,
        labels=tuple(sorted(label.name for label in ticket.labels.all())),
        due=due_of(ticket.due_at, ticket.due_from, ticket.due_metric, ticket.due_stage),
        is_merged=ticket.merged_into_id is not None,
        is_spam=ticket.is_spam,
    )


def load_head(ticket_id: int) -> TicketHead:
    """Return the head of the ticket with this id."""
    return head_of(with_row(Ticket.objects.filter(pk=ticket_id)).get())


def thread_of(ticket_id: int) -> list[ThreadItem]:
    """Return messages and events as they followed one another; the number of queries does not grow with them."""
    newest = Message.objects.filter(ticket=ticket_id).order_by("-sent_at", "-pk")[:MOST_MESSAGES]
    messages = _shown(with_everything(newest))
    events = Event.objects.filter(ticket=ticket_id, kind__in=SHOWN).select_related("actor").order_by("-pk")
    items: list[ThreadItem] = [*messages, *lines_of(events[:MOST_EVENTS])]
    return sorted(items, key=lambda item: (item.order, item.is_event, item.pk))


def with_everything(messages: MessageQuerySet) -> MessageQuerySet:
    """Load what a message's template touches."""
    related = messages.select_related("identity", "user", "delivery", "approval", "survey", "sight__user")
    return related.prefetch_related("attachments", "spans__version__signed_by")


def load_messages(ids: Iterable[int]) -> list[ThreadMessage]:
    """Return these messages, oldest first."""
    return _shown(with_everything(Message.objects.filter(pk__in=ids).in_order()))


def _shown(loaded: Iterable[Message]) -> list[ThreadMessage]:
    """Return messages with what the edited ones said before, which costs a query only where there are any."""
    messages = list(loaded)
    if edited := [message for message in messages if message.edited_at]:
        prefetch_related_objects(edited, "revisions")
    load_changes(messages)
    if translator.is_on():
        prefetch_related_objects(messages, "translations")
    return [message_of(message) for message in messages]


def message_of(message: Message) -> ThreadMessage:
    """Return a message that was loaded by `with_everything`."""
    spans = sorted(message.spans.all(), key=lambda span: span.start)
    sight = getattr(message, "sight", None)
    return ThreadMessage(
        pk=message.pk,
        order=milliseconds(message.sent_at),
        direction=message.direction,
        visibility=message.visibility,
        author=_author(message),
        handle=_handle(message),
        sent_at=message.sent_at,
        parts=_called(message) if message.mentions else parts_of(message.text, spans),
        attachments=files_of(message),
        signatures=tuple(dict.fromkeys(_signature(span) for span in spans)),
        delivery=_delivery(message),
        reading=_reading(message),
        earlier=_earlier(message),
        removed_at=message.removed_at,
        seen_by=sight.user.name if sight else "",
        seen_at=sight.seen_at if sight else None,
        changed=changed_of(message),
        translation=_translation(message),
        can_translate=_can_translate(message),
    )


def parts_of(text: str, spans: Sequence[Span | PostSpan]) -> tuple[Part, ...]:
    """Cut a text at its signed stretches, which come in order; overlaps keep the first."""
    parts: list[Part] = []
    at = 0
    for span in spans:
        if span.start < at:
            continue
        parts.append(Part(text[at : span.start]))
        parts.append(Part(text[span.start : span.end], _signature(span)))
        at = span.end
    parts.append(Part(text[at:]))
    return tuple(part for part in parts if part.text)


def _called(note: Message) -> tuple[Part, ...]:
    """Cut a note at the names of those whom it calls."""
    names = sorted(note.mentions or (), key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, names))})", note.text)
    return tuple(Part(piece, mention=piece in names) for piece in pieces if piece)


def _signature(span: Span | PostSpan) -> str:
    who = span.version.signed_by.name if span.version.signed_by else _("nobody")
    words = _("signed v%(version)s by %(name)s") % {"version": span.version.number, "name": who}
    return words if span.distance == 0 else _("%(signed)s, adapted") % {"signed": words}


def files_of(message: Message) -> tuple[File, ...]:
    """Return the files of a message, in the order in which they were stored."""
    return tuple(_file(each) for each in sorted(message.attachments.all(), key=lambda each: each.pk))


def _file(attachment: Attachment) -> File:
    name = attachment.name or attachment.url.rpartition("/")[2] or attachment.url
    if attachment.state == FileState.KEPT:
        address = reverse("inbox:file", args=[attachment.pk])
        is_image = attachment.content_type in PICTURES
        return File(name, address, is_image, is_kept=True, alt=attachment.alt)
    return File(name, attachment.url, words=said(attachment.error) if attachment.state == FileState.REFUSED else "")


def _earlier(message: Message) -> tuple[str, ...]:
    if message.edited_at is None:
        return ()
    return tuple(revision.text for revision in sorted(message.revisions.all(), key=lambda revision: revision.until))


def _translation(message: Message) -> Translated | None:
    if not translator.is_on():
        return None
    reads = base_language(get_language() or "")
    kept = next((one for one in message.translations.all() if one.language == reads), None)
    return Translated(kept.text, len(message.text) > translator.LONGEST) if kept else None


def _can_translate(message: Message) -> bool:
    """Return whether the reader may want to have it translated: it is not known to be in their language."""
    is_theirs = message.direction == Direction.INBOUND and message.removed_at is None and message.text.strip() != ""
    return translator.is_on() and is_theirs and message.language != base_language(get_language() or "")


def _author(message: Message) -> str:
    if message.direction == Direction.INBOUND:
        return message.identity.shown_name if message.identity else _("Customer")
    if message.user:
        return message.user.name
    if message.direction == Direction.NOTE:
        return _("Written by a program")
    if hasattr(message, "survey"):
        return _("Survey")
    return _("Sent through the API") if hasattr(message, "delivery") else _("Written on the network")


def _handle(message: Message) -> str:
    identity = message.identity
    if message.direction != Direction.INBOUND or identity is None:
        return ""
    return "" if identity.username == identity.shown_name else identity.username


def _reading(message: Message) -> MessageReading | None:
    if message.direction != Direction.INBOUND or message.enriched_at is None:
        return None
    sure = message.sentiment_confidence
    return MessageReading(
        mood=mood_of(message.sentiment, message.urgency),
        topic=message.topic,
        language=message.language,
        doubtful=sure is not None and sure < DOUBTFUL,
    )


def _delivery(message: Message) -> DeliveryLine | None:
    if message.direction != Direction.OUTBOUND:
        return None
    try:
        delivery: Delivery = message.delivery
    except Delivery.DoesNotExist:
        return None
    return DeliveryLine(
        pk=delivery.pk,
        state=delivery.state,
        state_name=delivery.get_state_display(),
        words=said(delivery.error),
        url=delivery.url,
        attempts=delivery.attempt_count,
        sends_at=delivery.chosen_at,
    )
