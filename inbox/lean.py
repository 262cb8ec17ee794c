"""A bare ASGI door in front of Django, several times faster than a view, for addresses that are asked very often.

Requests of one kind that arrive while a transaction of that kind runs are stored together by the
next one (group commit). A sender who is alone never waits for others.
"""

import abc
import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar, Generic, ParamSpec, TypeVar

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.db import close_old_connections

# So many requests, or so many bytes, are stored together.
MOST_REQUESTS = 128
MOST_TOGETHER = 1024 * 1024
# Lines that move at the same time, per door; each takes a database connection.
THREADS = 4
# How long this process believes what it has looked up, in seconds.
BELIEVED_FOR = 5.0
BELIEVED_AT_MOST = 10_000
# How long a line waits for those who were answered just now; in seconds.
MOMENT = 0.004

P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; `headers` are those beside the media type and the length."""

    status: int
    content: bytes = b""
    media_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the number in its address, and its body, which may be cut off where it is too large."""

    request: HTTPScope
    number: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Place(Generic[W]):
    """What the requests of one name have in common, and until when this process believes that."""

    name: Hashable
    what: W
    until: float = field(default_factory=lambda: time.monotonic() + BELIEVED_FOR)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request and where its answer goes."""

    asked: Asked
    answer: "asyncio.Future[Answer]"


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
        size = len(group[0].asked.body)
        while self.waiting and len(group) < MOST_REQUESTS:
            size += len(self.waiting[0].asked.body)
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
    # A longer body is cut off somewhere behind so many bytes.
    most_bytes: ClassVar[int]

    def __init__(self, behind: ASGI3Application) -> None:
        self.behind = behind
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix=type(self).__name__)
        self.places: dict[Hashable, Place[W]] = {}
        self.lines: dict[Hashable, Line] = {}
        self.drains: set[asyncio.Task[None]] = set()

    @abc.abstractmethod
    def name_of(self, request: HTTPScope, number: int) -> Hashable | None:
        """Return the name of the request's place; None while only the database can tell."""

    @abc.abstractmethod
    def look_up(self, request: HTTPScope, number: int) -> Place[W] | None:
        """Return the request's place; None where the application behind has the answer. Runs in a thread."""

    @abc.abstractmethod
    def store(self, what: W, group: Sequence[Asked]) -> list[Answer]:
        """Return the answer to each request of a group. Runs in a thread."""

    @abc.abstractmethod
    def answer_to(self, error: Exception) -> Answer:
        """Return the answer that stands for an error, and log what is no refusal."""

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer the request, or pass it on."""
        found = self.path.match(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None or scope["type"] != "http":
            await self.behind(scope, receive, send)
            return
        try:
            place = await self._find_place(scope, int(found[1]))
        except Exception as error:
            await _send(send, self.answer_to(error))
            return
        if place is None:
            await self.behind(scope, receive, send)
        elif (body := await _read(receive, self.most_bytes)) is not None:
            await _send(send, await self._stand_in_line(place, Asked(scope, int(found[1]), body)))

    async def _find_place(self, request: HTTPScope, number: int) -> Place[W] | None:
        """Return where the request goes, from memory where possible."""
        name = self.name_of(request, number)
        known = self.places.get(name) if name is not None else None
        if known and known.until > time.monotonic():
            return known
        place = await self._in_thread(self.look_up, request, number)
        if place is not None:
            if len(self.places) >= BELIEVED_AT_MOST:
                self.places.clear()
            self.places[place.name] = place
        return place

    async def _stand_in_line(self, place: Place[W], asked: Asked) -> Answer:
        """Wait with the others of the same place; whoever finds no line starts one."""
        waiting = Waiting(asked, asyncio.get_running_loop().create_future())
        if place.name not in self.lines:
            self.lines[place.name] = Line()
            drain = asyncio.create_task(self._drain(place))
            self.drains.add(drain)
            drain.add_done_callback(self.drains.discard)
        self.lines[place.name].join(waiting)
        return await waiting.answer

    async def _drain(self, place: Place[W]) -> None:
        """Store the line group by group until nobody waits."""
        line = self.lines[place.name]
        while line.waiting:
            group = line.take()
            try:
                answers = await self._in_thread(self.store, place.what, [waiting.asked for waiting in group])
            except Exception as error:
                answers = [self.answer_to(error)] * len(group)
            for waiting, answer in zip(group, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)
            await line.gather(len(group))
        del self.lines[place.name]

    async def _in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run something that asks the database."""

        def run() -> R:
            try:
                return function(*args, **kwargs)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self.threads, run)


def header(request: HTTPScope, name: bytes) -> str:
    """Return a header of the request, or an empty text."""
    return next((value.decode("latin-1") for key, value in request["headers"] if key == name), "")


async def _read(receive: ASGIReceiveCallable, most: int) -> bytes | None:
    """Return the body, cut off once it is too large; None when the client has gone."""
    chunks: list[bytes] = []
    size = 0
    while size <= most:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message["body"])
        size += len(message["body"])
        if not message["more_body"]:
            break
    return b"".join(chunks)


async def _send(send: ASGISendCallable, answer: Answer) -> None:
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.content)).encode()),
        (b"x-content-type-options", b"nosniff"),
        *((name.lower().encode(), value.encode()) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": answer.content, "more_body": False})
