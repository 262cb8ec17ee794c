"""What a visitor does, by whichever door: saying something, and having heard or read what we said."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from brandvoice.file_types import sniff
from inbox import intake
from inbox.actions.payloads import NewPayload, store_payloads
from inbox.actions.uploads import clean_name
from inbox.connectors import file_rules
from inbox.connectors.webchat import lines, reading
from inbox.connectors.webchat.models import Line
from inbox.models import Channel

LONGEST_TEXT, LONGEST_NAME = 2000, 80


class FileRefused(Exception):
    """The chat does not take the file; the words say why, and `why` is "size" or "kind"."""

    def __init__(self, words: str, why: str) -> None:
        super().__init__(words)
        self.why = why


def say_line(channel: Channel, said: reading.Said) -> Line:
    """Keep what a visitor says, for the inbox first and then for the widget; the same key again says nothing new.

    Whoever dies in between has been told nothing yet, and the widget says it again.
    """
    store_payloads(channel, [NewPayload(reading.name_of(said.visitor, said.key), reading.write(said))])
    line = lines.new_line(said.key, said.text, ours=False, at=said.at)
    return lines.add_line(channel.pk, said.visitor, line, name=said.name)


def say_file(channel: Channel, said: reading.Said, name: str, content: bytes) -> Line:
    """Keep a file that a visitor sends, as a line of its own; raises FileRefused. The same key again sends nothing new.

    The line comes first: what the inbox is told of must be there when it is fetched. Whoever dies in between has been
    told nothing yet, and the widget sends it again.
    """
    file = _looked_at(name, content)
    line = lines.new_line(said.key, "", ours=False, at=said.at)
    line = lines.add_line(channel.pk, said.visitor, line, name=said.name, files=[file])
    kept = tuple(reading.SaidFile(id=one.pk, name=one.name, type=one.content_type) for one in line.files.all())
    body = reading.write(msgspec.structs.replace(said, text=line.text, files=kept))
    store_payloads(channel, [NewPayload(reading.name_of(said.visitor, said.key), body)])
    return line


def largest_file() -> int:
    """Return how many bytes a visitor's file may have."""
    return min(max(file_rules.VISITORS.sizes.values()), settings.ATTACHMENT_MEGABYTES * file_rules.MB)


def _looked_at(name: str, content: bytes) -> lines.NewFile:
    """Return a visitor's file with what it is by its first bytes; raises FileRefused."""
    kind = sniff(content) if content else None
    mime = kind.mime if kind else ""
    file = lines.NewFile(clean_name(name, kind) if kind else name, mime, content)
    if file.size > largest_file():
        words = _("“%(name)s” is larger than %(most)s.") % {
            "name": file.name,
            "most": file_rules.amount(largest_file()),
        }
        raise FileRefused(words, "size")
    if problem := file_rules.problem_with([file], file_rules.VISITORS):
        raise FileRefused(problem, "kind")
    return file


def note_reached(channel: Channel, visitor: UUID, upto: int, *, read: bool) -> None:
    """Tell the inbox that our lines up to this one have come to the widget, or have been shown."""
    if news := lines.unreported(visitor, upto, read=read):
        intake.take_news(channel, news)
    lines.note_reported(visitor, upto, read=read)


def said_now(visitor: UUID, key: UUID, text: str, name: str, now: datetime) -> reading.Said:
    """Return what a visitor says, as it is kept."""
    return reading.Said(visitor=visitor, key=key, text=text, at=now, name=" ".join(name.split()))
