"""Sends what an agent wrote: checked, stored and promised to the network in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey, User
from brandvoice import guard
from brandvoice.spans import Span
from inbox import events, outbox
from inbox.actions.provenance import write_spans
from inbox.models import Delivery, Direction, Draft, DraftKind, Message, Ticket, Visibility

PREVIEW = 160


@dataclass(frozen=True, slots=True)
class NewReply:
    """What the composer sends. `seen` is the id of the newest message that its writer had before them."""

    text: str
    visibility: str
    seen: int
    purpose: str = ""
    client_uuid: UUID | None = None
    spans: Sequence[Span] = ()
    # The writer has looked at what is new and sends all the same.
    confirm_stale: bool = False


class TicketMovedOn(Exception):
    """Something was said in the ticket that the writer had not seen; `newer` holds the ids of those messages."""

    def __init__(self, newer: list[int]) -> None:
        super().__init__("The conversation has moved on.")
        self.newer = newer


class ReplyStopped(Exception):
    """The guard does not let this text out; `verdict` says why and what would help."""

    def __init__(self, verdict: guard.Verdict) -> None:
        super().__init__("; ".join(finding.reason for finding in verdict.findings))
        self.verdict = verdict


class NothingToSay(Exception):
    """The text is empty."""


@transaction.atomic(durable=True)
def send_reply(ticket: Ticket, reply: NewReply, *, by: User | ApiKey) -> Message:
    """Store the reply with its delivery and return it; the same `client_uuid` again returns the first.

    Raises NothingToSay, TicketMovedOn, ReplyStopped. After any of these the draft is still there.
    """
    if not reply.text.strip():
        raise NothingToSay
    ticket = Ticket.objects.select_related("channel").lock(ticket.pk)
    earlier = _sent_before(reply, by)
    if earlier is not None:
        return earlier
    _refuse_if_moved_on(ticket, reply)
    verdict = guard.check(reply.text, guard_context(ticket, reply))
    if verdict.outcome in ("block", "needs_approval"):
        raise ReplyStopped(verdict)
    message = _write(ticket, reply, by)
    _promise(ticket, message)
    _update_ticket(ticket, message, by)
    _forget_draft(ticket, by, DraftKind.REPLY)
    return message


@transaction.atomic(durable=True)
def write_note(ticket: Ticket, text: str, *, by: User, client_uuid: UUID | None = None) -> Message:
    """Write a note for colleagues; raises NothingToSay."""
    if not text.strip():
        raise NothingToSay
    ticket = Ticket.objects.lock(ticket.pk)
    note = NewReply(text=text, visibility=Visibility.DIRECT, seen=0, client_uuid=client_uuid)
    earlier = _sent_before(note, by)
    if earlier is not None:
        return earlier
    message = _write(ticket, note, by, direction=Direction.NOTE)
    _forget_draft(ticket, by, DraftKind.NOTE)
    events.record(ticket, "note.written", by=by, message=message)
    return message


def guard_context(ticket: Ticket, reply: NewReply) -> guard.GuardContext:
    """Return what the guard needs to know of where this text goes."""
    return guard.GuardContext(
        organization_id=ticket.organization_id,
        brand_id=ticket.brand_id,
        network=ticket.channel.network,
        language=ticket.language,
        visibility=reply.visibility,
        spans=tuple(reply.spans),
    )


def _sent_before(reply: NewReply, by: User | ApiKey) -> Message | None:
    if reply.client_uuid is None or not isinstance(by, User):
        return None
    return Message.objects.filter(user=by, client_uuid=reply.client_uuid).first()


def _refuse_if_moved_on(ticket: Ticket, reply: NewReply) -> None:
    if reply.confirm_stale:
        return
    newer = list(ticket.messages.filter(pk__gt=reply.seen).order_by("pk").values_list("pk", flat=True)[:50])
    if newer:
        raise TicketMovedOn(newer)


def _write(ticket: Ticket, reply: NewReply, by: User | ApiKey, direction: Direction = Direction.OUTBOUND) -> Message:
    now = timezone.now()
    message = Message.objects.create(
        organization_id=ticket.organization_id,
        ticket=ticket,
        channel_id=ticket.channel_id,
        direction=direction,
        visibility=reply.visibility,
        in_reply_to=_answered(ticket) if direction == Direction.OUTBOUND else "",
        user=by if isinstance(by, User) else None,
        text=reply.text,
        language=ticket.language,
        purpose=reply.purpose,
        client_uuid=reply.client_uuid if isinstance(by, User) else None,
        sent_at=max(now, ticket.last_message_at) if direction == Direction.OUTBOUND else now,
    )
    write_spans(reply.spans, organization_id=ticket.organization_id, text=reply.text, message=message)
    return message


def _answered(ticket: Ticket) -> str:
    """Return the network's id of the customer's newest message."""
    inbound = ticket.messages.filter(direction=Direction.INBOUND).order_by("-sent_at", "-pk")
    return inbound.values_list("external_id", flat=True).first() or ""


def _promise(ticket: Ticket, message: Message) -> None:
    Delivery.objects.create(
        organization_id=ticket.organization_id,
        channel_id=ticket.channel_id,
        ticket=ticket,
        message=message,
        idempotency_key=uuid4(),
        due_at=message.created_at,
    )
    if not ticket.channel.external:
        outbox.nudge(outbox.DELIVER)


def _update_ticket(ticket: Ticket, message: Message, by: User | ApiKey) -> None:
    was = events.state_of(ticket)
    if ticket.assignee_id is None and isinstance(by, User):
        ticket.assignee = by
    ticket.preview = " ".join(message.text.split())[:PREVIEW]
    ticket.awaiting_reply = False
    ticket.last_message_at = max(ticket.last_message_at, message.sent_at)
    ticket.first_replied_at = ticket.first_replied_at or message.sent_at
    ticket.save(update_fields=["assignee", "preview", "awaiting_reply", "last_message_at", "first_replied_at"])
    facts = {"was": was, "now": events.state_of(ticket)}
    events.record(ticket, "reply.queued", by=by, message=message, facts=facts)


def _forget_draft(ticket: Ticket, by: User | ApiKey, kind: DraftKind) -> None:
    if isinstance(by, User):
        Draft.objects.filter(ticket=ticket, user=by, kind=kind).delete()
