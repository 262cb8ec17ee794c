"""Turns what X pushes into news: posts to the account, direct messages, receipts, a permission taken back."""

import html
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
from django.utils.translation import gettext as _

from inbox.connectors.base import (
    AccessRevoked,
    IncomingAttachment,
    IncomingMessage,
    MessageRemoved,
    News,
    StatusReported,
)
from inbox.connectors.x.posts import Includes, Post, User, Variant, attachment, author_of, best_video, news_of

# A direct message and a post may have the same number.
DIRECT = "dm:"
# A receipt's moment is by X's clock; ours is noted when X's answer came.
CLOCKS = timedelta(seconds=3)


class _Filter(msgspec.Struct, frozen=True):
    user_id: str = ""


class _Event(msgspec.Struct, frozen=True):
    event_uuid: str = ""
    event_type: str = ""
    filter: _Filter = _Filter()
    payload: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    includes: Includes = Includes()


class _Pushed(msgspec.Struct, frozen=True):
    data: _Event = _Event()


class _Video(msgspec.Struct, frozen=True):
    variants: list[Variant] = []


class _Media(msgspec.Struct, frozen=True):
    type: str = ""
    media_url_https: str = ""
    url: str = ""
    video_info: _Video = _Video()


class _Attachment(msgspec.Struct, frozen=True):
    media: _Media = _Media()


class _Link(msgspec.Struct, frozen=True):
    url: str = ""
    expanded_url: str = ""


class _Entities(msgspec.Struct, frozen=True):
    urls: list[_Link] = []


class _Words(msgspec.Struct, frozen=True):
    text: str = ""
    entities: _Entities = _Entities()
    attachment: _Attachment = _Attachment()


class _Target(msgspec.Struct, frozen=True):
    recipient_id: str = ""


class _Written(msgspec.Struct, frozen=True):
    sender_id: str = ""
    target: _Target = _Target()
    message_data: _Words = _Words()


class _Direct(msgspec.Struct, frozen=True):
    id: str = ""
    type: str = ""
    created_timestamp: int = 0
    message_create: _Written = _Written()


class _Read(msgspec.Struct, frozen=True):
    sender_id: str = ""
    created_timestamp: int = 0


class _Directs(msgspec.Struct, frozen=True):
    direct_message_events: list[_Direct] = []
    direct_message_mark_read_events: list[_Read] = []
    users: dict[str, User] = {}


class _Gone(msgspec.Struct, frozen=True):
    id: str


class _Revoked(msgspec.Struct, frozen=True):
    user_id: str = ""


def kind_of(body: bytes) -> str:
    """Return which kind of event a webhook body tells of; nothing for one that can't be read."""
    try:
        return _event(body).event_type
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ""


def key_of(body: bytes) -> str:
    """Return what X calls this delivery, or, where it has no name, its fingerprint."""
    try:
        told = _event(body).event_uuid
    except (msgspec.DecodeError, msgspec.ValidationError):
        told = ""
    return told or sha256(body).hexdigest()


def read(body: bytes, *, account: str) -> list[News]:
    """Return the news about the account in a webhook body.

    X sends all accounts of an app to one address: what is about another is left out.
    """
    event = _event(body)
    reader = _READERS.get(event.event_type)
    if reader is None or event.filter.user_id not in ("", account):
        return []
    return list(reader(event, account))


def _event(body: bytes) -> _Event:
    return msgspec.json.decode(body, type=_Pushed, strict=False).data


def _posts(event: _Event, account: str) -> Iterator[News]:
    yield from news_of(msgspec.json.decode(event.payload, type=Post, strict=False), event.includes, account=account)


def _deleted(event: _Event, account: str) -> Iterator[News]:
    # X does not say when.
    yield MessageRemoved(msgspec.json.decode(event.payload, type=_Gone, strict=False).id, datetime.now(UTC))


def _directs(event: _Event, account: str) -> Iterator[News]:
    told = msgspec.json.decode(event.payload, type=_Directs, strict=False)
    for one in told.direct_message_events:
        if one.type == "message_create" and one.id:
            yield _direct(one, told, account)


def _direct(one: _Direct, told: _Directs, account: str) -> IncomingMessage:
    written = one.message_create
    by_us = written.sender_id == account
    customer = written.target.recipient_id if by_us else written.sender_id
    files = tuple(_files(written.message_data.attachment.media))
    return IncomingMessage(
        external_id=f"{DIRECT}{one.id}",
        thread_key=f"{DIRECT}{customer}",
        author=author_of(written.sender_id, told.users.values()),
        sent_at=_moment(one.created_timestamp),
        text=_words(written.message_data, shown=bool(files)),
        direction="outbound" if by_us else "inbound",
        visibility="direct",
        attachments=files,
    )


def _words(said: _Words, *, shown: bool) -> str:
    text = html.unescape(said.text)
    if shown:
        text = text.replace(said.attachment.media.url, "") if said.attachment.media.url else text
    for link in said.entities.urls:
        text = text.replace(link.url, link.expanded_url) if link.url and link.expanded_url else text
    return text.strip()


def _files(media: _Media) -> Iterator[IncomingAttachment]:
    url = best_video(media.video_info.variants) or media.media_url_https
    if url.startswith("https://") and len(url) <= 2000:
        yield attachment(url, media.type)


def _seen(event: _Event, account: str) -> Iterator[News]:
    told = msgspec.json.decode(event.payload, type=_Directs, strict=False)
    for one in told.direct_message_mark_read_events:
        if one.sender_id not in ("", account):
            until = _moment(one.created_timestamp) + CLOCKS
            yield StatusReported("read", thread_key=f"{DIRECT}{one.sender_id}", until=until)


def _revoked(event: _Event, account: str) -> Iterator[News]:
    if msgspec.json.decode(event.payload, type=_Revoked, strict=False).user_id == account:
        yield AccessRevoked(_("X: the account has taken the app's permission back."))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


_READERS: dict[str, Callable[[_Event, str], Iterator[News]]] = {
    "post.create": _posts,
    "post.mention.create": _posts,
    "post.reply.create": _posts,
    "post.quote.create": _posts,
    "post.delete": _deleted,
    "dm.received": _directs,
    "dm.sent": _directs,
    "dm.read": _seen,
    "oauth.revoke": _revoked,
}
