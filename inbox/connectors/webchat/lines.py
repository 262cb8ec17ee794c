"""Keeps and reads the lines of visitors' conversations; each line has the next number of its conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Prefetch
from django.db.models.functions import Greatest, Least

from inbox.connectors.base import StatusReported
from inbox.connectors.webchat.models import File, Line, Visitor
from inbox.connectors.webchat.reading import name_of

# A widget that has none of a longer conversation gets the newest.
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """What a widget has not got yet, oldest first, and how far it has come and was read."""

    lines: Sequence[Line]
    newest: int
    heard: int
    read: int


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that goes with a line: what it is by its first bytes, and what is to be seen on it."""

    name: str
    content_type: str
    content: bytes
    alt: str = ""

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return len(self.content)


class NotOfThisChannel(Exception):
    """The conversation belongs to another website."""


@transaction.atomic
def add_line(channel: int, visitor: UUID, said: Line, *, name: str = "", files: Sequence[NewFile] = ()) -> Line:
    """Add a line to the visitor's conversation, once for each key, and return it; raises NotOfThisChannel."""
    Visitor.objects.get_or_create(pk=visitor, defaults={"channel_id": channel})
    locked = Visitor.objects.select_for_update(no_key=True).get(pk=visitor)
    if locked.channel_id != channel:
        raise NotOfThisChannel(str(visitor))
    if earlier := locked.lines.filter(key=said.key).first():
        return earlier
    locked.newest, locked.name = locked.newest + 1, name or locked.name
    locked.save(update_fields=["newest", "name"])
    said.visitor, said.number = locked, locked.newest
    said.save(force_insert=True)
    for number, file in enumerate(files):
        _add_file(said, number, file)
    return said


def find_line(channel: int, visitor: UUID, key: UUID) -> Line | None:
    """Return the line with this key, if the conversation has it."""
    return Line.objects.filter(visitor=visitor, visitor__channel=channel, key=key).first()


def hear_since(visitor: UUID, since: int) -> Heard:
    """Return the lines after `since`; one query where there are none."""
    known = Visitor.objects.filter(pk=visitor).first()
    if known is None:
        return Heard((), 0, 0, 0)
    if known.newest <= since:
        return Heard((), known.newest, known.heard, known.read)
    newer = Line.objects.filter(visitor=visitor, number__gt=since, number__lte=known.newest)
    files = Prefetch("files", File.objects.order_by("number"))
    newest = newer.order_by("-number").prefetch_related(files)[:MOST_LINES]
    return Heard(list(newest)[::-1], known.newest, known.heard, known.read)


def find_file(channel: int, visitor: UUID, file: UUID) -> File | None:
    """Return a file of the visitor's own conversation; nobody else's."""
    return File.objects.filter(pk=file, line__visitor=visitor, line__visitor__channel=channel).first()


def read_file(channel: int, file: UUID) -> bytes | None:
    """Return the content of a file of the channel's conversations; None where it is gone."""
    kept = File.objects.filter(pk=file, line__visitor__channel=channel).first()
    try:
        return kept.file.open("rb").read() if kept else None
    except FileNotFoundError:
        return None


def forget_visitor(channel: int, visitor: UUID) -> int:
    """Delete a visitor with lines and files, the files on the disk first; return how many rows."""
    for kept in File.objects.filter(line__visitor=visitor, line__visitor__channel=channel):
        kept.file.delete(save=False)
    return Visitor.objects.filter(channel=channel, pk=visitor).delete()[0]


def unreported(visitor: UUID, upto: int, *, read: bool) -> list[StatusReported]:
    """Return what is news about our lines up to this one: that the widget has them, or has shown them."""
    known = Visitor.objects.filter(pk=visitor).first()
    if known is None:
        return []
    ours = Line.objects.filter(
        visitor=visitor, ours=True, number__gt=known.read if read else known.heard, number__lte=upto
    )
    return [
        StatusReported("read" if read else "delivered", external_id=name_of(visitor, line.key), key=line.key)
        for line in ours.order_by("number")
    ]


def note_reported(visitor: UUID, upto: int, *, read: bool) -> None:
    """Note up to which line has been reported; never back, and not beyond what there is."""
    there = Least("newest", upto)
    moved = {"heard": Greatest("heard", there)} | ({"read": Greatest("read", there)} if read else {})
    Visitor.objects.filter(pk=visitor).update(**moved)


def new_line(key: UUID, text: str, *, ours: bool, at: datetime) -> Line:
    """Return a line that has no place yet."""
    return Line(key=key, text=text, ours=ours, said_at=at)


def _add_file(line: Line, number: int, new: NewFile) -> None:
    file = File(line=line, number=number, name=new.name, content_type=new.content_type, size=new.size, alt=new.alt)
    # Never under the sender's name, which could lead out of the folder.
    file.file.save(f"chat/{line.visitor_id}/{uuid4()}", ContentFile(new.content), save=False)
    file.save(force_insert=True)
