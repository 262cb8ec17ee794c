"""Speaks to the make-believe network as a connector speaks to a real one: over HTTP, with three errors."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import httpx
import msgspec
from django.conf import settings

from inbox.connectors.base import (
    Author,
    BadSignature,
    IncomingMessage,
    OutgoingReply,
    Receipt,
    Rejected,
    Unavailable,
    Uncertain,
)
from inbox.connectors.sandbox.network import DELIVERY, SIGNATURE, sign

TIMEOUT = httpx.Timeout(10.0, connect=3.0)


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

    @property
    def keeps_keys(self) -> bool:
        """Return True: the network publishes once for each Idempotency-Key."""
        return True

    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Post the reply; raises Rejected, Unavailable or Uncertain."""
        body = {
            "thread": reply.thread_key,
            "in_reply_to": reply.in_reply_to,
            "text": reply.text,
            "visibility": reply.visibility,
        }
        headers = {**self._headers(), "Idempotency-Key": str(reply.key)}
        try:
            response = _client().post(_address("/posts"), json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(f"The network could not be reached: {error}") from error
        except httpx.HTTPError as error:
            raise Uncertain(f"The network did not answer: {type(error).__name__}") from error
        _raise_for(response)
        return _receipt(response)

    def find_reply(self, key: UUID) -> Receipt | None:
        """Look for a reply posted under `key`; raises Unavailable."""
        try:
            response = _client().get(_address(f"/posts/by-key/{key}"), headers=self._headers())
        except httpx.HTTPError as error:
            raise Unavailable(f"The network could not be asked: {type(error).__name__}") from error
        if response.status_code == 404:
            return None
        if not response.is_success:
            raise Unavailable(_words(response))
        return _receipt(response)

    def verify_webhook(self, body: bytes, headers: dict[str, str]) -> str:
        """Check the signature of a webhook body and return its delivery key; raises BadSignature."""
        given = headers.get(SIGNATURE.lower(), "")
        # Without a secret of our own, anybody could sign.
        if not self.secret or not hmac.compare_digest(given.encode(), sign(body, self.secret).encode()):
            raise BadSignature
        return headers.get(DELIVERY.lower(), "")[:255] or sha256(body).hexdigest()

    def read_webhook(self, body: bytes) -> list[IncomingMessage]:
        """Turn a webhook body into messages, the account's own posts among them."""
        return [_message(post) for post in msgspec.json.decode(body, type=_Announcement).posts]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Sandbox-Account": self.handle}


@cache
def _client() -> httpx.Client:
    """Return this process's connections to the network; making a client costs more than a request."""
    return httpx.Client(timeout=TIMEOUT)


def _address(path: str) -> str:
    return f"{settings.SITE_URL}/sandbox/api{path}"


def _raise_for(response: httpx.Response) -> None:
    """Raise what an answer means that is no success."""
    if response.is_success:
        return
    if response.status_code == 429:
        pause = response.headers.get("Retry-After", "")
        raise Unavailable(_words(response), retry_after=float(pause) if pause.isdecimal() else None)
    if response.is_client_error:
        raise Rejected(_words(response))
    # It broke after it had our request: nobody knows how far it came.
    raise Uncertain(_words(response))


def _receipt(response: httpx.Response) -> Receipt:
    try:
        placed = msgspec.json.decode(response.content, type=_Placed)
    except msgspec.DecodeError as error:
        raise Uncertain("The network's answer could not be read.") from error
    return Receipt(placed.id, placed.url)


def _words(response: httpx.Response) -> str:
    """Return the network's own words about a refusal."""
    try:
        words = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        words = response.reason_phrase
    return f"{words} ({response.status_code})"


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
