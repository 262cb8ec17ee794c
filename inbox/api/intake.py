"""The core of the intake endpoint: bytes in, bytes out, the same for both of its doors.

A door finds the key and the channel; everything else happens here, for a group of requests at a
time, so that requests that wait together are stored by one transaction.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, TypeVar

import msgspec
from django.db import OperationalError
from django.utils import timezone as clock

from accounts.models import ApiKey
from inbox.actions.messages import Received, receive_messages
from inbox.api import throttling
from inbox.api.problems import Problem, broken, unavailable
from inbox.api.sentences import EARLIEST, MALFORMED, Fault, fault_in, unstorable
from inbox.connectors.base import IncomingMessage
from inbox.models import Channel

MOST_ITEMS = 500
MOST_BYTES = 8 * 1024 * 1024
# Between 100 and 250 messages a transaction is where PostgreSQL takes most in a second.
TOGETHER = 250
AHEAD = timedelta(days=1)
EPOCH = datetime(EARLIEST, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)

# A pair of surrogates, half a pair (the group), or any other escape.
_ESCAPES = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)

_item = msgspec.json.Decoder(IncomingMessage)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Submission:
    """One request as it came. `body` may be cut off after MOST_BYTES + 1 bytes."""

    body: bytes
    content_type: str
    # The header by which some endpoints recognise a request that is sent again; empty where there is none.
    idempotency_key: str = ""


class ItemResult(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one message; `message` is the id that a reply names as `seen`."""

    index: int
    external_id: str | None
    status: Literal["created", "duplicate", "invalid"]
    ticket: int | None = None
    message: int | None = None
    errors: list[Fault] = []


class IntakeAnswer(msgspec.Struct, frozen=True):
    """What became of the messages of one request, in their order."""

    created: int
    duplicate: int
    invalid: int
    results: list[ItemResult]


@dataclass(frozen=True, slots=True)
class Invalid:
    """An item that can't be stored."""

    external_id: str | None
    faults: list[Fault]


T = TypeVar("T")
Item: TypeAlias = IncomingMessage | Invalid
Outcome: TypeAlias = bytes | Problem


def receive_group(channel: Channel, key: ApiKey, limit: int, group: Sequence[Submission]) -> list[Outcome]:
    """Count, check and store requests of one key for one channel; return the answer to each, in order.

    Raises nothing: what is wrong with one request is the answer to that request alone.
    """
    taken = throttling.take(key, limit, channel_id=channel.pk, wanted=len(group))
    parsed = [_parsed_or_problem(submission) for submission in group[: taken.granted]]
    refused: list[Outcome] = [throttling.too_many(limit, taken.retry_after)] * (len(group) - taken.granted)
    stored = _store_in_chunks(channel, key, [items for items in parsed if not isinstance(items, Problem)])
    return [items if isinstance(items, Problem) else next(stored) for items in parsed] + refused


def parse(submission: Submission, *, now: datetime) -> list[Item]:
    """Return the items of a body, each valid or with its faults; raises a problem where the body is no batch."""
    require_json(submission)
    body = submission.body
    try:
        pieces = _pieces(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, MALFORMED, kind="malformed") from error
    may_hold_nul = b"\\u0000" in body
    return [_read(raw, now, may_hold_nul) for raw in pieces]


def require_json(submission: Submission) -> None:
    """Raise a 415 or 413 problem for a body of another media type or one that is too large."""
    media_type = submission.content_type.partition(";")[0].strip().lower()
    if media_type not in ("", "application/json"):
        raise Problem(415, "Send application/json.")
    if len(submission.body) > MOST_BYTES:
        raise Problem(413, f"The body may hold {MOST_BYTES} bytes at most.", kind="too-large")


def answer(items: Sequence[Item], received: Iterable[Received]) -> bytes:
    """Return the document that says what became of each item; `received` is about the valid ones."""
    rest = iter(received)
    results = [_result(index, item, rest) for index, item in enumerate(items)]
    count = Counter(result.status for result in results)
    return _encode(IntakeAnswer(count["created"], count["duplicate"], count["invalid"], results))


def _parsed_or_problem(submission: Submission) -> list[Item] | Problem:
    try:
        return parse(submission, now=clock.now())
    except Problem as problem:
        return problem


