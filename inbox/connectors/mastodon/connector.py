"""Speaks for one Mastodon account: asks who mentioned it, and answers those who did, and nobody more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import ClassVar

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    Account,
    IncomingMessage,
    MessageEdited,
    MessageRemoved,
    News,
    NotThere,
    OutgoingPost,
    OutgoingReply,
    Page,
    Receipt,
    Rejected,
)
from inbox.connectors.listing import taken_away
from inbox.connectors.mastodon import reading
from inbox.connectors.mastodon.reading import Context, Instance, Notification, Person, Policy, Source, Status, age
from inbox.connectors.mastodon.server import Server

NOTIFICATIONS, STATUSES = 80, 40
# Whether missing ones are really gone is asked one by one, for so many at a time.
CHECKS = 20
# Of so many statuses it is remembered which conversation they are in.
REMEMBERED = 200
USUAL_LENGTH = 500


class Place(msgspec.Struct, omit_defaults=True):
    """How far the account has been read: kept as the channel's cursor."""

    # The fingerprint of server and token: another account begins afresh.
    by: str
    me: str = ""
    stream: str = ""
    # The newest notification, and the newest status of our own.
    at: str = ""
    own: str = ""
    # The statuses of the newest page, newest first, with when each was edited.
    known: dict[str, str] = {}
    threads: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class MastodonConnector:
    """The door to one account."""

    server: Server
    pause: ClassVar[timedelta] = timedelta(seconds=20)

    @property
    def keeps_keys(self) -> bool:
        """Return True: for an hour the server knows a key again, and after that we find what we wrote."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply; raises Rejected, Unavailable or Uncertain."""
        asked = self._answered(reply)
        body = {
            "status": reading.words_for(reply, self._addressee(asked, reply)),
            "in_reply_to_id": asked.id,
            "visibility": reading.audience_of(reply, asked.visibility),
            **self._beside(reply),
        }
        return _receipt(self.server.publish("/api/v1/statuses", body, Status, key=str(reply.key)))

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look among what we wrote for an earlier attempt at the reply; raises Unavailable."""
        asked = self._answered(reply)
        words = reading.words_for(reply, self._addressee(asked, reply))
        return self._find_written(words, asked.id, reply.created_at or datetime.now(UTC))

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish a post that all can see; raises Rejected, Unavailable or Uncertain."""
        body = {"status": post.text, "visibility": "public", **self._beside(post)}
        return _receipt(self.server.publish("/api/v1/statuses", body, Status, key=str(post.key)))

    def find_post(self, post: OutgoingPost) -> Receipt | None:
        """Look among what we wrote for an earlier attempt at the post; raises Unavailable."""
        return self._find_written(post.text, "", post.created_at)

    def probe(self) -> Account:
        """Ask the network who we are; raises AccessDenied or Unavailable."""
        me = self._me()
        return Account(me.id, handle=me.acct, name=me.display_name, remarks=tuple(self._remarks()))

    def listen(self, cursor: str, *, seconds: float) -> bool:
        """Wait until the server says that the account was mentioned; raises Unavailable."""
        return self.server.await_news(self._place(cursor).stream or self.server.address, seconds)

    def fetch(self, cursor: str) -> Page:
        """Return what came after `cursor`; raises Unavailable.

        The newest page is asked for each time: a status in it shows that it was edited, and one that is
        missing was taken away. Where more has come than a page holds, the pages between are asked for first.
        """
        place = self._place(cursor)
        if not place.me:
            place = self._begin(place)
        told = self._mentions()
        if place.at and len(told) == NOTIFICATIONS and age(told[-1].id) > age(place.at):
            between = self._mentions(min_id=place.at)
            news: list[News] = [*self._said(between, place)]
            place.at = max((one.id for one in between), key=age, default=told[-1].id)
            return Page(news, _write(place), more=True)
        news = [*self._said(told, place)]
        news += self._changes(told, place)
        news += self._own(place)
        place.at = max([place.at, *(one.id for one in told)], key=age)
        return Page(news, _write(place))

    def _find_written(self, words: str, answers: str, begun: datetime) -> Receipt | None:
        """Look among what we wrote since for these words, in answer to a status or to none."""
        mine = self.server.ask(f"/api/v1/accounts/{self._me().id}/statuses", list[Status], limit=STATUSES)
        since = begun - timedelta(minutes=5)
        for status in mine:
            if (status.in_reply_to_id or "") == answers and status.created_at >= since:
                typed = self.server.ask(f"/api/v1/statuses/{status.id}/source", Source)
                if reading.same_words(typed.text, words):
                    return _receipt(status)
        return None

    def _beside(self, said: OutgoingReply | OutgoingPost) -> dict[str, object]:
        """Return what goes with the words: their language, and the files, which are handed over first."""
        beside: dict[str, object] = {"language": said.language} if said.language else {}
        if said.files:
            beside["media_ids"] = [self.server.keep_file(file) for file in said.files]
        return beside

    def _place(self, cursor: str) -> Place:
        by = sha256(f"{self.server.address}\n{self.server.token}".encode()).hexdigest()[:32]
        try:
            place = msgspec.json.decode(cursor, type=Place)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return Place(by)
        return place if place.by == by else Place(by)

    def _begin(self, place: Place) -> Place:
        """Find out who we are, where news is said, and from where on our own statuses are read."""
        place.me = self._me().id
        place.stream = self.server.stream_at(self._instance().configuration.urls.streaming)
        newest = self.server.ask(f"/api/v1/accounts/{place.me}/statuses", list[Status], limit=1)
        place.own = newest[0].id if newest else "0"
        return place

    def _mentions(self, **where: str) -> list[Notification]:
        """Return mentions, newest first, those that the account's owner has put aside among them."""
        return self.server.ask(
            "/api/v1/notifications",
            list[Notification],
            limit=NOTIFICATIONS,
            types__=["mention"],
            include_filtered="true",
            **where,
        )

    def _said(self, told: list[Notification], place: Place) -> Iterator[IncomingMessage]:
        """Yield what was said since, oldest first."""
        for status in reversed([one.status for one in told if one.type == "mention" and one.status]):
            if status.id in place.known:
                continue
            if message := reading.message_of(status, self._thread_of(status, place)):
                yield message

    def _changes(self, told: list[Notification], place: Place) -> Iterator[MessageEdited | MessageRemoved]:
        """Yield what became of statuses that were known before, and remember those that are there."""
        there = {one.status.id: one.status for one in told if one.status}
        for status in there.values():
            changed = place.known.get(status.id, status.edited) != status.edited
            if changed and (edit := reading.edit_of(status)):
                yield edit
        missing = taken_away(list(place.known), list(there), whole=len(told) < NOTIFICATIONS)
        for gone in missing[:CHECKS]:
            if self._status(gone) is None:
                yield MessageRemoved(gone, datetime.now(UTC))
        later = {one: place.known[one] for one in missing[CHECKS:]}
        place.known = {one: status.edited for one, status in there.items()} | later

    def _own(self, place: Place) -> Iterator[IncomingMessage]:
        """Yield what the account answered, here or elsewhere."""
        path = f"/api/v1/accounts/{place.me}/statuses"
        wrote = self.server.ask(path, list[Status], limit=STATUSES, min_id=place.own, exclude_reblogs="true")
        for status in sorted(wrote, key=lambda status: age(status.id)):
            place.own = status.id
            thread = self._thread_of_own(status, place)
            if thread and (message := reading.message_of(status, thread, own=True)):
                yield message

    def _thread_of(self, status: Status, place: Place) -> str:
        """Return which conversation a customer's status is in: theirs alone, whoever else writes in the thread."""
        root, parent = status.id, status.in_reply_to_id
        if parent and parent in place.threads:
            root = place.threads[parent].split(" ")[0]
        elif parent:
            ancestors = self._ancestors(status.id)
            root = ancestors[0].id if ancestors else parent
        return _remember(place, status.id, f"{root} {status.account.id}")

    def _thread_of_own(self, status: Status, place: Place) -> str:
        """Return the conversation that a status of ours is in; nothing for one that answers nobody."""
        parent = status.in_reply_to_id
        if not parent:
            return ""
        if parent not in place.threads:
            ancestors = self._ancestors(status.id)
            customer = next((one.account.id for one in reversed(ancestors) if one.account.id != place.me), "")
            if not customer:
                return ""
            return _remember(place, status.id, f"{ancestors[0].id} {customer}")
        return _remember(place, status.id, place.threads[parent])

    def _ancestors(self, status: str) -> list[Status]:
        try:
            return self.server.ask(f"/api/v1/statuses/{status}/context", Context).ancestors
        except NotThere:
            return []

    def _answered(self, reply: OutgoingReply) -> Status:
        """Return the status that is answered, as it is now."""
        asked = reply.in_reply_to or next(reversed(reply.earlier), "")
        if not asked.isalnum():
            raise Rejected(_("There is no status on Mastodon that this could answer."))
        if found := self._status(asked):
            return found
        raise NotThere(_("The status that this answers is no longer on Mastodon."))

    def _addressee(self, asked: Status, reply: OutgoingReply) -> str:
        """Return whom a reply is for, by name: who wrote what it answers, or the customer where that was us."""
        ours = reply.recipient.external_id not in ("", asked.account.id)
        return reply.recipient.username if ours and reply.recipient.username else asked.account.acct

    def _status(self, status: str) -> Status | None:
        try:
            return self.server.ask(f"/api/v1/statuses/{status}", Status)
        except NotThere:
            return None

    def _me(self) -> Person:
        return self.server.ask("/api/v1/accounts/verify_credentials", Person)

    def _instance(self) -> Instance:
        try:
            return self.server.ask("/api/v2/instance", Instance)
        except NotThere:
            return Instance()

    def _remarks(self) -> Iterator[str]:
        """Yield what a manager should know although it works."""
        length = self._instance().configuration.statuses.max_characters
        if length != USUAL_LENGTH:
            yield _("This server takes %(length)d characters.") % {"length": length}
        try:
            policy = self.server.ask("/api/v2/notifications/policy", Policy)
        except Rejected:
            # Servers older than 4.3 have none.
            return
        if policy.drops:
            yield _("The account's notification settings ignore some people: their messages never arrive.")


def _remember(place: Place, status: str, thread: str) -> str:
    place.threads[status] = thread
    while len(place.threads) > REMEMBERED:
        del place.threads[next(iter(place.threads))]
    return thread


def _write(place: Place) -> str:
    return msgspec.json.encode(place).decode()


def _receipt(status: Status) -> Receipt:
    return Receipt(status.id, status.url or "")
