"""Wakes the outside after commit: hints for open pages, nudges for workers. Losing either costs seconds, never data."""

import logging
import time
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

CHANNEL = "onevoice:live"

# The nudges: each names a task that looks for due rows of one kind.
ASSIGN = "inbox.assign_waiting"
CALL_ENDPOINTS = "inbox.call_endpoints"
DELIVER = "inbox.deliver_due"
ENRICH = "inbox.enrich_due"
PROCESS_PAYLOADS = "inbox.process_payloads"
POLL = "inbox.poll_due"
PRIVACY = "inbox.do_privacy_jobs"
PUSH = "inbox.send_pushes"
ROUTE_GATHERED = "inbox.route_gathered"
TELL_DESK = "inbox.tell_desk"
TELL_MANAGERS = "inbox.tell_managers"

# While a nudge of a kind is waiting, a second would find nothing more to do.
_NUDGE_SECONDS = 30
# After Valkey has refused once, requests don't wait for it again during this time.
_REST_SECONDS = 1.0

logger = logging.getLogger(__name__)

_resting_until = 0.0


def announce(hints: Sequence[Mapping[str, object]]) -> None:
    """Tell every web process, after commit, which events happened (ids only)."""

    def publish_hints() -> None:
        publish({"events": hints})

    transaction.on_commit(publish_hints, robust=True)


def publish(body: Mapping[str, object]) -> None:
    """Publish to every hub now; a dead Valkey is logged and otherwise ignored, since pages catch up by themselves."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return
    try:
        valkey().publish(CHANNEL, msgspec.json.encode(body))
    except redis.RedisError as error:
        _resting_until = time.monotonic() + _REST_SECONDS
        logger.warning("Hint lost, pages will catch up: %s", error)


def nudge(task: str, *, after: int = 0) -> None:
    """Wake a worker for `task` after commit, unless such a nudge is already waiting; a sweep finds what is lost.

    `after` so many seconds, where the row is not due before.
    """

    def send_nudge() -> None:
        _send_nudge(task, after)

    transaction.on_commit(send_nudge, robust=True)


def take_nudge(task: str) -> None:
    """Note that `task` starts looking now, so that whatever is committed from here on nudges again."""
    try:
        valkey().delete(_nudge_key(task))
    except redis.RedisError as error:
        logger.warning("Nudge of %s could not be taken: %s", task, error)


@cache
def valkey() -> "redis.Redis":
    """Return this process's Valkey client; its time-outs are short because a request waits for it."""
    client: redis.Redis = redis.Redis.from_url(
        settings.VALKEY_URL, socket_connect_timeout=0.25, socket_timeout=0.5, retry=None
    )
    return client


def _send_nudge(task: str, after: int) -> None:
    global _resting_until
    if time.monotonic() < _resting_until:
        return
    try:
        if after:
            # Those of one second share one; it is not taken back by a worker that looks before.
            if valkey().set(f"{_nudge_key(task)}:{int(time.time()) + after}", 1, nx=True, ex=after):
                current_app.send_task(task, countdown=after, retry=False)
        elif valkey().set(_nudge_key(task), 1, nx=True, ex=_NUDGE_SECONDS):
            current_app.send_task(task, retry=False)
    except (redis.RedisError, OperationalError) as error:
        _resting_until = time.monotonic() + _REST_SECONDS
        logger.warning("Nudge lost, the sweep will find the work: %s", error)


def _nudge_key(task: str) -> str:
    return f"onevoice:nudge:{task}"
