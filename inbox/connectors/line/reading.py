"""Turns what LINE pushes into news; pictures that were sent together come one by one and are put together."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, MessageContinued, MessageRemoved, News

_FILES = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/x-m4a", "file": ""}


class _Source(msgspec.Struct, frozen=True, rename="camel"):
    type: str = ""
    user_id: str = ""
    group_id: str = ""
    room_id: str = ""


class _Set(msgspec.Struct, frozen=True):
    id: str


class _Provider(msgspec.Struct, frozen=True, rename="camel"):
    original_content_url: str = ""


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    type: str = ""
    text: str = ""
    file_name: str = ""
    image_set: _Set | None = None
    content_provider: _Provider = _Provider()
    title: str = ""
    address: str = ""
    latitude: float = 0
    longitude: float = 0
    keywords: list[str] = []
    quoted_message_id: str = ""


class _Unsend(msgspec.Struct, frozen=True, rename="camel"):
    message_id: str


class _Event(msgspec.Struct, frozen=True):
    type: str = ""
    timestamp: int = 0
    source: _Source = _Source()
    message: _Message | None = None
    unsend: _Unsend | None = None


class _Pushed(msgspec.Struct, frozen=True):
    events: list[_Event] = []


def read(body: bytes, *, files: str) -> list[News]:
    """Return the news in a webhook body; `files` is where the content of a message is asked for by its id."""
    pushed = msgspec.json.decode(body, type=_Pushed)
    return [one for event in pushed.events for one in _in_event(event, files)]


def _in_event(event: _Event, files: str) -> Iterator[News]:
    at = datetime.fromtimestamp(event.timestamp / 1000, UTC)
    if event.type == "unsend" and event.unsend:
        # LINE asks that what is unsent is not kept either.
        yield MessageRemoved(event.unsend.message_id, at, erase=True)
    elif event.type == "message" and event.message and event.source.user_id:
        yield from _said(event.message, event.source, at, files)


def _said(said: _Message, source: _Source, at: datetime, files: str) -> Iterator[News]:
    name = f"set:{said.image_set.id}" if said.image_set else said.id
    attachments = tuple(_attachments(said, files))
    room = source.group_id or source.room_id
    yield IncomingMessage(
        external_id=name,
        thread_key=room or source.user_id,
        author=Author(external_id=source.user_id),
        sent_at=at,
        text=_words(said),
        # Others read along in a group.
        visibility="comment" if room else "direct",
        in_reply_to=said.quoted_message_id,
        attachments=attachments,
    )
    if said.image_set:
        # Whichever piece comes first is the message; to that one this adds nothing.
        yield MessageContinued(name, attachments=attachments)


def _attachments(said: _Message, files: str) -> Iterator[IncomingAttachment]:
    if said.type in _FILES:
        url = said.content_provider.original_content_url or f"{files}/v2/bot/message/{said.id}/content"
        yield IncomingAttachment(url=url, type=_FILES[said.type], name=said.file_name[:255])


def _words(said: _Message) -> str:
    if said.type == "location":
        named = ", ".join(part for part in (said.title, said.address) if part)
        return f"[location] {named} {said.latitude},{said.longitude}".replace("  ", " ")
    if said.type == "sticker":
        return " ".join(["[sticker]", *said.keywords[:3]])
    return said.text
