"""How many requests a key may make in a minute, counted in Valkey for all web processes together."""

import logging
import threading
import time
from dataclasses import dataclass

import redis

from accounts.models import ApiKey
from inbox import outbox
from inbox.api.problems import Problem

MINUTE = 60
STEPS = 100
HELD_AT_MOST = 1_000
# After Valkey has refused once, requests don't wait for it again during this time.
_REST_SECONDS = 1.0

logger = logging.getLogger(__name__)

_resting_until = 0.0
# By counter: the requests that this process has taken from it and not used yet.
_held: dict[str, int] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Taken:
    """How many of the requests asked for are allowed, and in how many seconds there are more."""

    granted: int
    retry_after: int


def take(key: ApiKey, limit: int, *, channel_id: int = 0, wanted: int = 1) -> Taken:
    """Count requests of this minute by key and channel; with Valkey down everything is allowed.

    A process takes a hundredth of the limit at a time and asks again when that is used up: with several
    processes a key may be stopped that much early, never late.
    """
    now = int(time.time())
    name = f"onevoice:requests:{key.prefix}:{channel_id}:{now // MINUTE}"
    with _lock:
        held = _held.pop(name, 0)
        if held < wanted:
            step = max(wanted, limit // STEPS)
            held += max(0, min(step, limit - (_count(name, step) - step)))
        granted = min(wanted, held)
        if len(_held) >= HELD_AT_MOST:
            _held.clear()
        _held[name] = held - granted
    return Taken(granted, retry_after=MINUTE - now % MINUTE)


def too_many(limit: int, retry_after: int) -> Problem:
    """Return the answer to requests over the limit."""
    return Problem(
        429,
        f"This key may make {limit} requests a minute here. Send the same again in {retry_after} seconds.",
        kind="too-many-requests",
        headers={"Retry-After": str(retry_after)},
        limit=limit,
    )


def require_room(key: ApiKey, limit: int, *, channel_id: int = 0) -> None:
    """Count one request; raises a 429 problem over the limit."""
    taken = take(key, limit, channel_id=channel_id)
    if not taken.granted:
        raise too_many(limit, taken.retry_after)


def _count(name: str, by: int) -> int:
    """Return the counter after adding; 0, as if nothing had been counted, while Valkey doesn't answer."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return 0
    try:
        pipeline = outbox.valkey().pipeline(transaction=False)
        pipeline.incrby(name, by)
        pipeline.expire(name, 2 * MINUTE)
        used, _ = pipeline.execute()
    except redis.RedisError as error:
        _resting_until = time.monotonic() + _REST_SECONDS
        logger.warning("Requests are not counted, Valkey does not answer: %s", error)
        return 0
    return int(used)
