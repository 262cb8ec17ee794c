"""What a visitor says, as it is kept until it is read, and as a message; pure functions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage

# Files are named by their place in the chat; the host leads nowhere.
FILES = "https://webchat.invalid/"


class SaidFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the chat keeps of a visitor's line."""

    id: UUID
    name: str
    type: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a visitor's."""

    visitor: UUID
    key: UUID
    text: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    name: str = ""
    files: tuple[SaidFile, ...] = ()


def write(said: Said) -> bytes:
    """Return what is kept of a line until it is read."""
    return msgspec.json.encode(said)


def read(body: bytes) -> IncomingMessage:
    """Return the message that a kept line is; a visitor's conversation is one thread, and nobody else reads it."""
    said = msgspec.json.decode(body, type=Said)
    return IncomingMessage(
        external_id=name_of(said.visitor, said.key),
        thread_key=str(said.visitor),
        author=Author(external_id=str(said.visitor), username=f"visitor-{said.visitor.hex[:6]}", name=said.name),
        sent_at=said.at,
        text=said.text,
        visibility="direct",
        attachments=tuple(
            IncomingAttachment(url=f"{FILES}{file.id}", type=file.type, name=file.name) for file in said.files
        ),
    )


def name_of(visitor: UUID, key: UUID) -> str:
    """Return the name by which a line is known: the visitor's and its own, so that no visitor can take another's."""
    return f"{visitor}.{key}"
