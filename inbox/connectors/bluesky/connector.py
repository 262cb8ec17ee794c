"""Speaks for one Bluesky account: asks what was said to it, and answers in public."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    Account,
    IncomingMessage,
    MessageRemoved,
    News,
    NotThere,
    OutgoingPost,
    OutgoingReply,
    Page,
    Receipt,
    Recipient,
    Rejected,
)
from inbox.connectors.bluesky import reading, writing
from inbox.connectors.bluesky.reading import Listing, Notification, Post, PostView, Profile, Record, Records, Views
from inbox.connectors.bluesky.xrpc import Door, Session
from inbox.connectors.listing import taken_away

REASONS = ["mention", "reply", "quote"]
PAGE = 100
VIEWS = 25
# Posts are listed by the time that their authors' programs name, where that is earlier: some come in lower down.
OVERLAP = timedelta(minutes=10)


class Place(msgspec.Struct, omit_defaults=True):
    """How far the account has been read: kept as the channel's cursor."""

    # Everything up to here has been read.
    at: datetime | None = None
    # While older pages are read: the newest that there was, and where the next page is.
    top: datetime | None = None
    back: str = ""
    # The key after which our own posts are read.
    own: str = ""
    # What the newest page held, newest first: what is missing from it later has been taken away.
    known: list[str] = []


class _Placed(msgspec.Struct):
    uri: str
    cid: str = ""


class _Known(msgspec.Struct):
    did: str
    handle: str = ""
    active: bool = True
    status: str = ""


class _Resolved(msgspec.Struct):
    did: str = ""


