"""Speaks to a Matrix homeserver as one account: asks by /sync, waits by long poll, or is pushed to."""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import ClassVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec
from django.utils.translation import gettext as _

from inbox.connectors import http
from inbox.connectors.base import (
    AccessDenied,
    Account,
    BadSignature,
    FileSource,
    News,
    NotThere,
    OutgoingFile,
    OutgoingReply,
    Page,
    RateLimited,
    Receipt,
    Rejected,
    Unavailable,
    Uncertain,
    WebhookRequest,
)
from inbox.connectors.matrix import files, reading
from inbox.connectors.matrix.events import Chunk, Event, Joined, Sync, Transaction, content_of
from inbox.connectors.parts import part_keys, post_parts

# How much of each room the first look brings.
RECENT = 20
PAGE = 100
# Of one room's history: a room that was joined may be years old.
MOST_PAGES = 50
# How far the clocks of two servers may be apart when an earlier attempt is looked for.
SKEW = timedelta(minutes=10)


class _Placed(msgspec.Struct):
    event_id: str


class _Uploaded(msgspec.Struct):
    content_uri: str


class _Who(msgspec.Struct):
    user_id: str


class _Profile(msgspec.Struct):
    displayname: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixConnector:
    """The door to one account of a homeserver."""

    pause: ClassVar[timedelta] = timedelta(seconds=10)
    # What a homeserver wants to read when it has pushed.
    thanks: ClassVar[str] = "{}"

    server: str
    token: str
    # The account's full name, "@care:example.org"; asked for where it is not known.
    account: str = ""
    # What the homeserver shows when it pushes to us as to an application service.
    secret: str = ""

    @property
    def keeps_keys(self) -> bool:
        """Return True: a homeserver takes a transaction id once, and `find_reply` knows for good."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post into the room, words and then files; the key is the transaction id and stays with the last event."""
        contents: list[dict[str, object]] = [{"msgtype": "m.text", "body": reply.text}] if reply.text.strip() else []
        contents += [files.content_of(file, self._keep_file(file)) for file in reply.files]
        if reply.in_reply_to:
            contents[0]["m.relates_to"] = {"m.in_reply_to": {"event_id": reply.in_reply_to}}
        keys = part_keys(reply.key, len(contents))
        parts = [partial(self._post, reply.thread_key, *part) for part in zip(keys, contents, strict=True)]
        return post_parts(reply, parts)

    def _post(self, room: str, key: str, content: Mapping[str, object]) -> Receipt:
        address = self._address(f"/rooms/{_part(room)}/send/m.room.message/{_part(key)}")
        said = {**content, "onevoice.key": key}
        answer = http.publish("PUT", address, words=_words, means=_means, json=said, headers=self._headers())
        return _receipt(room, http.read(answer, _Placed).event_id)

    def _keep_file(self, file: OutgoingFile) -> str:
        """Hand a file to the homeserver and return its address there, which nobody knows before an event names it."""
        answer = http.ask(
            "POST",
            f"{self.server}/_matrix/media/v3/upload",
            words=_words,
            means=_means,
            params={"filename": file.name},
            content=file.read(),
            headers={**self._headers(), "Content-Type": file.type},
            timeout=http.FILE_TIMEOUT,
        )
        return http.read_asked(answer, _Uploaded).content_uri

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look through what the account said in the room since the reply was written."""
        since = (reply.created_at - SKEW).timestamp() * 1000 if reply.created_at else 0
        only = {"senders": [self._account()], "types": [reading.MESSAGE]}
        for event in self._history(reply.thread_key, filter=_json(only)):
            if event.origin_server_ts < since:
                return None
            if content_of(event).key == str(reply.key):
                return _receipt(reply.thread_key, event.event_id)
        return None

    def probe(self) -> Account:
        """Ask the homeserver who we are."""
        account = http.read(self._ask("/account/whoami"), _Who).user_id
        try:
            name = http.read(self._ask(f"/profile/{_part(account)}"), _Profile).displayname or ""
        except NotThere:
            name = ""
        return Account(account, handle=account, name=name)

    def fetch(self, cursor: str) -> Page:
        """Ask for what happened since; invitations are accepted, so that the next look brings what was said there."""
        synced = self._sync(cursor, limit=PAGE if cursor else RECENT)
        account = self._account()
        for room in synced.rooms.invite:
            self._join(room)
        news: list[News] = []
        for room, joined in synced.rooms.join.items():
            news += self._read_room(room, joined, account=account, since=cursor)
        return Page(news, synced.next_batch, more=bool(synced.rooms.invite))

    def listen(self, cursor: str, *, seconds: float) -> bool:
        """Hold a request open until the homeserver has something new."""
        rooms = self._sync(cursor, limit=1, seconds=seconds).rooms if cursor else None
        return rooms is None or bool(rooms.join or rooms.invite)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check that our homeserver pushes, and return its transaction id; raises BadSignature."""
        shown = request.headers.get("authorization", "").encode()
        # Without a secret of our own, anybody could push.
        if not self.secret or not hmac.compare_digest(shown, f"Bearer {self.secret}".encode()):
            raise BadSignature
        return urlsplit(request.address).path.rpartition("/")[2][:255] or "ping"

    def read_webhook(self, body: bytes) -> list[News]:
        """Turn a pushed transaction into news. Names come with the next look, by /sync."""
        pushed, account = msgspec.json.decode(body, type=Transaction), self._account()
        news = reading.read_events(self._honest(pushed.events), account=account, server=self.server, names={})
        return [*news, *reading.read_receipts(pushed.ephemeral, account=account)]

    def open_file(self, address: str) -> FileSource:
        """Return where a file is read: our own homeserver hands out those of all others, to those it knows."""
        path = urlsplit(address).path
        if not path.startswith(reading.MEDIA):
            raise Rejected(_("No address of a file."))
        return FileSource(self.server + path, headers=self._headers())

    def _read_room(self, room: str, joined: Joined, *, account: str, since: str) -> Iterator[News]:
        timeline = joined.timeline
        names = reading.names_in(room, [*joined.state.events, *timeline.events])
        left_out: list[Event] = []
        if since and timeline.limited and timeline.prev_batch:
            # The server told the newest only: what lies between is asked for, so that nothing is skipped.
            left_out = [*self._history(room, start=timeline.prev_batch, to=since)][::-1]
        events = [*left_out, *timeline.events]
        for event in events:
            event.room_id = room
        yield from reading.read_events(self._honest(events), account=account, server=self.server, names=names)
        yield from reading.read_receipts(joined.ephemeral.events, account=account)

    def _honest(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield the events, without edits of what somebody else said: servers let those through."""
        authors: dict[str, str] = {}
        for event in events:
            authors[event.event_id] = event.sender
            content = content_of(event)
            if reading.is_edit(content) and content.relates_to is not None:
                edited = content.relates_to.event_id
                if edited not in authors:
                    authors[edited] = self._author_of(event.room_id, edited)
                if authors[edited] != event.sender:
                    continue
            yield event

    def _author_of(self, room: str, event: str) -> str:
        try:
            return http.read(self._ask(f"/rooms/{_part(room)}/event/{_part(event)}"), Event).sender
        except Rejected:
            return ""

    def _history(self, room: str, *, start: str = "", to: str = "", filter: str = "") -> Iterator[Event]:
        """Yield a room's events, newest first, back to where `to` points."""
        params: dict[str, str | int | list[str]] = {"dir": "b", "limit": PAGE}
        params |= {"to": to} if to else {}
        params |= {"filter": filter or _json({"types": list(reading.READ_TYPES)})}
        for _number in range(MOST_PAGES):
            params |= {"from": start} if start else {}
            page = http.read(self._ask(f"/rooms/{_part(room)}/messages", params), Chunk)
            yield from page.chunk
            if not page.end or page.end == start:
                return
            start = page.end

    def _sync(self, since: str, *, limit: int, seconds: float = 0) -> Sync:
        nothing: dict[str, list[str]] = {"types": []}
        room = {
            "timeline": {"limit": limit, "types": [*reading.READ_TYPES, reading.MEMBER]},
            "state": {"types": [reading.MEMBER], "lazy_load_members": True},
            "ephemeral": {"types": ["m.receipt"]},
            "account_data": nothing,
        }
        only = {"room": room, "presence": nothing, "account_data": nothing}
        params: dict[str, str | int | list[str]] = {"filter": _json(only), "timeout": int(seconds * 1000)}
        params |= {"since": since} if since else {}
        return http.read(self._ask("/sync", params, seconds=seconds), Sync)

    def _join(self, room: str) -> None:
        try:
            # Where it is not answered, the invitation comes again with no cursor only: the caller must try again.
            http.publish(
                "POST",
                self._address(f"/join/{_part(room)}"),
                words=_words,
                means=_means,
                json={},
                headers=self._headers(),
            )
        except Uncertain as doubt:
            raise Unavailable(str(doubt)) from doubt
        except Rejected:
            # Taken back meanwhile, or from a server that ours can't reach.
            return

    def _account(self) -> str:
        return self.account or http.read(self._ask("/account/whoami"), _Who).user_id

    def _ask(
        self, path: str, params: Mapping[str, str | int | list[str]] | None = None, *, seconds: float = 0
    ) -> httpx.Response:
        timeout = httpx.Timeout(http.TIMEOUT.read or 0, connect=http.TIMEOUT.connect) if not seconds else None
        patient = timeout or httpx.Timeout(seconds + 10, connect=http.TIMEOUT.connect)
        try:
            return http.ask(
                "GET",
                self._address(path),
                words=_words,
                means=_means,
                params=params or {},
                headers=self._headers(),
                timeout=patient,
            )
        except Uncertain as doubt:
            raise Unavailable(str(doubt)) from doubt

    def _address(self, path: str) -> str:
        return f"{self.server}/_matrix/client/v3{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def _part(name: str) -> str:
    return quote(name, safe="")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _receipt(room: str, event: str) -> Receipt:
    return Receipt(event, f"https://matrix.to/#/{_part(room)}/{_part(event)}")


def _words(response: httpx.Response) -> str:
    said = response.json()
    return f"{said['errcode']}: {said.get('error', '')}"


def _means(response: httpx.Response, said: str) -> Exception | None:
    """Tell apart what one status stands for: how long to wait stands in the body, older servers say it only there."""
    try:
        body = response.json()
        code, wait = str(body.get("errcode", "")), body.get("retry_after_ms")
    except (ValueError, AttributeError):
        return None
    if code == "M_LIMIT_EXCEEDED":
        return RateLimited(said, wait / 1000 if isinstance(wait, int | float) else http.pause_of(response))
    if code in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"):
        return AccessDenied(said)
    return None
