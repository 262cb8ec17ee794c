"""Turns Matrix's events into news; nothing here asks anybody."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from inbox.connectors.base import (
    Author,
    IncomingAttachment,
    IncomingMessage,
    MessageEdited,
    MessageRemoved,
    News,
    StatusReported,
)
from inbox.connectors.matrix.events import Content, Event, content_of
from inbox.connectors.parts import PART

MESSAGE, REDACTION, MEMBER, ENCRYPTED, STICKER = (
    "m.room.message",
    "m.room.redaction",
    "m.room.member",
    "m.room.encrypted",
    "m.sticker",
)
READ_TYPES = (MESSAGE, REDACTION, ENCRYPTED, STICKER)
FILES = ("m.image", "m.file", "m.audio", "m.video")
# What bots say by themselves; answering it, two of them could go on for ever.
AUTOMATIC = "m.notice"
HTML = "org.matrix.custom.html"
# Files are named by where their homeserver keeps them; only the account's token opens them.
MEDIA = "/_matrix/client/v1/media/download/"
UNREADABLE = "(An encrypted message. Onevoice reads rooms without end-to-end encryption only.)"

_MXC = re.compile(r"mxc://([A-Za-z0-9.:\[\]-]+)/([A-Za-z0-9_-]+)")
_QUOTED_HTML = re.compile(r"<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)

# Display names by room and account.
Names: TypeAlias = Mapping[tuple[str, str], str]


def read_events(events: Iterable[Event], *, account: str, server: str, names: Names) -> Iterator[News]:
    """Yield what these events tell: messages, edits and removals; each event knows its room."""
    for event in events:
        content = content_of(event)
        if event.type == REDACTION:
            if removed := event.redacts or content.redacts:
                yield MessageRemoved(removed, moment(event))
        elif event.type in READ_TYPES and event.sender and event.event_id:
            if is_edit(content):
                yield _edit(event, content)
            elif (message := _message(event, content, server=server, names=names, account=account)) is not None:
                yield message


def read_receipts(events: Iterable[Event], *, account: str) -> Iterator[News]:
    """Yield which of our posts customers have read: m.receipt names the event up to which each has."""
    for event in events:
        if event.type != "m.receipt":
            continue
        for read, kinds in _receipts(event).items():
            if any(reader != account for reader in kinds.get("m.read", {})):
                yield StatusReported("read", read)


def names_in(room: str, events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """Return the display names that a room's member events tell."""
    members = [(event.state_key, content_of(event).displayname) for event in events if event.type == MEMBER]
    return {(room, member): name for member, name in members if name}


def is_edit(content: Content) -> bool:
    """Return whether the event gives an older one new words."""
    return content.relates_to is not None and content.relates_to.rel_type == "m.replace" and content.new is not None


def moment(event: Event) -> datetime:
    """Return when the event's homeserver took it."""
    return datetime.fromtimestamp(event.origin_server_ts / 1000, UTC)


def _receipts(event: Event) -> dict[str, dict[str, dict[str, object]]]:
    try:
        return msgspec.json.decode(event.content, type=dict[str, dict[str, dict[str, object]]])
    except msgspec.ValidationError:
        return {}


def _edit(event: Event, content: Content) -> MessageEdited:
    relation, new = content.relates_to, content.new
    assert relation is not None and new is not None  # noqa: S101, PT018 - is_edit has looked
    return MessageEdited(relation.event_id, moment(event), text=_words(new), html=_markup(new))


def _message(event: Event, content: Content, *, server: str, names: Names, account: str) -> IncomingMessage | None:
    """Return the message that an event is; None for what bots say, and for one whose words were taken away.

    Nor is one part of a reply of ours a message: its last part stands for the whole.
    """
    files = _files(event, content, server)
    text = UNREADABLE if event.type == ENCRYPTED else _words(content)
    if content.msgtype == AUTOMATIC or not (text or files) or (PART in content.key and event.sender == account):
        return None
    sender, relation = event.sender, content.relates_to
    facts = {
        "external_id": event.event_id,
        "thread_key": event.room_id,
        "author": Author(external_id=sender, username=sender[:255], name=names.get((event.room_id, sender), "")[:200]),
        "sent_at": moment(event),
        "text": text,
        "html": _markup(content),
        "direction": "outbound" if sender == account else "inbound",
        "visibility": "direct",
        "in_reply_to": relation.in_reply_to.get("event_id", "")[:255] if relation else "",
        "attachments": files,
    }
    return msgspec.convert(facts, IncomingMessage)


def _words(content: Content) -> str:
    """Return what a person wrote: without the quotation before a reply, and without the name of a file."""
    if content.msgtype in FILES:
        return content.body if content.filename and content.filename != content.body else ""
    body = content.body
    if content.relates_to and content.relates_to.in_reply_to and body.startswith("> "):
        quoted, _blank, rest = body.partition("\n\n")
        body = rest if all(line.startswith(">") for line in quoted.splitlines()) else body
    return f"* {body}" if content.msgtype == "m.emote" else body


def _markup(content: Content) -> str:
    return _QUOTED_HTML.sub("", content.formatted_body) if content.format == HTML else ""


def _files(event: Event, content: Content, server: str) -> tuple[IncomingAttachment, ...]:
    found = _MXC.fullmatch(content.url)
    if not found or not (event.type == STICKER or content.msgtype in FILES):
        return ()
    kind = content.info.mimetype if content.info else ""
    address = f"{server}{MEDIA}{found[1]}/{found[2]}"
    return (IncomingAttachment(url=address, type=kind[:100], name=(content.filename or content.body)[:255]),)
