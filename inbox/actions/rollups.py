"""Keeps the figures on volume, mood and service: follows the log, and counts each event in its hour, day and month.

One worker at a time does it. What it costs depends on what happens, never on how much there is.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import connection, transaction

from inbox.actions import rollup_rows as rows
from inbox.models import GOOD, LogReader, RollupDay, RollupHour, RollupMonth, TicketStory
from inbox.rollup_facts import Happening, Said, Story, Surveyed, Tally, Written
from inbox.rollups import FOLLOWED, follow

READER = "rollups"
WORK_SECONDS = 20.0
EVENTS = 2_000
ZONE_CHANGED = "organization.zone_changed"


class _Known(NamedTuple):
    """What a stretch of the log is about, read before it is followed."""

    # By message: the ticket in whose story it is.
    homes: Mapping[int, int]
    stories: Mapping[int, Story]
    readings: Mapping[int, Sequence[rows.Step]]
    written: Mapping[int, Written]
    surveyed: Mapping[int, Surveyed]
    # By ticket that became spam, or is none after all.
    received: Mapping[int, Sequence[int]]


def keep_rollups(*, seconds: float = WORK_SECONDS) -> int:
    """Bring the figures up to date, for so long at most; return how many events were read."""
    stop_at, done = time.monotonic() + seconds, 0
    while time.monotonic() < stop_at and (count := keep_some()):
        done += count
    return done


@transaction.atomic(durable=True)
def keep_some(*, limit: int = EVENTS) -> int:
    """Count what the next events of the log add; return how many there were."""
    _open_reader()
    reader = LogReader.objects.select_for_update(skip_locked=True).filter(name=READER).first()
    if reader is None:
        return 0
    logged = rows.next_events(reader, limit)
    if logged:
        _count(logged)
        LogReader.objects.filter(pk=READER).update(transaction=str(logged[-1].transaction), event=logged[-1].event)
    return len(logged)


def rebuild_rollups() -> Iterator[int]:
    """Forget all figures and count the whole log again; yield how many events were read so far."""
    _forget()
    done = 0
    while count := keep_some():
        done += count
        yield done


@transaction.atomic(durable=True)
def _forget() -> None:
    _open_reader()
    LogReader.objects.select_for_update().get(name=READER)
    for model in (RollupHour, RollupDay, RollupMonth, TicketStory):
        model.objects.all().delete()
    LogReader.objects.filter(name=READER).update(transaction="0", event=0)


def _open_reader() -> None:
    """Begin to read the log where it begins, unless that has begun already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_logreader (name, transaction, event) VALUES (%s, '0', 0) ON CONFLICT DO NOTHING",
            [READER],
        )


def _count(logged: Sequence[rows.Logged]) -> None:
    about = [one for one in logged if one.kind in FOLLOWED and one.ticket is not None and one.brand is not None]
    if about:
        known, tally = _load(about), Tally()
        places = {one.place: _place(one, known.homes) for one in about}
        for one in about:
            follow(known.stories[places[one.place]], _happening(one, known), tally)
        rows.keep_stories({places[one.place]: (one.organization, known.stories[places[one.place]]) for one in about})
        rows.add(tally.rows)
    for organization in sorted({one.organization for one in logged if one.kind == ZONE_CHANGED}):
        rows.compose_days(organization)


def _place(one: rows.Logged, homes: Mapping[int, int]) -> int:
    return homes.get(one.message or 0, one.ticket or 0)


def _load(about: Sequence[rows.Logged]) -> _Known:
    homes = rows.homes_of({one.message for one in about if one.message})
    received = rows.messages_in({one.ticket for one in about if one.ticket and one.kind in rows.SPAM_KINDS})
    read = {one.message for one in about if one.message and one.kind in rows.READING_KINDS}
    read |= {message for messages in received.values() for message in messages}
    return _Known(
        homes=homes,
        stories=rows.load_stories({_place(one, homes) for one in about}),
        readings=rows.load_readings(read),
        written=rows.load_written({one.message for one in about if one.message and one.kind in rows.REPLY_KINDS}),
        surveyed=rows.load_surveyed({one.survey for one in about if one.survey}),
        received=received,
    )


def _happening(one: rows.Logged, known: _Known) -> Happening:
    readings = known.readings.get(one.message or 0, ())
    return Happening(
        kind=one.kind,
        at=one.at,
        brand=one.brand or 0,
        channel=one.channel or 0,
        team=one.team,
        actor=one.actor,
        message=one.message or 0,
        state=one.state or "",
        metric=one.metric or "",
        used=one.used,
        was=rows.said_before(readings, one.place),
        now=rows.said_before(readings, one.place, including=True),
        written=known.written.get(one.message or 0) if one.kind in rows.REPLY_KINDS else None,
        survey=one.survey or 0,
        content=(one.score or 0) >= GOOD,
        surveyed=known.surveyed.get(one.survey or 0),
        all_said=tuple(_all_said(one, known)) if one.kind in rows.SPAM_KINDS else (),
    )


def _all_said(one: rows.Logged, known: _Known) -> Iterator[Said]:
    for message in known.received.get(one.ticket or 0, ()):
        if said := rows.said_before(known.readings[message], one.place):
            yield said
