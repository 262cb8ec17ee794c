"""Turns an update of Telegram's into news; the pictures of an album come one by one and are put together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, MessageContinued, MessageEdited, News

_KINDS = ("document", "voice", "video", "audio", "animation", "sticker", "video_note")


class _Chat(msgspec.Struct, frozen=True):
    id: int
    type: str = ""


class _User(msgspec.Struct, frozen=True):
    id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""


class _File(msgspec.Struct, frozen=True):
    file_id: str
    mime_type: str = ""
    file_name: str = ""


class _Place(msgspec.Struct, frozen=True):
    latitude: float
    longitude: float


class _Card(msgspec.Struct, frozen=True):
    phone_number: str
    first_name: str = ""
    last_name: str = ""


class _Answered(msgspec.Struct, frozen=True):
    message_id: int


class _Message(msgspec.Struct, frozen=True):
    message_id: int
    date: int
    chat: _Chat
    author: _User | None = msgspec.field(name="from", default=None)
    edit_date: int = 0
    text: str = ""
    caption: str = ""
    media_group_id: str = ""
    photo: list[_File] = []
    document: _File | None = None
    voice: _File | None = None
    video: _File | None = None
    audio: _File | None = None
    animation: _File | None = None
    sticker: _File | None = None
    video_note: _File | None = None
    location: _Place | None = None
    contact: _Card | None = None
    reply_to_message: _Answered | None = None


class _Update(msgspec.Struct, frozen=True):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None


def delivery_key(body: bytes) -> str:
    """Return what tells an update from every other, by which Telegram's repeats are known.

    Numbers can start anew when a bot was silent for a week: what the update says goes with its number.
    """
    return f"{msgspec.json.decode(body, type=_Update).update_id}:{sha256(body).hexdigest()}"


def read(body: bytes, *, files: str) -> list[News]:
    """Return the news in an update; `files` is where a file is asked for by its id.

    Groups are left out: what is said there is not said to the brand alone.
    """
    update = msgspec.json.decode(body, type=_Update)
    if (changed := update.edited_message) and changed.chat.type == "private":
        at = datetime.fromtimestamp(changed.edit_date or changed.date, UTC)
        return [MessageEdited(_name(changed), at, text=_words(changed))]
    if (said := update.message) and said.chat.type == "private" and said.author:
        return list(_said(said, said.author, files))
    return []


def _said(said: _Message, author: _User, files: str) -> Iterator[News]:
    text, attachments = _words(said), tuple(_attachments(said, files))
    if not text and not attachments:
        # A pinned message, a joined member and the like: nobody has said anything.
        return
    answered = said.reply_to_message
    yield IncomingMessage(
        external_id=_name(said),
        thread_key=str(said.chat.id),
        author=Author(
            external_id=str(author.id),
            username=f"@{author.username}" if author.username else "",
            name=f"{author.first_name} {author.last_name}".strip()[:200],
        ),
        sent_at=datetime.fromtimestamp(said.date, UTC),
        text=text,
        visibility="direct",
        in_reply_to=f"{said.chat.id}:{answered.message_id}" if answered else "",
        attachments=attachments,
    )
    if said.media_group_id:
        # Whichever piece comes first is the message; to that one this adds nothing.
        yield MessageContinued(_name(said), text, attachments)


def _name(said: _Message) -> str:
    """Return what tells a message from every other of the bot: an album is one."""
    return f"{said.chat.id}:album:{said.media_group_id}" if said.media_group_id else f"{said.chat.id}:{said.message_id}"


def _words(said: _Message) -> str:
    if said.text or said.caption:
        return said.text or said.caption
    if said.location:
        return f"[location] {said.location.latitude},{said.location.longitude}"
    if said.contact:
        card = said.contact
        return " ".join(part for part in ("[contact]", card.first_name, card.last_name, card.phone_number) if part)
    return ""


def _attachments(said: _Message, files: str) -> Iterator[IncomingAttachment]:
    if said.photo:
        # The same picture in several sizes, the largest last.
        yield IncomingAttachment(url=f"{files}/{said.photo[-1].file_id}", type="image/jpeg")
    # An animation comes as a document, too, for programs that do not know animations.
    found = [file for kind in _KINDS if (file := getattr(said, kind)) is not None]
    for file in {file.file_id: file for file in found}.values():
        yield IncomingAttachment(url=f"{files}/{file.file_id}", type=file.mime_type[:100], name=file.file_name[:255])
