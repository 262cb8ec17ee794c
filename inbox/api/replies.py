"""The core of the reply endpoint: bytes in, bytes out, the same for both of its doors.

A door finds the key; everything else happens here, for a group of requests at a time, so that
requests that wait together are answered by one transaction.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec
from django.db import OperationalError

from accounts.models import ApiKey
from brandvoice.spans import Span
from inbox.actions.replies import NewReply, NothingToSay, Refusal, ReplyStopped, TicketMovedOn, send_replies
from inbox.api import throttling
from inbox.api.documents import DeliveryDocument, GuardFinding, MessageDocument, Queued
from inbox.api.intake import Outcome, Submission, require_json
from inbox.api.problems import Problem, broken, not_found, unavailable
from inbox.api.sentences import Fault, decode, invalid
from inbox.api.shapes import Reply
from inbox.models import Message
from inbox.queries.connectors import messages_among

logger = logging.getLogger(__name__)

# Replies by their place in the group, each with the number of its ticket.
Round: TypeAlias = "dict[int, tuple[int, NewReply]]"

_encode = msgspec.json.Encoder().encode


def answer_group(key: ApiKey, channels: Collection[int], group: Sequence[tuple[int, Submission]]) -> list[Outcome]:
    """Count, check and send replies of one key, each with its ticket's number; return the answer to each, in order.

    The key may speak for `channels`. Raises nothing: what is wrong with one request is the answer to
    that request alone.
    """
    taken = throttling.take(key, key.per_minute, wanted=len(group))
    outcomes: dict[int, Outcome] = {}
    replies: Round = {}
    for place, (number, submission) in enumerate(group):
        try:
            if place >= taken.granted:
                raise throttling.too_many(key.per_minute, taken.retry_after)
            replies[place] = (number, _read(submission))
        except Problem as problem:
            outcomes[place] = problem
    for round_ in _rounds(replies):
        outcomes |= _send(key, channels, round_)
    return [outcomes[place] for place in range(len(group))]


def _read(submission: Submission) -> NewReply:
    """Return the reply in a body; raises a 400, 413, 415 or 422 problem."""
    require_json(submission)
    reply = decode(submission.body, Reply)
    return NewReply(
        text=reply.text,
        visibility=reply.visibility or "",
        seen=reply.seen,
        purpose=reply.purpose or "",
        spans=tuple(Span(held.wording, held.start, held.end) for held in reply.spans),
        confirm_stale=reply.confirm_stale,
    )


def _rounds(replies: Round) -> Iterator[Round]:
    """Yield the replies so that those to one ticket follow one another, each seeing what came before it."""
    while replies:
        first: dict[int, int] = {}
        for place, (number, _reply) in replies.items():
            first.setdefault(number, place)
        yield {place: replies[place] for place in first.values()}
        replies = {place: reply for place, reply in replies.items() if place not in first.values()}


def _send(key: ApiKey, channels: Collection[int], replies: Round) -> dict[int, Outcome]:
    """Send replies to as many tickets together; if that fails, each by itself."""
    try:
        sent = send_replies(dict(replies.values()), by=key, channels=channels)
        stale = [outcome for outcome in sent.values() if isinstance(outcome, TicketMovedOn)]
        newer = messages_among(key, [pk for refusal in stale for pk in refusal.newer])
        return {place: _outcome(sent[number], newer) for place, (number, _reply) in replies.items()}
    except OperationalError:
        logger.exception("Replies could not be stored for now")
        return dict.fromkeys(replies, unavailable())
    except Exception:
        # One bad request must not fail its neighbours: each again alone, and only the culprit hears of it.
        if len(replies) > 1:
            return {place: _send(key, channels, {place: reply})[place] for place, reply in replies.items()}
        logger.exception("A reply could not be stored")
        return dict.fromkeys(replies, broken())


def _outcome(sent: Message | Refusal, newer: Mapping[int, Message]) -> Outcome:
    if isinstance(sent, Message):
        return _encode(Queued(sent.pk, DeliveryDocument.of(sent.delivery)))
    if isinstance(sent, NothingToSay):
        return invalid(Fault("text", "Must say something."))
    if isinstance(sent, TicketMovedOn):
        return _moved_on([newer[pk] for pk in sent.newer if pk in newer])
    return _stopped(sent) if isinstance(sent, ReplyStopped) else not_found()


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
