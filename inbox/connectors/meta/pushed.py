"""The frame in which all of Meta's webhooks come: entries of accounts, each with conversations or changes."""

from datetime import UTC, datetime

import msgspec


class Change(msgspec.Struct, frozen=True):
    """Something that has changed about an account: a field by its name, and a value of that field's shape."""

    field: str = ""
    value: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class Entry(msgspec.Struct, frozen=True):
    """What happened to one account; conversations and changes don't come in one."""

    id: str = ""
    time: int = 0
    messaging: list[msgspec.Raw] = []
    changes: list[Change] = []


class Pushed(msgspec.Struct, frozen=True):
    """A webhook body."""

    object: str = ""
    entry: list[Entry] = []


def read(body: bytes) -> Pushed:
    """Return a webhook body as its frame."""
    return msgspec.json.decode(body, type=Pushed, strict=False)


def moment(number: int) -> datetime:
    """Return a moment of the epoch, which Meta writes here in seconds and there in milliseconds."""
    return datetime.fromtimestamp(number / 1000 if number > 100_000_000_000 else number, UTC)
