"""Speaks for one account on X: answers posts in public and direct messages directly, and reads no more than it must."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from django.utils.translation import gettext as _

from brandvoice.limits import has_link
from inbox.connectors.base import (
    Account,
    FileSource,
    News,
    OutgoingPost,
    OutgoingReply,
    RateLimited,
    Receipt,
    Rejected,
    Unavailable,
    WebhookRequest,
)
from inbox.connectors.x import media, reading
from inbox.connectors.x import meter as prices
from inbox.connectors.x.api import Api, Duplicate, bearer
from inbox.connectors.x.meter import Meter
from inbox.connectors.x.posts import Entities, Post, says
from inbox.connectors.x.pushing import Pushing
from inbox.connectors.x.reading import DIRECT
from inbox.connectors.x.signatures import Secrets

POST_FIELDS = (
    "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,"
    "note_tweet,referenced_tweets"
)
# Of a conversation, what is looked through for a message of ours; each costs.
LOOK_BACK = 20
# X's clock and ours.
CLOCKS = timedelta(minutes=5)
_PRIVATE_FILE = re.compile(r"https://ton\.(?:twitter|x)\.com/(?:1\.1|i)/ton/data/dm/(\d+)/(\d+)/([\w.-]+)")


class _Me(msgspec.Struct, frozen=True):
    id: str
    username: str = ""
    name: str = ""


class _MyData(msgspec.Struct, frozen=True):
    data: _Me


class _Made(msgspec.Struct, frozen=True):
    id: str


class _MadePost(msgspec.Struct, frozen=True):
    data: _Made


class _Sent(msgspec.Struct, frozen=True):
    dm_event_id: str


class _SentDirect(msgspec.Struct, frozen=True):
    data: _Sent


class _Posts(msgspec.Struct, frozen=True):
    data: list[Post] = []


class _Direct(msgspec.Struct, frozen=True):
    id: str
    sender_id: str = ""
    text: str = ""
    created_at: datetime | None = None
    entities: Entities | None = None


class _Directs(msgspec.Struct, frozen=True):
    data: list[_Direct] = []


@dataclass(frozen=True, slots=True)
class XConnector:
    """The door to one account."""

    api: Api
    secrets: Secrets
    meter: Meter
    pushing: Pushing
    # Whether replies, too, wait when the month's money is gone.
    hold_replies: bool = False

    @property
    def keeps_keys(self) -> bool:
        """Return False: X posts twice what is posted twice, unless the words are the same."""
        return False

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply, where it was asked for; raises Rejected, Unavailable or Uncertain."""
        if self.hold_replies:
            self.meter.require_money()
        return self._send_direct(reply) if reply.visibility == "direct" else self._post(reply)

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look among what we wrote since for an earlier attempt at the reply; raises Unavailable."""
        since = (reply.created_at or datetime.now(UTC)) - CLOCKS
        if reply.visibility == "direct":
            return self._sent(reply, since)
        return self._written(reply.text, since, answers=reply.in_reply_to, earlier=reply.earlier)

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish a post that all can see; raises Rejected, Unavailable or Uncertain."""
        if self.hold_replies:
            self.meter.require_money()
        return self._make(post, {}, lambda: self.find_post(post))

    def find_post(self, post: OutgoingPost) -> Receipt | None:
        """Look among what we wrote since for an earlier attempt at the post; raises Unavailable."""
        return self._written(post.text, post.created_at - CLOCKS)

    def probe(self) -> Account:
        """Ask X who we are; raises AccessDenied or Unavailable, for want of money, too."""
        self.meter.require_money()
        me = self._ask_who()
        return Account(me.id, handle=me.username, name=me.name, remarks=tuple(filter(None, [self.meter.remark()])))

    def subscribe(self) -> None:
        """Make X push what it does not push yet, where we have the app's token; raises Rejected or Unavailable."""
        if self.pushing.app_token:
            self.pushing.subscribe(self.api, self.account())

    def answer_handshake(self, query: Mapping[str, str]) -> str:
        """Return the answer to X's challenge; raises BadSignature."""
        return self.secrets.answer(query)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check a webhook's signature and return its key; raises BadSignature."""
        self.secrets.verify(request)
        return reading.key_of(request.body)

    def read_webhook(self, body: bytes) -> Sequence[News]:
        """Return the news about this account in a webhook."""
        return reading.read(body, account=self.account())

    def charges_for(self, body: bytes) -> Mapping[str, int]:
        """Return what X charges for a webhook."""
        name = prices.EVENTS.get(reading.kind_of(body))
        return {name: 1} if name else {}

    def open_file(self, address: str) -> FileSource:
        """Return where a file is read: those of direct messages lie behind our token."""
        if private := _PRIVATE_FILE.fullmatch(address):
            place = "/".join(private.groups())
            return FileSource(f"{self.api.address}/2/dm_conversations/media/{place}", bearer(self.api.token()))
        return FileSource(address)

    def account(self) -> str:
        """Return our own id, which X is asked for once; raises Unavailable."""
        return self.api.session().account or self._ask_who().id

    def _ask_who(self) -> _Me:
        me = self.api.ask("/2/users/me", _MyData).data
        self.meter.count(prices.USER_READ, once_a_day=True)
        if self.api.session().account != me.id:
            self.api.keep_account(me.id)
        return me

    def _post(self, reply: OutgoingReply) -> Receipt:
        if not reply.in_reply_to.isdecimal():
            raise Rejected(_("There is no post to answer: this customer wrote directly."))
        answers = {"reply": {"in_reply_to_tweet_id": reply.in_reply_to}}
        return self._make(reply, answers, lambda: self.find_reply(reply))

    def _make(
        self, said: OutgoingReply | OutgoingPost, beside: Mapping[str, object], find: Callable[[], Receipt | None]
    ) -> Receipt:
        body: dict[str, object] = {**({"text": said.text} if said.text.strip() else {}), **beside}
        if said.files:
            body["media"] = {"media_ids": [media.keep_picture(self.api, file, "tweet_image") for file in said.files]}
        try:
            with self.meter.charging(prices.LINKED_POST if has_link(said.text) else prices.POST):
                return _public(self.api.publish("/2/tweets", body, _MadePost).data.id)
        except Duplicate:
            # Somebody was told to try again what had got through after all.
            if found := find():
                return found
            raise

    def _send_direct(self, reply: OutgoingReply) -> Receipt:
        path = f"/2/dm_conversations/with/{_customer(reply)}/messages"
        body: dict[str, object] = {"text": reply.text} if reply.text.strip() else {}
        if reply.files:
            body["attachments"] = [{"media_id": media.keep_picture(self.api, file, "dm_image")} for file in reply.files]
        try:
            with self.meter.charging(prices.DIRECT):
                sent = self.api.publish(path, body, _SentDirect)
        except RateLimited as limit:
            # There are fewer direct messages than posts in a quarter of an hour: posts need not wait for them.
            raise Unavailable(str(limit), limit.retry_after) from limit
        return Receipt(f"{DIRECT}{sent.data.dm_event_id}")

    def _written(
        self, words: str, since: datetime, *, answers: str = "", earlier: Collection[str] = ()
    ) -> Receipt | None:
        """Look among what we wrote since for these words, in answer to a post or to none."""
        found = self.api.ask(
            f"/2/users/{self.account()}/tweets",
            _Posts,
            max_results=100,
            start_time=since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            tweet__fields=POST_FIELDS,
        )
        self.meter.count(prices.POST_READ, len(found.data))
        for post in found.data:
            if post.answers == answers and post.id not in earlier and says(post, words):
                return _public(post.id)
        return None

    def _sent(self, reply: OutgoingReply, since: datetime) -> Receipt | None:
        found = self.api.ask(
            f"/2/dm_conversations/with/{_customer(reply)}/dm_events",
            _Directs,
            max_results=LOOK_BACK,
            event_types="MessageCreate",
            dm_event__fields="created_at,entities,sender_id,text",
        )
        self.meter.count(prices.DIRECT_READ, len(found.data))
        me = self.account()
        for one in found.data:
            ours = one.sender_id == me and f"{DIRECT}{one.id}" not in reply.earlier
            recent = one.created_at is None or one.created_at >= since
            if ours and recent and says(Post(one.id, text=one.text, entities=one.entities), reply.text):
                return Receipt(f"{DIRECT}{one.id}")
        return None


def _customer(reply: OutgoingReply) -> str:
    if reply.thread_key.startswith(DIRECT):
        return reply.thread_key.removeprefix(DIRECT)
    if not reply.recipient.external_id.isdecimal():
        raise Rejected(_("X does not know whom to write to."))
    return reply.recipient.external_id


def _public(id: str) -> Receipt:
    return Receipt(id, url=f"https://x.com/i/status/{id}")