def _pieces(body: bytes) -> Sequence[msgspec.Raw]:
    """Return the items of the body, undecoded: an array's elements, or the one object."""
    if not body.isascii():
        body.decode()
    start = body.lstrip()[:1]
    # Whatever is wrong with an item's fields, first the whole must be JSON.
    pieces = _decode(body, list[msgspec.Raw]) if start == b"[" else [_decode(body or b"0", msgspec.Raw)]
    if not pieces or start not in (b"[", b"{"):
        raise Problem(400, f"Send one message as an object, or an array of 1 to {MOST_ITEMS}.", kind="no-batch")
    if len(pieces) > MOST_ITEMS:
        raise Problem(413, f"Send at most {MOST_ITEMS} messages at a time, not {len(pieces)}.", kind="too-many")
    return pieces


def _decode(body: bytes, shape: type[T]) -> T:
    """Decode JSON; programs that cut texts in the middle of an emoji leave half a character, shown as U+FFFD."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError:
        mended = _ESCAPES.sub(lambda escape: b"\\ufffd" if escape[1] else escape[0], body)
        return msgspec.json.decode(mended, type=shape)


def _read(raw: msgspec.Raw, now: datetime, may_hold_nul: bool) -> Item:
    """Return one item, decoded by itself so that it can't spoil the others."""
    try:
        message = _item.decode(raw)
    except msgspec.ValidationError as error:
        return Invalid(_external_id(raw), [fault_in(error, IncomingMessage)])
    faults = _faults(message, may_hold_nul, now)
    return Invalid(message.external_id, faults) if faults else message


def _faults(message: IncomingMessage, may_hold_nul: bool, now: datetime) -> list[Fault]:
    """Return what the shape alone does not say; nearly all messages pass without a closer look."""
    if not may_hold_nul and message.text.strip() and message.sent_at.tzinfo is UTC and EPOCH <= message.sent_at <= now:
        return []
    faults = list(unstorable(message.sent_at, "sent_at"))
    if not (message.text.strip() or message.html.strip() or message.attachments):
        faults.append(Fault("text", "One of text, html and attachments must be there."))
    if not faults and message.sent_at > now + AHEAD:
        faults.append(Fault("sent_at", "Must not lie more than a day ahead."))
    if may_hold_nul:
        faults += [fault for fault in unstorable(message) if fault not in faults]
    return faults


def _external_id(raw: msgspec.Raw) -> str | None:
    """Return the id of an item that is wrong elsewhere, so that its sender finds it again."""
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return None
    name = found.get("external_id") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None


def _result(index: int, item: Item, received: Iterator[Received]) -> ItemResult:
    if isinstance(item, Invalid):
        return ItemResult(index, item.external_id, "invalid", errors=item.faults)
    what = next(received)
    status: Literal["created", "duplicate"] = "created" if what.status == "created" else "duplicate"
    return ItemResult(index, item.external_id, status, what.ticket, what.message_id)


def _store_in_chunks(channel: Channel, key: ApiKey, batches: Sequence[list[Item]]) -> Iterator[Outcome]:
    """Yield the answer to each batch; as many batches as fit share a transaction."""
    chunk: list[list[Item]] = []
    for batch in batches:
        if chunk and sum(map(len, chunk)) + len(batch) > TOGETHER:
            yield from _store(channel, key, chunk)
            chunk = []
        chunk.append(batch)
    yield from _store(channel, key, chunk)


def _store(channel: Channel, key: ApiKey, batches: Sequence[list[Item]]) -> list[Outcome]:
    """Store the valid items of some requests together; if that fails, each request by itself."""
    valid = [[item for item in batch if isinstance(item, IncomingMessage)] for batch in batches]
    together = [message for messages in valid for message in messages]
    try:
        received = iter(receive_messages(channel, together, by=key) if together else [])
    except OperationalError:
        logger.exception("Messages could not be stored for now")
        return [unavailable()] * len(batches)
    except Exception:
        # One bad request must not fail its neighbours: each again alone, and only the culprit hears of it.
        if len(batches) > 1:
            return [outcome for batch in batches for outcome in _store(channel, key, [batch])]
        logger.exception("Messages could not be stored")
        return [broken()]
    return [answer(batch, received) for batch in batches]
