"""Speaks to the make-believe network as a connector speaks to a real one: over HTTP, with three errors."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import httpx
import msgspec

from inbox.connectors import http
from inbox.connectors.base import (
    Account,
    Author,
    BadSignature,
    IncomingMessage,
    News,
    NotThere,
    OutgoingPost,
    OutgoingReply,
    Receipt,
    WebhookRequest,
)
from inbox.connectors.sandbox.network import DELIVERY, SIGNATURE, sign


class _Author(msgspec.Struct):
    id: str
    name: str = ""


class _Post(msgspec.Struct):
    id: str
    thread: str
    author: _Author
    by_account: bool
    text: str
    visibility: str
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    in_reply_to: str = ""


class _Announcement(msgspec.Struct):
    posts: list[_Post] = []


class _Placed(msgspec.Struct):
    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SandboxConnector:
    """The door to one account of the make-believe network."""

    handle: str
    secret: str
    server: str

    @property
    def keeps_keys(self) -> bool:
        """Return True: the network publishes once for each Idempotency-Key."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply; raises Rejected, Unavailable or Uncertain."""
        where = {"thread": reply.thread_key, "in_reply_to": reply.in_reply_to, "visibility": reply.visibility}
        return self._say(reply, where)

    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look for an earlier attempt at the reply; raises Unavailable."""
        return self._find(reply.key)

    def publish(self, post: OutgoingPost) -> Receipt:
        """Publish a post that begins a conversation; raises Rejected, Unavailable or Uncertain."""
        return self._say(post, {"visibility": "public"})

    def find_post(self, post: OutgoingPost) -> Receipt | None:
        """Look for an earlier attempt at the post; raises Unavailable."""
        return self._find(post.key)

    def probe(self) -> Account:
        """Ask the network who we are; raises AccessDenied or Unavailable."""
        known = http.read(http.ask("GET", self._address("/account"), words=_words, headers=self._headers()), _Author)
        return Account(known.id, handle=known.id, name=known.name)

    def verify_webhook(self, request: WebhookRequest) -> str:
        """Check the signature of a webhook body and return its delivery key; raises BadSignature."""
        given = request.headers.get(SIGNATURE.lower(), "")
        # Without a secret of our own, anybody could sign.
        if not self.secret or not hmac.compare_digest(given.encode(), sign(request.body, self.secret).encode()):
            raise BadSignature
        return request.headers.get(DELIVERY.lower(), "")[:255] or sha256(request.body).hexdigest()

    def read_webhook(self, body: bytes) -> list[News]:
        """Turn a webhook body into messages, the account's own answers among them, but not what answers nobody."""
        posts = msgspec.json.decode(body, type=_Announcement).posts
        return [_message(post) for post in posts if not (post.by_account and post.thread == post.id)]

    def _say(self, said: OutgoingReply | OutgoingPost, where: Mapping[str, str]) -> Receipt:
        files = [{"url": file.address, "name": file.name, "type": file.type, "alt": file.alt} for file in said.files]
        body = {**where, "text": said.text, "files": files}
        headers = {**self._headers(), "Idempotency-Key": str(said.key)}
        return _receipt(http.publish("POST", self._address("/posts"), words=_words, json=body, headers=headers))

    def _find(self, key: UUID) -> Receipt | None:
        try:
            response = http.ask("GET", self._address(f"/posts/by-key/{key}"), words=_words, headers=self._headers())
        except NotThere:
            return None
        return _receipt(response)

    def _address(self, path: str) -> str:
        return f"{self.server}/api{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Sandbox-Account": self.handle}


def _receipt(response: httpx.Response) -> Receipt:
    placed = http.read(response, _Placed)
    return Receipt(placed.id, placed.url)


def _words(response: httpx.Response) -> str:
    return str(response.json()["error"])


def _message(post: _Post) -> IncomingMessage:
    return msgspec.convert(
        {
            "external_id": post.id,
            "thread_key": post.thread,
            "author": Author(external_id=post.author.id, username=post.author.id, name=post.author.name),
            "sent_at": post.created_at,
            "text": post.text,
            "direction": "outbound" if post.by_account else "inbound",
            "visibility": post.visibility,
            "in_reply_to": post.in_reply_to,
        },
        IncomingMessage,
    )
