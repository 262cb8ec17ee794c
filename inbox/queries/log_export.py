"""The log as a file: what the days of a span hold of it, the newest first, read some rows at a time."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Min, QuerySet
from django.utils.translation import gettext as _

from brandvoice.exchange.as_csv import safe_cell
from inbox.models import Event

CSV_TYPE = "text/csv; charset=utf-8"
COLUMNS = ("event", "time", "kind", "who", "e-mail", "ticket", "team", "facts")
# Days of one file, and events: whoever needs more takes several.
MOST_DAYS, MOST = 92, 200_000
# Rows that are read at a time.
BATCH = 1000


class TooManyEvents(Exception):
    """The span holds more events than one file."""

    def __str__(self) -> str:
        return _("These are more than %(most)d events. Choose fewer days, or search for less.") % {"most": MOST}


@dataclass(frozen=True, slots=True)
class Span:
    """Days by a clock, the first and the last included."""

    since: date
    until: date
    zone: ZoneInfo

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Return when the first day begins, and when the last has ended."""
        begin = datetime.combine(self.since, time(), self.zone)
        return begin, datetime.combine(self.until + timedelta(days=1), time(), self.zone)


class Line(NamedTuple):
    """An event with what its line says, by name."""

    pk: int
    at: datetime
    kind: str
    person: str | None
    email: str | None
    key: str | None
    prefix: str | None
    ticket: int | None
    team: str | None
    facts: Mapping[str, object]


def events_in(events: QuerySet[Event], organization_id: int, span: Span) -> QuerySet[Event]:
    """Return those of the events that are an organization's and of these days; reads the days and no others.

    Raises TooManyEvents.
    """
    begin, end = span.moments
    days = Event.objects.filter(created_at__gte=begin, created_at__lt=end)
    # With something added no index on ids is taken for it: that of the days finds them, however long the log is.
    ids = days.aggregate(first=Min(F("pk") + 0), last=Max(F("pk") + 0))
    found = events.filter(organization=organization_id, created_at__gte=begin, created_at__lt=end)
    found = found.filter(pk__range=(ids["first"] or 0, ids["last"] or 0)).order_by("-pk")
    if found[MOST : MOST + 1].exists():
        raise TooManyEvents
    return found


def part_before(events: QuerySet[Event], pk: int | None, zone: ZoneInfo) -> tuple[bytes, int | None]:
    """Return the next part of the file, of the newest events before one or of all, and its last event.

    One query; None where there is no further event.
    """
    lines = _lines_before(events, pk)
    return _written([_cells(line, zone) for line in lines]), lines[-1].pk if lines else None


def head() -> bytes:
    """Return how the file begins; by its mark a spreadsheet takes it for what it is."""
    return b"\xef\xbb\xbf" + _written([COLUMNS])


def _lines_before(events: QuerySet[Event], pk: int | None) -> list[Line]:
    older = events if pk is None else events.filter(pk__lt=pk)
    who = ("actor__name", "actor__email", "key__name", "key__prefix")
    rows = older.values_list("pk", "created_at", "kind", *who, "ticket__number", "team__name", "facts")
    return [Line(*row) for row in rows[:BATCH]]


def _cells(line: Line, zone: ZoneInfo) -> list[str]:
    who = line.person or (f"{line.key} ({line.prefix}…)" if line.key else "Onevoice")
    number = str(line.ticket) if line.ticket else ""
    facts = json.dumps(line.facts, ensure_ascii=False)
    words = [line.kind, who, line.email or "", number, line.team or "", facts]
    return [str(line.pk), line.at.astimezone(zone).isoformat(timespec="seconds"), *map(safe_cell, words)]


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
