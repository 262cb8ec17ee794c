"""Reads conversations as Messenger and Instagram push them: messages, echoes, edits, unsends, receipts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

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
from inbox.connectors.meta import pushed
from inbox.connectors.parts import part_of

# A receipt's moment is by Meta's clock, often that of the message itself; ours is noted when Meta's answer came.
CLOCKS = timedelta(seconds=3)
_MOST_FILES = 20


class _Somebody(msgspec.Struct, frozen=True):
    id: str = ""


class _Payload(msgspec.Struct, frozen=True):
    url: str = ""


class _Attachment(msgspec.Struct, frozen=True):
    type: str = ""
    payload: _Payload | None = None


class _Story(msgspec.Struct, frozen=True):
    url: str = ""


class _ReplyTo(msgspec.Struct, frozen=True):
    mid: str = ""
    story: _Story = _Story()


class _Message(msgspec.Struct, frozen=True):
    mid: str = ""
    text: str = ""
    attachments: list[_Attachment] = []
    is_echo: bool = False
    is_deleted: bool = False
    is_unsupported: bool = False
    # Ours: the key that we gave with the message.
    metadata: str = ""
    reply_to: _ReplyTo = _ReplyTo()


class _Edit(msgspec.Struct, frozen=True):
    mid: str = ""
    text: str = ""


class _Postback(msgspec.Struct, frozen=True):
    mid: str = ""
    title: str = ""


class _Receipt(msgspec.Struct, frozen=True):
    mid: str = ""
    mids: list[str] = []
    watermark: int = 0


class _Event(msgspec.Struct, frozen=True):
    sender: _Somebody = _Somebody()
    recipient: _Somebody = _Somebody()
    timestamp: int = 0
    message: _Message | None = None
    message_edit: _Edit | None = None
    postback: _Postback | None = None
    delivery: _Receipt | None = None
    read: _Receipt | None = None


def read(raw: msgspec.Raw) -> Iterator[News]:
    """Yield the news in one event of a conversation; reactions, referrals and typing are none."""
    event = msgspec.json.decode(raw, type=_Event, strict=False)
    at = pushed.moment(event.timestamp)
    if event.message and event.message.is_deleted:
        # Whoever unsends a message wants it to be gone, and Meta's terms do, too.
        yield MessageRemoved(event.message.mid, at, erase=True)
    elif event.message and event.message.mid:
        yield from _said(event, event.message)
    elif event.message_edit:
        yield MessageEdited(event.message_edit.mid, at, text=event.message_edit.text)
    elif event.postback and event.postback.mid:
        # A button under one of the Page's messages, which speaks for the customer.
        yield _incoming(event, event.postback.mid, event.postback.title, by_us=False)
    elif event.delivery:
        yield from _receipts("delivered", event.sender.id, event.delivery)
    elif event.read:
        yield from _receipts("read", event.sender.id, event.read)


def _said(event: _Event, message: _Message) -> Iterator[News]:
    key, part = part_of(message.metadata)
    if message.is_echo and key and part:
        # One of several messages that a reply of ours was sent as: the last of them stands for it.
        yield StatusReported("sent", message.mid, key=key, part=part)
        return
    yield _message(event, message)
    if message.is_echo and key:
        yield StatusReported("sent", message.mid, key=key)


def _message(event: _Event, message: _Message) -> IncomingMessage:
    files = [(each.type, each.payload.url) for each in message.attachments if each.payload and each.payload.url]
    if message.reply_to.story.url:
        files.append(("story", message.reply_to.story.url))
    attachments = tuple(
        # Their type is a kind ("image"), not a media type: what it is, is seen when it is fetched.
        IncomingAttachment(url=url, name=kind)
        for kind, url in files[:_MOST_FILES]
        if url.startswith("https://") and len(url) <= 2000
    )
    text = message.text or ("[a kind of message that is not passed on]" if message.is_unsupported else "")
    return _incoming(
        event, message.mid, text, by_us=message.is_echo, attachments=attachments, answers=message.reply_to.mid
    )


def _incoming(
    event: _Event,
    mid: str,
    text: str,
    *,
    by_us: bool,
    attachments: tuple[IncomingAttachment, ...] = (),
    answers: str = "",
) -> IncomingMessage:
    return IncomingMessage(
        external_id=mid,
        thread_key=event.recipient.id if by_us else event.sender.id,
        author=Author(external_id=event.sender.id),
        sent_at=pushed.moment(event.timestamp),
        text=text,
        direction="outbound" if by_us else "inbound",
        visibility="direct",
        in_reply_to=answers[:255],
        attachments=attachments,
    )


def _receipts(status: Literal["delivered", "read"], customer: str, receipt: _Receipt) -> Iterator[StatusReported]:
    """Yield receipts: for messages by name where there are any, and for all up to the moment that is given."""
    for mid in [*receipt.mids, receipt.mid]:
        if mid:
            yield StatusReported(status, mid)
    if receipt.watermark:
        until = pushed.moment(receipt.watermark) + CLOCKS
        yield StatusReported(status, thread_key=customer, until=until)
