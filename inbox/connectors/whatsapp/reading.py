"""Turns what WhatsApp pushes into news: messages, edits, removals, statuses, and what the brand typed on its phone."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from inbox.connectors.base import (
    AccessRevoked,
    Author,
    IncomingAttachment,
    IncomingMessage,
    MessageEdited,
    MessageRemoved,
    News,
    StatusReported,
)
from inbox.connectors.meta import graph, pushed
from inbox.connectors.parts import part_of
from inbox.connectors.whatsapp import content

_STATUSES: dict[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_ENDED = frozenset({"ACCOUNT_DELETED", "DISABLED_UPDATE", "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED"})


class _Metadata(msgspec.Struct, frozen=True):
    phone_number_id: str = ""


class _Profile(msgspec.Struct, frozen=True):
    name: str = ""
    username: str = ""


class _Contact(msgspec.Struct, frozen=True):
    profile: _Profile = _Profile()
    wa_id: str = ""
    user_id: str = ""


class _Edit(msgspec.Struct, frozen=True):
    original_message_id: str = ""
    message: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Context(msgspec.Struct, frozen=True):
    id: str = ""


class _Message(msgspec.Struct, frozen=True):
    id: str
    timestamp: int
    type: str = ""
    # A number; customers who go by a username may have none to show, and are known by an id instead.
    from_number: str = msgspec.field(name="from", default="")
    from_user_id: str = ""
    to: str = ""
    to_user_id: str = ""
    group_id: str = ""
    context: _Context = _Context()
    edit: _Edit = _Edit()
    revoke: _Edit = _Edit()


class _ErrorData(msgspec.Struct, frozen=True):
    details: str = ""


class _StatusError(msgspec.Struct, frozen=True):
    code: int = 0
    title: str = ""
    error_data: _ErrorData = _ErrorData()


class _Status(msgspec.Struct, frozen=True):
    id: str
    status: str
    biz_opaque_callback_data: str = ""
    errors: list[_StatusError] = []


class _Value(msgspec.Struct, frozen=True):
    metadata: _Metadata = _Metadata()
    contacts: list[_Contact] = []
    messages: list[msgspec.Raw] = []
    message_echoes: list[msgspec.Raw] = []
    statuses: list[_Status] = []
    event: str = ""


def read(body: bytes, *, number: str, account: str = "", media: str = graph.DEFAULT) -> list[News]:
    """Return the news about the phone number in a webhook body; `media` is where files are asked for by their ids.

    Meta sends all numbers of an app to one address: what is about another is left out.
    """
    news: list[News] = []
    for entry in pushed.read(body).entry:
        for change in entry.changes:
            value = msgspec.json.decode(change.value, type=_Value, strict=False) if change.value else _Value()
            if change.field == "account_update":
                news += _ends(value) if account and entry.id == account else []
            elif value.metadata.phone_number_id == number:
                news += _said(value, media)
                news += [_status(status) for status in value.statuses if status.status in _STATUSES]
    return news


def _said(value: _Value, media: str) -> Iterator[News]:
    for raw in value.messages:
        yield from _message(raw, value.contacts, media, by_us=False)
    for raw in value.message_echoes:
        yield from _message(raw, (), media, by_us=True)


def _message(raw: msgspec.Raw, contacts: list[_Contact] | tuple[()], media: str, *, by_us: bool) -> Iterator[News]:
    said = msgspec.json.decode(raw, type=_Message, strict=False)
    at = pushed.moment(said.timestamp)
    if said.type == "revoke":
        yield MessageRemoved(said.revoke.original_message_id, at)
    elif said.type == "edit" and said.edit.message:
        told = content.read(said.edit.message)
        yield MessageEdited(said.edit.original_message_id, at, text=told.text if told else "")
    elif not said.group_id and (told := content.read(raw)):
        customer = (said.to or said.to_user_id) if by_us else (said.from_number or said.from_user_id)
        yield IncomingMessage(
            external_id=said.id,
            thread_key=customer,
            author=Author(external_id=said.from_number or "us") if by_us else _author(customer, contacts),
            sent_at=at,
            text=told.text,
            direction="outbound" if by_us else "inbound",
            visibility="direct",
            in_reply_to=said.context.id,
            attachments=tuple(
                IncomingAttachment(url=f"{media}/{file.id}", type=file.mime_type, name=file.filename[:255])
                for file in told.files
            ),
        )


def _author(customer: str, contacts: list[_Contact] | tuple[()]) -> Author:
    known = next((each for each in contacts if customer in (each.wa_id, each.user_id)), None)
    if known is None and len(contacts) == 1:
        known = contacts[0]
    profile = known.profile if known else _Profile()
    username = profile.username or (f"+{customer}" if customer.isdecimal() else "")
    return Author(external_id=customer, username=username, name=profile.name[:200])


def _status(status: _Status) -> StatusReported:
    error = status.errors[0] if status.errors else None
    said = graph.explain(error.code, 0, error.error_data.details or error.title) if error else ""
    # Our own key, which WhatsApp repeats with each status, finds a post whose answer never came.
    key, part = part_of(status.biz_opaque_callback_data)
    return StatusReported(_STATUSES[status.status], status.id, key=key, part=part, words=said)


def _ends(value: _Value) -> list[News]:
    return [AccessRevoked(f"WhatsApp: {value.event}")] if value.event in _ENDED else []
