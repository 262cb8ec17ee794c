"""One hub a process: one subscription to Valkey, each event rendered once, the same bytes to every socket."""

import asyncio
import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial, wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar
from uuid import uuid4
from weakref import WeakKeyDictionary

import redis.asyncio
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from redis.exceptions import RedisError

from inbox import outbox
from inbox.actions.attendance import EVERY_SECONDS, note_present
from inbox.presence import REPEAT_SECONDS, Board, Doing, Place, packed, unpacked
from inbox.queries import judgements, live
from inbox.sockets import Socket
from inbox.wire import Frame, frame_of

TICK_SECONDS = 20.0
# How long a page waits for the hub's subscription before it is told the newest event without one.
SUBSCRIBE_SECONDS = 1.0
# Hints waiting to be rendered; a hub further behind tells its pages to look again instead.
BACKLOG = 500
# More events than this in one transaction are told as one: "look again".
MANY = 50
# Transactions that have piled up are told together, so many at a time.
TOGETHER = 25
# How long what people do is gathered before all are told; in seconds.
GATHER_SECONDS = 0.3
# What changes who may hear of a ticket.
MOVING = frozenset({"ticket.assigned", "ticket.unassigned", "ticket.moved_to_team", "reply.queued", "reply.scheduled"})
# Pages that are written to before the loop looks after anything else.
AT_A_TIME = 100
SIGNED_OUT = 4401
ACCESS_ENDED = 4403

# What goes over the layer, and over the socket, is JSON.
Hint: TypeAlias = dict[str, Any]
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


def again_and_again(turn: Callable[["Hub"], Awaitable[None]]) -> Callable[["Hub"], Coroutine[Any, Any, None]]:
    """Have a turn of the hub's work taken for as long as it lives, whether or not one fails; each waits first."""

    @wraps(turn)
    async def work(hub: "Hub") -> None:
        while True:
            try:
                await turn(hub)
            except Exception:
                logger.exception("The hub goes on after this, with %s", turn.__name__)

    return work


