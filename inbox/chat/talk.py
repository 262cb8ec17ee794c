"""What a visitor does, by whichever door: saying something, and having heard or read what we said."""

from datetime import datetime
from uuid import UUID

from inbox import intake
from inbox.actions.payloads import NewPayload, store_payloads
from inbox.connectors.webchat import lines, reading
from inbox.connectors.webchat.models import Line
from inbox.models import Channel

LONGEST_TEXT, LONGEST_NAME = 2000, 80


def say_line(channel: Channel, said: reading.Said) -> Line:
    """Keep what a visitor says, for the inbox first and then for the widget; the same key again says nothing new.

    Whoever dies in between has been told nothing yet, and the widget says it again.
    """
    store_payloads(channel, [NewPayload(reading.name_of(said.visitor, said.key), reading.write(said))])
    line = lines.new_line(said.key, said.text, ours=False, at=said.at)
    return lines.add_line(channel.pk, said.visitor, line, name=said.name)


def note_reached(channel: Channel, visitor: UUID, upto: int, *, read: bool) -> None:
    """Tell the inbox that our lines up to this one have come to the widget, or have been shown."""
    if news := lines.unreported(visitor, upto, read=read):
        intake.take_news(channel, news)
    lines.note_reported(visitor, upto, read=read)


def said_now(visitor: UUID, key: UUID, text: str, name: str, now: datetime) -> reading.Said:
    """Return what a visitor says, as it is kept."""
    return reading.Said(visitor=visitor, key=key, text=text, at=now, name=" ".join(name.split()))