@dataclass(frozen=True, slots=True)
class BlueskyConnector:
    """The door to one account."""

    door: Door
    pause: ClassVar[timedelta] = timedelta(seconds=10)

    @property
    def keeps_keys(self) -> bool:
        """Return True: the record's key is ours, and a server keeps one record for each."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply in public, or not at all; raises Rejected, Unavailable or Uncertain."""
        if reply.visibility == "direct":
            raise Rejected(_("Bluesky has no direct messages for programs."))
        session = self.door.session()
        parent = self._answered(reply)
        refs = (reading.post_of(parent.value) or Post()).reply
        root = refs.root if refs else reading.Ref(parent.uri, parent.cid)
        answers = reading.Ref(parent.uri, parent.cid)
        record = writing.record_of(reply, lambda handle: self._did_of(handle, reply.recipient))
        record["reply"] = {"root": root.strong(), "parent": answers.strong()}
        return self._write(reply, record, session)

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look for an earlier attempt at the reply; raises Unavailable."""
        return self._find(reply)

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish a post; raises Rejected, Unavailable or Uncertain."""
        session = self.door.session()
        return self._write(post, writing.record_of(post, lambda handle: self._did_of(handle, Recipient())), session)

    def find_post(self, post: OutgoingPost) -> Receipt | None:
        """Look for an earlier attempt at the post; raises Unavailable."""
        return self._find(post)

    def probe(self) -> Account:
        """Ask the network who we are; raises AccessDenied or Unavailable."""
        known = self.door.ask("com.atproto.server.getSession", _Known)
        remarks = () if known.active else (_("The account is not active: %(status)s.") % {"status": known.status},)
        return Account(known.did, handle=known.handle, remarks=remarks)

    def fetch(self, cursor: str) -> Page:
        """Return what came after `cursor`, a page of the network at a time; raises Unavailable.

        The network lists the newest first. Older pages are asked for until one is old enough; the newest is
        asked for again each time, since posts may come in lower down and show by their absence that they are gone.
        """
        place = _read(cursor)
        listed = self._list(place.back)
        told = [one for one in listed.notifications if one.reason in REASONS]
        news: list[News] = [*self._said(told)]
        after = Place(place.at, place.top, own=place.own, known=place.known)
        if not place.back:
            news += self._removals(place.known, told, whole=not listed.cursor)
            after.known = [one.uri for one in told]
            after.own = self._read_own(place.own, news)
            after.top = told[0].indexed_at if told else place.at
        if place.at and listed.cursor and not listed.reaches(place.at - OVERLAP):
            after.back = listed.cursor
        else:
            after.at, after.top = after.top or datetime.now(UTC), None
        return Page(news, msgspec.json.encode(after).decode(), more=bool(after.back))

    def _write(self, said: OutgoingReply | OutgoingPost, record: dict[str, object], session: Session) -> Receipt:
        """Write the record under its key, its pictures first."""
        if said.files:
            pictures = [(file, self.door.keep_file(file.read(), file.type)) for file in said.files]
            record["embed"] = writing.pictures_of(pictures)
        body = {"repo": session.did, "collection": writing.POST, "rkey": writing.record_key(said), "record": record}
        placed = self.door.publish("com.atproto.repo.createRecord", body, _Placed)
        return _receipt(placed.uri, session.handle)

    def _find(self, said: OutgoingReply | OutgoingPost) -> Receipt | None:
        session = self.door.session()
        found = self._record(f"at://{session.did}/{writing.POST}/{writing.record_key(said)}")
        return _receipt(found.uri, session.handle) if found else None

    def _list(self, back: str) -> Listing:
        older = {"cursor": back} if back else {}
        name = "app.bsky.notification.listNotifications"
        # Whatever the account's owner has chosen to see first: we are to see all.
        return self.door.ask(name, Listing, limit=PAGE, reasons=REASONS, priority="false", **older)

    def _said(self, told: list[Notification]) -> Iterator[IncomingMessage]:
        """Yield what was said, oldest first."""
        pictured = [one.uri for one in told if (post := reading.post_of(one.record)) and post.has_pictures]
        pictures: dict[str, PostView] = {}
        for start in range(0, len(pictured), VIEWS):
            views = self.door.ask("app.bsky.feed.getPosts", Views, uris=pictured[start : start + VIEWS])
            pictures |= {view.uri: view for view in views.posts}
        for one in reversed(told):
            if message := reading.message_of(one, pictures):
                yield message

    def _removals(self, known: list[str], told: list[Notification], *, whole: bool) -> Iterator[MessageRemoved]:
        """Yield what is no longer there: not only out of our sight, as are posts of people who were blocked."""
        for uri in taken_away(known, [one.uri for one in told], whole=whole):
            if self._record(uri) is None:
                yield MessageRemoved(uri, datetime.now(UTC))

    def _read_own(self, after: str, news: list[News]) -> str:
        """Add what the account has answered, here or on the network itself; return the key to go on after."""
        recent = writing.tid_at(datetime.now(UTC) - OVERLAP)
        session = self.door.session()
        listed = self.door.ask(
            "com.atproto.repo.listRecords",
            Records,
            repo=session.did,
            collection=writing.POST,
            limit=PAGE,
            reverse="true",
            cursor=after or recent,
        )
        posts = {one.uri: post for one in listed.records if (post := reading.post_of(one.value))}

        def look_up(uri: str) -> Post | None:
            found = None if uri in posts else self._record(uri)
            return posts.get(uri) or (reading.post_of(found.value) if found else None)

        account = Profile(session.did, session.handle)
        for one in listed.records:
            customer = one.uri in posts and reading.customer_behind(posts[one.uri], session.did, look_up)
            if customer and (own := reading.own_message(one, posts[one.uri], customer=customer, account=account)):
                news.append(own)
        if len(listed.records) == PAGE:
            return reading.key_of(listed.records[-1].uri)
        # Our own keys are made of when a reply was written, a little before it is posted.
        return max(after, recent)

    def _answered(self, reply: OutgoingReply) -> Record:
        """Return the post that is answered, with its fingerprint."""
        uri = reply.in_reply_to or next(reversed(reply.earlier), "")
        if not uri.startswith("at://"):
            raise Rejected(_("There is no post on Bluesky that this could answer."))
        if found := self._record(uri):
            return found
        raise NotThere(_("The post that this answers is no longer on Bluesky."))

    def _record(self, uri: str) -> Record | None:
        repo, collection, key = uri.removeprefix("at://").split("/")
        try:
            return self.door.ask("com.atproto.repo.getRecord", Record, repo=repo, collection=collection, rkey=key)
        except NotThere:
            return None

    def _did_of(self, handle: str, recipient: Recipient) -> str:
        """Return whom a handle belongs to; an unknown one stays plain text."""
        if handle.lower() == recipient.username.lower():
            return recipient.external_id
        try:
            return self.door.ask("com.atproto.identity.resolveHandle", _Resolved, handle=handle).did
        except Rejected:
            return ""


def _read(cursor: str) -> Place:
    try:
        return msgspec.json.decode(cursor, type=Place)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Place()


def _receipt(uri: str, handle: str) -> Receipt:
    return Receipt(uri, reading.web_address(handle or reading.owner_of(uri), reading.key_of(uri)))