class Hub:
    """Holds the process's sockets by topic and tells them what happened."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self._by_topic: dict[str, set[Socket]] = defaultdict(set)
        self._backlog: asyncio.Queue[Hint] = asyncio.Queue(BACKLOG)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._subscribed = asyncio.Event()
        self._board = Board()
        self._name = uuid4().hex
        self._moved = asyncio.Event()
        self._came = asyncio.Event()
        # A thread of its own: a thousand pages that sign in at once must not hold up what is told.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hub")

    async def join(self, socket: Socket) -> None:
        """Add a page and return once the hub hears hints for it, or after a second without Valkey."""
        self._add(socket)
        self._came.set()
        for work in (self._listen, self._work, self._tick, self._say_present, self._note_present):
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
        if socket.place:
            self._moved.set()

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

    @again_and_again
    async def _work(self) -> None:
        bodies = [await self._backlog.get()]
        while not self._backlog.empty() and len(bodies) < TOGETHER:
            bodies.append(self._backlog.get_nowait())
        try:
            await self._handle(bodies)
        except Exception:
            # An event that can't be told must not silence the rest; the pages look again by themselves.
            logger.exception("These events could not be told: %s", bodies)
            await self._tell(self.sockets, {"type": "resync"})

    async def _handle(self, bodies: Sequence[Hint]) -> None:
        for user_id in dict.fromkeys(body["access"] for body in bodies if "access" in body):
            await self._recheck(user_id)
        for people in [body["notified"] for body in bodies if "notified" in body]:
            told_of = {socket for pk in people for socket in self._by_topic.get(live.user_topic(pk), set())}
            await self._tell(told_of, {"type": "notified"})
        if any(body.get("resync") for body in bodies):
            await self._tell(self.sockets, {"type": "resync"})
        for said in [body["presence"] for body in bodies if "presence" in body]:
            await self._tell_presence(self._board.hear(said["process"], unpacked(said["visits"])))
        told: list[list[Hint]] = [body.get("events", []) for body in bodies]
        await self._tell_of_words([hint for hints in told for hint in hints])
        for judged in [body["judged"] for body in bodies if "judged" in body]:
            await self._tell_judged(judged)
        for organization in {hint["organization"] for hints in told for hint in hints if hint["kind"] in live.CRISES}:
            hearers = [socket for socket in self.sockets if socket.access.organization_id == organization]
            await self._tell(hearers, {"type": "incident"})
        flooded = {hint["organization"] for hints in told if len(hints) > MANY for hint in hints}
        if flooded:
            await self._tell([s for s in self.sockets if s.access.organization_id in flooded], {"type": "resync"})
        await self._tell_events([hint for hints in told if len(hints) <= MANY for hint in hints])

    async def _tell_of_words(self, hints: Sequence[Hint]) -> None:
        """Tell which signed words may no longer go out, and when others may be used from now on."""
        for hint in [hint for hint in hints if hint["kind"] in live.OVERTAKING]:
            await self._tell_overtaken(hint)
        for hint in [hint for hint in hints if hint["kind"] == live.BEGINNING]:
            hearers = [s for s in self.sockets if s.access.organization_id == hint["organization"]]
            await self._tell(hearers, {"type": "begun", "event": hint["event"]})

    async def _tell_events(self, hints: Sequence[Hint]) -> None:
        """Render events once for each language that listens and send them to those who may hear them."""
        hearers: dict[str, dict[int, list[Socket]]] = defaultdict(lambda: defaultdict(list))
        for hint in [hint for hint in hints if hint["ticket"] is not None]:
            if hint["kind"] in MOVING:
                self._follow(hint)
            for socket in self._hearers(hint["organization"], (hint["team"], hint.get("team_before")), hint["people"]):
                hearers[socket.access.language][hint["event"]].append(socket)
        for language, heard in hearers.items():
            words = await self._ask(live.words_of, list(heard), language)
            watched = [said for said in words if any(s.watching == said.ticket_id for s in heard[said.event_id])]
            threads = await self._ask(live.thread_words_of, watched, language) if watched else {}
            await self._send_parcels(_parcels(heard, words, threads))

    async def _tell_judged(self, judged: Hint) -> None:
        """Tell the pages that have these saved views how many tickets those hold now, and which came or went."""
        organization, tickets = judged["organization"], judged["tickets"]
        pages = [socket for socket in self.sockets if socket.access.organization_id == organization]
        counts = await self._ask(judgements.counts_of, judged["views"]) if pages else ()
        groups = judgements.by_what_they_see(counts, pages)
        for seen, sockets in groups.items():
            await self._tell(sockets, {"type": "counts", "counts": dict(seen)})
        having = {socket for sockets in groups.values() for socket in sockets}
        if len(tickets) > MANY:
            await self._tell(having, {"type": "resync"})
        for language in {socket.access.language for socket in having if len(tickets) <= MANY}:
            said = await self._ask(judgements.words_of, [ticket for ticket, *_place in tickets], language)
            for ticket, team, assignee in [place for place in tickets if place[0] in said]:
                hearers = self._hearers(organization, (team,), (assignee,)) & having
                group = [socket for socket in hearers if socket.access.language == language]
                await self._tell(group, {"type": "judged", **said[ticket]})

    async def _tell_overtaken(self, hint: Hint) -> None:
        """Tell an organization's pages which signed words may no longer go out; each knows whether it holds them."""
        hearers = [socket for socket in self.sockets if socket.access.organization_id == hint["organization"]]
        for language in {socket.access.language for socket in hearers}:
            html = await self._ask(live.overtaken_words_of, hint["event"], language)
            group = [socket for socket in hearers if socket.access.language == language]
            await self._tell(group, {"type": "overtaken", "event": hint["event"], "html": html})

    def _hearers(self, organization: int, teams: Iterable[int | None], people: Iterable[int]) -> set[Socket]:
        """Return the pages of the ticket's teams, now and before, of those who see everything, and of its assignees."""
        topics = [f"organization.{organization}", *(f"team.{pk}" for pk in teams), *(f"user.{pk}" for pk in people)]
        return set().union(*(self._by_topic.get(topic, set()) for topic in topics))

    async def _recheck(self, user_id: object) -> None:
        """Close the person's pages whose session has ended, and give the others the topics of today."""
        for socket in [s for s in self.sockets if s.access.user_id == user_id]:
            access = await self._ask(live.access_of, socket.access.user_id)
            if access is None:
                await self._close(socket, ACCESS_ENDED)
            elif not await self._ask(socket.session_alive):
                await self._close(socket, SIGNED_OUT)
            elif access != socket.access:
                place = socket.place
                place = await self._ask(live.watchable_ticket, access.user_id, place.number) if place else None
                # Nothing may happen between these: without its last page the hub stops listening.
                self.leave(socket)
                socket.access, socket.place = access, place
                self._add(socket)
                await self._tell([socket], {"type": "resync"})

    @again_and_again
    async def _tick(self) -> None:
        """Tell every page, every twenty seconds, which event it should have heard last."""
        await asyncio.sleep(TICK_SECONDS)
        await self._tell_presence(self._board.forget_silent())
        now = timezone.now()
        for socket in [s for s in self.sockets if s.session_ends and s.session_ends <= now]:
            await self._close(socket, SIGNED_OUT)
        newest = await self._ask(live.newest_events, list(self._by_topic))
        behind: dict[int, list[Socket]] = defaultdict(list)
        for socket in self.sockets:
            behind[max((newest.get(topic, 0) for topic in socket.access.topics), default=0)].append(socket)
        for last, sockets in behind.items():
            await self._tell(sockets, {"type": "tick", "event": last})

    def note_visit(self, socket: Socket, place: Place | None, doing: Doing = Doing.VIEWING) -> None:
        """Note which ticket a page has open and what its person does there."""
        if (socket.place, socket.doing) != (place, doing):
            socket.place, socket.doing, socket.since = place, doing, time.time()
            self._moved.set()

    async def greet(self, socket: Socket, newest: int) -> None:
        """Tell a new page the newest event, and who is where, of the tickets that it may hear of."""
        await self._tell([socket], {"type": "hello", "event": newest})
        await self._tell_presence(self._board.places(), {socket})

    @again_and_again
    async def _say_present(self) -> None:
        """Tell all processes who is where on the pages of this one: soon after a change, and now and then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(REPEAT_SECONDS):
                await self._moved.wait()
        await asyncio.sleep(GATHER_SECONDS)
        self._moved.clear()
        visits = [visit for socket in self.sockets if (visit := socket.visit)]
        said = {"presence": {"process": self._name, "visits": packed(visits)}}
        await asyncio.get_running_loop().run_in_executor(self._thread, outbox.publish, said)

    @again_and_again
    async def _note_present(self) -> None:
        """Note whose pages are open, soon after somebody comes and now and then: tickets are given to them alone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY_SECONDS):
                await self._came.wait()
        await asyncio.sleep(GATHER_SECONDS)
        self._came.clear()
        if people := {socket.access.user_id for socket in self.sockets}:
            await self._ask(note_present, people)

    async def _tell_presence(self, places: Iterable[Place], only: Collection[Socket] | None = None) -> None:
        """Tell pages who is at these tickets now: all that may hear of them, or `only` some; in one frame each."""
        heard: dict[Socket, list[Place]] = defaultdict(list)
        for place in places:
            for socket in self._hearers(place.organization, (place.team,), place.people):
                if only is None or socket in only:
                    heard[socket].append(place)
        groups: dict[tuple[Place, ...], list[Socket]] = defaultdict(list)
        for socket, at in heard.items():
            groups[tuple(at)].append(socket)
        for together, sockets in groups.items():
            told = {place.number: [visit.told for visit in self._board.visits(place.ticket)] for place in together}
            await self._tell(sockets, {"type": "presence", "tickets": told})

    def _follow(self, hint: Hint) -> None:
        """Note who may hear of a ticket from now on, on the pages that have it open."""
        for socket in self.sockets:
            if socket.place and socket.place.ticket == hint["ticket"]:
                socket.place = replace(socket.place, team=hint["team"], people=tuple(hint["people"]))
                self._moved.set()

    async def _close(self, socket: Socket, code: int) -> None:
        self.leave(socket)
        await socket.close(code)

    async def _ask(self, question: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        """Ask the database in the hub's own thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(_answer, partial(question, *args, **kwargs)))

    async def _tell(self, sockets: Iterable[Socket], message: Hint) -> None:
        await self._send(list(sockets), [frame_of(message)])

    async def _send_parcels(self, parcels: Mapping[Socket, Sequence[Frame]]) -> None:
        """Send each page its frames at once; nearly all get the same."""
        groups: dict[tuple[Frame, ...], list[Socket]] = defaultdict(list)
        for socket, frames in parcels.items():
            groups[tuple(frames)].append(socket)
        for together, sockets in groups.items():
            await self._send(sockets, together)

    async def _send(self, sockets: Collection[Socket], frames: Sequence[Frame]) -> None:
        """Send the same bytes to each; a page that has just gone is no reason to stop."""
        wire = b"".join(frame.wire for frame in frames)
        for count, socket in enumerate(sockets, start=1):
            try:
                if socket.write is not None:
                    socket.write(wire)
                else:
                    for frame in frames:
                        await socket.send(frame.text)
            except (OSError, RuntimeError) as error:
                logger.info("A page went while it was told something: %s", error)
            if count % AT_A_TIME == 0:
                await asyncio.sleep(0)


def _answer(question: Callable[[], Answer]) -> Answer:
    """Answer in this thread and hand its connection back."""
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()


def _parcels(
    heard: Mapping[int, Iterable[Socket]],
    words: Iterable[live.EventWords],
    threads: Mapping[int, live.ThreadWords],
) -> Mapping[Socket, Sequence[Frame]]:
    """Return what each page gets: every event it may hear, and the conversation's part where it has it open."""
    parcels: dict[Socket, list[Frame]] = defaultdict(list)
    for said in words:
        event = frame_of(said.message)
        thread = threads.get(said.event_id)
        items = frame_of(thread.message(said)) if thread else None
        for socket in heard[said.event_id]:
            parcels[socket].append(event)
            if items and socket.watching == said.ticket_id:
                parcels[socket].append(items)
    return parcels


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def current_hub() -> Hub:
    """Return the hub of the running event loop, one for each process."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
