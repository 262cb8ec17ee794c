"""What the bare ASGI doors share: each answers one address in front of Django, several times faster than a view.

Requests of one kind that arrive while a transaction of that kind runs are stored together by the
next one (group commit). A sender who is alone never waits for others.
"""

import abc
import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Generic, ParamSpec, TypeVar

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.db import OperationalError, close_old_connections

from accounts.models import ApiKey
from accounts.queries.keys import known_key, touch_key
from inbox.api import problems
from inbox.api.authentication import require_key, require_scope, secret_in
from inbox.api.intake import MOST_BYTES, Outcome, Submission
from inbox.api.problems import Problem

# So many requests, or so many bytes, are stored together.
MOST_REQUESTS = 128
MOST_TOGETHER = 1024 * 1024
# Lines that move at the same time, per door; each takes a database connection.
THREADS = 4
# How long this process believes what a key may be used for.
BELIEVED_FOR = 5.0
BELIEVED_AT_MOST = 10_000
# How long a line waits for those who were answered just now; in seconds.
MOMENT = 0.004

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Place(Generic[W]):
    """A key, one of the things that it may be used for, and until when this process believes that it may."""

    key: ApiKey
    name: Hashable
    what: W
    until: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the number in its address, and what came with it."""

    number: int
    submission: Submission


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request and where its answer goes."""

    asked: Asked
    answer: "asyncio.Future[Outcome]"


class Line:
    """The requests that wait for one place; `expected` of them make it worth while to go on."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.expected = 1
        self.complete = asyncio.Event()

    def join(self, waiting: Waiting) -> None:
        """Stand at the end."""
        self.waiting.append(waiting)
        if len(self.waiting) >= self.expected:
            self.complete.set()

    def take(self) -> list[Waiting]:
        """Return the first of those waiting that are stored together; at least one."""
        group = [self.waiting.popleft()]
        size = len(group[0].asked.submission.body)
        while self.waiting and len(group) < MOST_REQUESTS:
            size += len(self.waiting[0].asked.submission.body)
            if size > MOST_TOGETHER:
                break
            group.append(self.waiting.popleft())
        return group

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


class LeanDoor(abc.ABC, Generic[W]):
    """Answers `POST` to the addresses that match `path`; everything else goes to the application behind it."""

    path: ClassVar[re.Pattern[str]]
    # What a key must be allowed to do.
    scope: ClassVar[str]
    # The status of an answer that is no problem.
    status: ClassVar[int] = 200

    def __init__(self, behind: ASGI3Application) -> None:
        self.behind = behind
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix=type(self).__name__)
        self.places: dict[tuple[int, Hashable], Place[W]] = {}
        self.lines: dict[tuple[int, Hashable], Line] = {}
        self.drains: set[asyncio.Task[None]] = set()

    @abc.abstractmethod
    def name_of(self, request: HTTPScope, number: int) -> Hashable:
        """Return what tells apart the lines of one key."""

    @abc.abstractmethod
    def look_up(self, key: ApiKey, request: HTTPScope, number: int) -> W:
        """Return what the key may be used for there; raises a problem. Runs in a thread."""

    @abc.abstractmethod
    def store(self, key: ApiKey, what: W, group: Sequence[Asked]) -> list[Outcome]:
        """Return the answer to each request of a group, and raise nothing. Runs in a thread."""

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer the request, or pass it on."""
        found = self.path.match(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None or scope["type"] != "http":
            await self.behind(scope, receive, send)
            return
        try:
            outcome = await self._answer(scope, int(found[1]), receive)
        except Problem as problem:
            outcome = problem
        except Exception as error:
            outcome = problems.problem_of(error)
            logger.exception("%s failed", type(self).__name__)
        if outcome is not None:
            await _send(send, outcome, self.status)

    async def _answer(self, request: HTTPScope, number: int, receive: ASGIReceiveCallable) -> Outcome | None:
        """Return the answer; None when the client has gone."""
        place = await self._find_place(request, number)
        body = await _read(receive)
        if body is None:
            return None
        return await self._stand_in_line(place, Asked(number, Submission(body, header(request, b"content-type"))))

    async def _find_place(self, request: HTTPScope, number: int) -> Place[W]:
        """Return where the request goes, from memory where possible; raises a problem."""
        authorization, name = header(request, b"authorization"), self.name_of(request, number)
        key = known_key(secret_in(authorization))
        place = self.places.get((key.pk, name)) if key else None
        if key and place and place.until > time.monotonic():
            require_scope(key, self.scope)
            return place
        place = await self._in_thread(self._look_up, authorization, name, request, number)
        if len(self.places) >= BELIEVED_AT_MOST:
            self.places.clear()
        self.places[place.key.pk, name] = place
        return place

    async def _stand_in_line(self, place: Place[W], asked: Asked) -> Outcome:
        """Wait with the others of the same place; whoever finds no line starts one."""
        waiting = Waiting(asked, asyncio.get_running_loop().create_future())
        name = (place.key.pk, place.name)
        if name not in self.lines:
            self.lines[name] = Line()
            drain = asyncio.create_task(self._drain(name, place))
            self.drains.add(drain)
            drain.add_done_callback(self.drains.discard)
        self.lines[name].join(waiting)
        return await waiting.answer

    async def _drain(self, name: tuple[int, Hashable], place: Place[W]) -> None:
        """Store the line group by group until nobody waits."""
        line = self.lines[name]
        while line.waiting:
            group = line.take()
            try:
                outcomes = await self._in_thread(self._store, place, [waiting.asked for waiting in group])
            except Exception:
                logger.exception("A group of requests failed")
                outcomes = [problems.broken()] * len(group)
            for waiting, outcome in zip(group, outcomes, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(outcome)
            await line.gather(len(group))
        del self.lines[name]

    async def _in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run something that asks the database."""

        def run() -> R:
            try:
                return function(*args, **kwargs)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self.threads, run)

    def _look_up(self, authorization: str, name: Hashable, request: HTTPScope, number: int) -> Place[W]:
        key = require_key(authorization)
        require_scope(key, self.scope)
        return Place(key, name, self.look_up(key, request, number), time.monotonic() + BELIEVED_FOR)

    def _store(self, place: Place[W], group: Sequence[Asked]) -> list[Outcome]:
        with suppress(OperationalError):
            touch_key(place.key)
        return self.store(place.key, place.what, group)


def header(scope: HTTPScope, name: bytes) -> str:
    """Return a header of the request, or an empty text."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


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


async def _send(send: ASGISendCallable, outcome: Outcome, status: int) -> None:
    if isinstance(outcome, Problem):
        status, content, media_type = outcome.status, outcome.body(), problems.MEDIA_TYPE
        more = [(name.lower().encode(), value.encode()) for name, value in outcome.headers.items()]
    else:
        content, media_type, more = outcome, "application/json", []
    headers: Iterable[tuple[bytes, bytes]] = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": content, "more_body": False})
