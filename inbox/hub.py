"""One hub a process: one subscription to Valkey, each event rendered once, the same bytes to every socket."""

import asyncio
import json
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import redis.asyncio
from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from inbox import outbox
from inbox.queries import live

TICK_SECONDS = 20.0
# How long a page waits for the hub's subscription before it is told the newest event without one.
SUBSCRIBE_SECONDS = 1.0
# Hints waiting to be rendered; a hub further behind tells its pages to look again instead.
BACKLOG = 500
# More events than this in one transaction are told as one: "look again".
MANY = 50
SIGNED_OUT = 4401
ACCESS_ENDED = 4403

# What goes over the layer, and over the socket, is JSON.
Hint: TypeAlias = dict[str, Any]

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Socket:
    """One open page: what it may hear, what it watches, and how to reach it."""

    access: live.Access
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    session_ends: datetime | None = None
    session_alive: Callable[[], bool] = lambda: True
    watching: int | None = None


class Hub:
    """Holds the process's sockets by topic and tells them what happened."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self._by_topic: dict[str, set[Socket]] = defaultdict(set)
        self._backlog: asyncio.Queue[Hint] = asyncio.Queue(BACKLOG)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._subscribed = asyncio.Event()

    async def join(self, socket: Socket) -> None:
        """Add a page and return once the hub hears hints for it, or after a second without Valkey."""
        self._add(socket)
        for work in (self._listen, self._work, self._tick):
            task = self._tasks.get(work.__name__)
            if task is None or task.done():
                self._tasks[work.__name__] = asyncio.create_task(work())
        with suppress(TimeoutError):
            async with asyncio.timeout(SUBSCRIBE_SECONDS):
                await self._subscribed.wait()

    def leave(self, socket: Socket) -> None:
        """Remove a page; after the last one the subscription ends by itself."""
        self.sockets.discard(socket)
        for topic in socket.access.topics:
            self._by_topic[topic].discard(socket)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def _add(self, socket: Socket) -> None:
        self.sockets.add(socket)
        for topic in socket.access.topics:
            self._by_topic[topic].add(socket)

    async def _listen(self) -> None:
        """Read hints while there are pages; whatever was said while Valkey was away is made good by a resync."""
        lost = False
        while self.sockets:
            try:
                await self._read_hints(lost)
            except (RedisError, OSError) as error:
                logger.warning("The hub has lost Valkey and will come back: %s", error)
                lost = True
                await asyncio.sleep(random.uniform(0.2, 0.8))  # noqa: S311 - jitter, not a secret
            finally:
                self._subscribed.clear()

    async def _read_hints(self, lost: bool) -> None:
        async with redis.asyncio.Redis.from_url(settings.VALKEY_URL) as client, client.pubsub() as subscription:
            await subscription.subscribe(outbox.CHANNEL)
            # The client sometimes swallows a cancellation, so this looks up once a second.
            while self.sockets:
                message = await subscription.get_message(timeout=1.0)
                if message is not None and message["type"] == "message":
                    self._take(json.loads(message["data"]))
                elif message is not None and message["type"] == "subscribe":
                    self._subscribed.set()
                    self._take({"resync": lost})

    def _take(self, body: Hint) -> None:
        try:
            self._backlog.put_nowait(body)
        except asyncio.QueueFull:
            while not self._backlog.empty():
                self._backlog.get_nowait()
            self._backlog.put_nowait({"resync": True})

    async def _work(self) -> None:
        while True:
            body = await self._backlog.get()
            try:
                await self._handle(body)
            except Exception:
                # One event that can't be told must not silence the rest; the pages look again by themselves.
                logger.exception("An event could not be told: %s", body)
                await self._tell(self.sockets, {"type": "resync"})

    async def _handle(self, body: Hint) -> None:
        if "access" in body:
            await self._recheck(body["access"])
        hints: list[Hint] = body.get("events", [])
        if body.get("resync"):
            await self._tell(self.sockets, {"type": "resync"})
        elif len(hints) > MANY:
            organizations = {hint["organization"] for hint in hints}
            await self._tell([s for s in self.sockets if s.access.organization_id in organizations], {"type": "resync"})
        else:
            for hint in hints:
                await self._tell_event(hint)

    async def _tell_event(self, hint: Hint) -> None:
        """Render the event once for each language that listens and send it to those who may hear it."""
        hearers = self._hearers(hint)
        for language in {socket.access.language for socket in hearers}:
            words = await database_sync_to_async(live.words_of)(hint["event"], language)
            if words is None:
                return
            group = [socket for socket in hearers if socket.access.language == language]
            await self._tell(group, _event_message(words))
            watchers = [socket for socket in group if socket.watching == words.ticket_id]
            if watchers:
                thread = await database_sync_to_async(live.thread_words_of)(hint["event"], words.ticket_id, language)
                await self._tell(watchers, _items_message(words, thread))

    def _hearers(self, hint: Hint) -> set[Socket]:
        """Return the pages of the ticket's team, of those who see everything, and of its assignees."""
        if hint["ticket"] is None:
            return set()
        people: list[int] = hint["people"]
        topics = [f"team.{hint['team']}", f"organization.{hint['organization']}", *(f"user.{pk}" for pk in people)]
        return set().union(*(self._by_topic.get(topic, set()) for topic in topics))

    async def _recheck(self, user_id: object) -> None:
        """Close the person's pages whose session has ended, and give the others the topics of today."""
        for socket in [s for s in self.sockets if s.access.user_id == user_id]:
            access = await database_sync_to_async(live.access_of)(socket.access.user_id)
            if access is None:
                await self._close(socket, ACCESS_ENDED)
            elif not await database_sync_to_async(socket.session_alive)():
                await self._close(socket, SIGNED_OUT)
            elif access != socket.access:
                watching = await database_sync_to_async(live.still_watchable)(access.user_id, socket.watching)
                # Nothing may happen between these: without its last page the hub stops listening.
                self.leave(socket)
                socket.access, socket.watching = access, watching
                self._add(socket)
                await self._tell([socket], {"type": "resync"})

    async def _tick(self) -> None:
        """Tell every page, every twenty seconds, which event it should have heard last."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = timezone.now()
            for socket in [s for s in self.sockets if s.session_ends and s.session_ends <= now]:
                await self._close(socket, SIGNED_OUT)
            newest = await database_sync_to_async(live.newest_events)(list(self._by_topic))
            for socket in list(self.sockets):
                last = max((newest.get(topic, 0) for topic in socket.access.topics), default=0)
                await self._tell([socket], {"type": "tick", "event": last})

    async def _close(self, socket: Socket, code: int) -> None:
        self.leave(socket)
        await socket.close(code)

    async def _tell(self, sockets: Iterable[Socket], message: Hint) -> None:
        """Send the same bytes to each; a page that has just gone is no reason to stop."""
        text = json.dumps(message, separators=(",", ":"))
        for count, socket in enumerate(list(sockets), start=1):
            try:
                await socket.send(text)
            except (OSError, RuntimeError) as error:
                logger.info("A page went while it was told something: %s", error)
            if count % 100 == 0:
                await asyncio.sleep(0)


def _event_message(words: live.EventWords) -> Hint:
    return {
        "type": "event",
        "event": words.event_id,
        "kind": words.kind,
        "ticket": words.number,
        "was": words.was,
        "now": words.now,
        "row": words.row,
        "announce": words.announce,
    }


def _items_message(words: live.EventWords, thread: live.ThreadWords) -> Hint:
    return {
        "type": "items",
        "event": words.event_id,
        "ticket": words.number,
        "html": thread.items,
        "head": thread.head,
    }


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def current_hub() -> Hub:
    """Return the hub of the running event loop, one for each process."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
