"""The intake endpoint as a bare ASGI application: the same answers as the view, several times faster.

Requests for one channel that arrive while a transaction of that channel runs are stored together by
the next one (group commit). A sender who is alone never waits for others.
"""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.db import OperationalError, close_old_connections

from accounts.models import ApiKey
from accounts.models.keys import Scope as KeyScope
from accounts.queries.keys import known_key, touch_key
from inbox.api import problems
from inbox.api.authentication import require_key, require_scope, secret_in
from inbox.api.intake import MOST_BYTES, Outcome, Submission, receive_group
from inbox.api.problems import Problem
from inbox.models import Channel
from inbox.queries.connectors import channel_for

PATH = re.compile(r"^/api/v1/channels/([0-9]{1,18})/messages$")
# How long this process believes that a key may speak for a channel.
BELIEVED_FOR = 5.0
BELIEVED_AT_MOST = 10_000
# So many requests, or so many bytes, are stored together.
MOST_REQUESTS = 128
MOST_TOGETHER = 1024 * 1024
# Channels whose messages are stored at the same time; each takes a database connection.
THREADS = 4
# How long a line waits for those who were answered just now; in seconds.
MOMENT = 0.004

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, the key that may speak for it, and the key's limit there."""

    channel: Channel
    key: ApiKey
    limit: int
    until: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request and where its answer goes."""

    submission: Submission
    answer: "asyncio.Future[Outcome]"


class Line:
    """The requests that wait for one channel and key; `expected` of them make it worth while to go on."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.expected = 1
        self.complete = asyncio.Event()

    def join(self, waiting: Waiting) -> None:
        """Stand at the end."""
        self.waiting.append(waiting)
        if len(self.waiting) >= self.expected:
            self.complete.set()

    async def gather(self, answered: int) -> None:
        """Give those who were answered just now a moment to come back, so that all are stored together again.

        Without it the senders fall into two halves, of which one waits while the other is stored: half
        the messages to a transaction. A sender who is alone finds nobody to wait for.
        """
        self.expected = min(answered + len(self.waiting), MOST_REQUESTS)
        if self.expected > 1:
            self.complete.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(MOMENT):
                    await self.complete.wait()


class FastIntake:
    """Answers `POST /api/v1/channels/{id}/messages`; everything else goes to the application behind it."""

    def __init__(self, behind: ASGI3Application) -> None:
        self.behind = behind
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="intake")
        self.places: dict[tuple[int, int], Place] = {}
        self.lines: dict[tuple[int, int], Line] = {}
        self.drains: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer the request, or pass it on."""
        found = PATH.match(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None or scope["type"] != "http":
            await self.behind(scope, receive, send)
            return
        try:
            outcome = await self._answer(scope, int(found[1]), receive)
        except Problem as problem:
            outcome = problem
        except Exception as error:
            outcome = problems.problem_of(error)
            logger.exception("The intake failed")
        if outcome is not None:
            await _send(send, outcome)

    async def _answer(self, scope: HTTPScope, channel_id: int, receive: ASGIReceiveCallable) -> Outcome | None:
        """Return the answer; None when the client has gone."""
        place = await self._find_place(_header(scope, b"authorization"), channel_id)
        body = await _read(receive)
        if body is None:
            return None
        return await self._stand_in_line(place, Submission(body, _header(scope, b"content-type")))

    async def _find_place(self, authorization: str, channel_id: int) -> Place:
        """Return where the request goes, from memory where possible; raises a problem."""
        secret = secret_in(authorization)
        key = known_key(secret)
        place = self.places.get((key.pk, channel_id)) if key else None
        if key and place and place.until > time.monotonic():
            require_scope(key, KeyScope.MESSAGES_WRITE)
            return place
        place = await asyncio.get_running_loop().run_in_executor(self.threads, _look_up, authorization, channel_id)
        if len(self.places) >= BELIEVED_AT_MOST:
            self.places.clear()
        self.places[place.key.pk, channel_id] = place
        return place

    async def _stand_in_line(self, place: Place, submission: Submission) -> Outcome:
        """Wait with the others of the same channel and key; whoever finds no line starts one."""
        waiting = Waiting(submission, asyncio.get_running_loop().create_future())
        name = (place.channel.pk, place.key.pk)
        if name not in self.lines:
            self.lines[name] = Line()
            drain = asyncio.create_task(self._drain(name, place))
            self.drains.add(drain)
            drain.add_done_callback(self.drains.discard)
        self.lines[name].join(waiting)
        return await waiting.answer

    async def _drain(self, name: tuple[int, int], place: Place) -> None:
        """Store the line group by group until nobody waits."""
        line = self.lines[name]
        while line.waiting:
            group = _next_group(line.waiting)
            try:
                outcomes = await asyncio.get_running_loop().run_in_executor(
                    self.threads, _receive, place, [waiting.submission for waiting in group]
                )
            except Exception:
                logger.exception("A group of requests failed")
                outcomes = [problems.broken()] * len(group)
            for waiting, outcome in zip(group, outcomes, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(outcome)
            await line.gather(len(group))
        del self.lines[name]


def _next_group(waiting: deque[Waiting]) -> list[Waiting]:
    """Take the first of those waiting that are stored together; at least one."""
    group = [waiting.popleft()]
    size = len(group[0].submission.body)
    while waiting and len(group) < MOST_REQUESTS:
        size += len(waiting[0].submission.body)
        if size > MOST_TOGETHER:
            break
        group.append(waiting.popleft())
    return group


def _look_up(authorization: str, channel_id: int) -> Place:
    """Return where a request goes, from the database; raises a problem. Runs in a thread."""
    try:
        key = require_key(authorization)
        require_scope(key, KeyScope.MESSAGES_WRITE)
        found = channel_for(key, channel_id)
    finally:
        close_old_connections()
    if found is None:
        raise problems.not_found()
    channel, limit = found
    return Place(channel, key, limit, time.monotonic() + BELIEVED_FOR)


def _receive(place: Place, group: list[Submission]) -> list[Outcome]:
    """Store a group of requests. Runs in a thread."""
    try:
        with suppress(OperationalError):
            touch_key(place.key)
        return receive_group(place.channel, place.key, place.limit, group)
    finally:
        close_old_connections()


async def _read(receive: ASGIReceiveCallable) -> bytes | None:
    """Return the body, cut off once it is too large; None when the client has gone."""
    chunks: list[bytes] = []
    size = 0
    while size <= MOST_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message["body"])
        size += len(message["body"])
        if not message["more_body"]:
            break
    return b"".join(chunks)


async def _send(send: ASGISendCallable, outcome: Outcome) -> None:
    if isinstance(outcome, Problem):
        status, content, media_type = outcome.status, outcome.body(), problems.MEDIA_TYPE
        more = [(name.lower().encode(), value.encode()) for name, value in outcome.headers.items()]
    else:
        status, content, media_type, more = 200, outcome, "application/json", []
    headers: Iterable[tuple[bytes, bytes]] = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": content, "more_body": False})


def _header(scope: HTTPScope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
