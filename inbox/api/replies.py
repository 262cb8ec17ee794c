"""The core of the reply endpoint: bytes in, bytes out, the same for both of its doors.

A door finds the key; everything else happens here, for a group of requests at a time, so that
requests that wait together are answered by one transaction.
"""

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

import msgspec
from django.db import OperationalError

from accounts.models import ApiKey
from brandvoice.spans import Span
from inbox.actions.repeats import AnotherRequest, Named, StillUnderWay
from inbox.actions.replies import (
    NewReply,
    NoPrivateReply,
    NothingToSay,
    Refusal,
    ReplyStopped,
    TicketMovedOn,
    send_replies,
)
from inbox.actions.schedule_steps import TimeNotPossible
from inbox.actions.sending_files import FilesNotTaken, PickedFile
from inbox.actions.templates import ChosenTemplate, TemplateNotTaken
from inbox.actions.ticket_steps import TicketMerged
from inbox.api import throttling
from inbox.api.documents import DeliveryDocument, GuardFinding, MessageDocument, Queued
from inbox.api.intake import Outcome, Submission, require_json
from inbox.api.problems import Problem, broken, not_found, problem_of, unavailable
from inbox.api.sentences import Fault, decode, invalid
from inbox.api.shapes import Reply
from inbox.models import Delivery, DeliveryState, Message
from inbox.queries.connectors import messages_among

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reply to the ticket with this number, and what its sender calls the request, if anything."""

    number: int
    reply: NewReply
    named: Named | None


# By their place in the group.
Round: TypeAlias = dict[int, Wanted]

# A string of RFC 9651, or the same without its quotation marks.
_NAME = re.compile(r'"([ !#-\[\]-~]{1,255})"|([!#-\[\]-~]{1,255})')

_encode = msgspec.json.Encoder().encode


def answer_group(key: ApiKey, channels: Collection[int], group: Sequence[tuple[int, Submission]]) -> list[Outcome]:
    """Count, check and send replies of one key, each with its ticket's number; return the answer to each, in order.

    The key may speak for `channels`. Raises nothing: what is wrong with one request is the answer to
    that request alone.
    """
    taken = throttling.take(key, key.per_minute, wanted=len(group))
    outcomes: dict[int, Outcome] = {}
    replies: Round = {}
    names: set[str] = set()
    for place, (number, submission) in enumerate(group):
        try:
            if place >= taken.granted:
                raise throttling.too_many(key.per_minute, taken.retry_after)
            wanted = _read(number, submission)
            if wanted.named:
                _take_name(wanted.named.name, names)
            replies[place] = wanted
        except Problem as problem:
            outcomes[place] = problem
    for round_ in _rounds(replies):
        outcomes |= _send(key, channels, round_)
    return [outcomes[place] for place in range(len(group))]


def _read(number: int, submission: Submission) -> Wanted:
    """Return the reply in a request; raises a 400, 413, 415 or 422 problem."""
    require_json(submission)
    name = _name_in(submission.idempotency_key)
    told = decode(submission.body, Reply)
    reply = NewReply(
        text=told.text,
        visibility=told.visibility or "",
        seen=told.seen,
        purpose=told.purpose or "",
        spans=tuple(Span(held.wording, held.start, held.end) for held in told.spans),
        files=tuple(PickedFile(file.id, file.alt) for file in told.files),
        template=ChosenTemplate(told.template.id, told.template.values) if told.template else None,
        send_at=told.send_at,
        confirm_stale=told.confirm_stale,
    )
    # Of what is asked for, so that blanks and the order of fields make no difference.
    named = Named(name, sha256(_encode((number, told))).digest()) if name else None
    return Wanted(number, reply, named)


def _name_in(header: str) -> str:
    """Return the name in an Idempotency-Key header, in quotation marks or, as many programs send it, without."""
    if not header.strip():
        return ""
    found = _NAME.fullmatch(header.strip())
    if found is None:
        words = "An Idempotency-Key has 1 to 255 characters of ASCII, none of them a quotation mark or a backslash."
        raise Problem(400, words, kind="bad-idempotency-key")
    return found[1] or found[2]


def _take_name(name: str, taken: set[str]) -> None:
    """Note which names the group has; raises a 409 problem for one that it has already."""
    if name in taken:
        raise _under_way()
    taken.add(name)


def _rounds(replies: Round) -> Iterator[Round]:
    """Yield the replies so that those to one ticket follow one another, each seeing what came before it."""
    while replies:
        first: dict[int, int] = {}
        for place, wanted in replies.items():
            first.setdefault(wanted.number, place)
        yield {place: replies[place] for place in first.values()}
        replies = {place: wanted for place, wanted in replies.items() if place not in first.values()}


def _send(key: ApiKey, channels: Collection[int], replies: Round) -> dict[int, Outcome]:
    """Send replies to as many tickets together; if that fails, each by itself."""
    try:
        by_number = {wanted.number: wanted for wanted in replies.values()}
        sent = send_replies(
            {number: wanted.reply for number, wanted in by_number.items()},
            by=key,
            channels=channels,
            named={number: wanted.named for number, wanted in by_number.items() if wanted.named},
        )
        stale = [outcome for outcome in sent.values() if isinstance(outcome, TicketMovedOn)]
        newer = messages_among(key, [pk for refusal in stale for pk in refusal.newer])
        return {place: _outcome(sent[wanted.number], newer, wanted.reply) for place, wanted in replies.items()}
    except OperationalError:
        logger.exception("Replies could not be stored for now")
        return dict.fromkeys(replies, unavailable())
    except Exception:
        # One bad request must not fail its neighbours: each again alone, and only the culprit hears of it.
        if len(replies) > 1:
            return {place: _send(key, channels, {place: wanted})[place] for place, wanted in replies.items()}
        logger.exception("A reply could not be stored")
        return dict.fromkeys(replies, broken())


def _outcome(sent: Message | Refusal, newer: Mapping[int, Message], reply: NewReply) -> Outcome:
    if isinstance(sent, Message):
        # As it was at first, also when it is asked for again.
        delivery = Delivery(pk=sent.delivery.pk)
        if reply.send_at:
            delivery.state, delivery.due_at = DeliveryState.SCHEDULED, reply.send_at
        return _encode(Queued(sent.pk, DeliveryDocument.of(delivery)))
    if fault := _fault_of(sent):
        return invalid(fault)
    if isinstance(sent, TicketMerged):
        return problem_of(sent)
    if isinstance(sent, TicketMovedOn):
        return _moved_on([newer[pk] for pk in sent.newer if pk in newer])
    if isinstance(sent, ReplyStopped):
        return _stopped(sent)
    return _named_before(sent) if isinstance(sent, StillUnderWay | AnotherRequest) else not_found()


def _fault_of(refusal: Refusal) -> Fault | None:
    """Return which field of the request is wrong, and why, where one is."""
    if isinstance(refusal, NothingToSay):
        return Fault("text", "Must say something.")
    fields = {
        NoPrivateReply: "visibility",
        TimeNotPossible: "send_at",
        FilesNotTaken: "files",
        TemplateNotTaken: "template",
    }
    field = fields.get(type(refusal))
    return Fault(field, str(refusal)) if field else None


def _named_before(refusal: StillUnderWay | AnotherRequest) -> Problem:
    if isinstance(refusal, StillUnderWay):
        return _under_way()
    return Problem(422, "This Idempotency-Key has named another request before.", kind="idempotency-key-reused")


def _under_way() -> Problem:
    return Problem(
        409,
        "A request with this Idempotency-Key is under way. Send the same again in a moment.",
        kind="request-under-way",
        headers={"Retry-After": "1"},
    )


def _moved_on(newer: Sequence[Message]) -> Problem:
    return Problem(
        409,
        "The conversation has moved on since `seen`. Look at what is new and send again.",
        kind="ticket-moved-on",
        newer=[MessageDocument.of(message) for message in newer],
    )


def _stopped(refusal: ReplyStopped) -> Problem:
    return Problem(
        422,
        "The guard does not let this text out.",
        kind="reply-stopped",
        outcome=refusal.verdict.outcome.value,
        findings=[GuardFinding.of(finding) for finding in refusal.verdict.findings],
    )
