"""Matrix's events as its homeservers tell them: the fields that are read, and no more."""

import msgspec


class Relation(msgspec.Struct):
    """What an event says about another one."""

    rel_type: str = ""
    event_id: str = ""
    in_reply_to: dict[str, str] = msgspec.field(name="m.in_reply_to", default_factory=dict)


class FileInfo(msgspec.Struct):
    """What is said about a file."""

    mimetype: str = ""


class Content(msgspec.Struct):
    """What an event carries; which fields depends on its type."""

    msgtype: str = ""
    body: str = ""
    format: str = ""
    formatted_body: str = ""
    filename: str = ""
    url: str = ""
    geo_uri: str = ""
    redacts: str = ""
    displayname: str | None = None
    info: FileInfo | None = None
    relates_to: Relation | None = msgspec.field(name="m.relates_to", default=None)
    new: "Content | None" = msgspec.field(name="m.new_content", default=None)
    # Ours: which reply an event is.
    key: str = msgspec.field(name="onevoice.key", default="")


class Event(msgspec.Struct):
    """One event of a room; `room_id` is missing where the room stands around it."""

    type: str
    event_id: str = ""
    sender: str = ""
    origin_server_ts: int = 0
    room_id: str = ""
    redacts: str = ""
    # Whom it is about, where it says something of a member of the room: not always who says it.
    state_key: str = ""
    # Whatever its type makes of it: read by `content_of`, for events of types that are known.
    content: msgspec.Raw = msgspec.Raw(b"{}")


def content_of(event: Event) -> Content:
    """Return the content of an event; an empty one where a sender has put something else there."""
    try:
        return msgspec.json.decode(event.content, type=Content)
    except msgspec.ValidationError:
        return Content()


class Timeline(msgspec.Struct):
    """What happened in a room since; `limited` where the server left out the older part of it."""

    events: list[Event] = []
    limited: bool = False
    prev_batch: str | None = None


class Events(msgspec.Struct):
    """A list of events, as it stands in several places."""

    events: list[Event] = []


class Joined(msgspec.Struct):
    """A room that the account is in."""

    timeline: Timeline = msgspec.field(default_factory=Timeline)
    state: Events = msgspec.field(default_factory=Events)
    ephemeral: Events = msgspec.field(default_factory=Events)


class Rooms(msgspec.Struct):
    """The rooms in which something happened, by their ids."""

    join: dict[str, Joined] = {}
    invite: dict[str, msgspec.Raw] = {}


class Sync(msgspec.Struct):
    """An answer of /sync."""

    next_batch: str
    rooms: Rooms = msgspec.field(default_factory=Rooms)


class Chunk(msgspec.Struct):
    """A page of a room's history; without `end` it is the last."""

    chunk: list[Event] = []
    end: str | None = None


class Transaction(msgspec.Struct):
    """What a homeserver pushes to an application service."""

    events: list[Event] = []
    ephemeral: list[Event] = []
