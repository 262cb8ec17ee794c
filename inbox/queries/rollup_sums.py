"""Adds rollups up: over stretches of time and values, classes of times and all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from brandvoice.queries.usage import interval
from inbox.rollup_facts import CLASSES, COUNTS, TIMES, percentile

# The columns of a sum, in the order of `Figures`.
SUMS = ", ".join(
    [f"sum({name})" for name in COUNTS]
    + [f"ARRAY[{', '.join(f'sum(coalesce({name}[{at}], 0))' for at in range(1, CLASSES + 1))}]" for name in TIMES]
)
_ROW = ", ".join((*COUNTS, *TIMES))
DAY = timedelta(days=1)
Range = tuple[date, date] | tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of something, with the interval in which the true share lies with 95 % confidence; all in percent."""

    part: int
    total: int

    @property
    def percent(self) -> int | None:
        """Return the share, or None of nothing."""
        return round(100 * self.part / self.total) if self.total else None

    @property
    def interval(self) -> tuple[int, int]:
        """Return where the true share lies."""
        return interval(min(self.part, self.total), self.total)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted in a stretch of time, under one value or all."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    times: dict[str, Sequence[int]] = field(default_factory=lambda: {name: [0] * CLASSES for name in TIMES})

    @classmethod
    def of_row(cls, columns: Sequence[Any]) -> "Figures":
        """Return what the columns of `SUMS` hold."""
        counts = dict(zip(COUNTS, map(int, columns), strict=False))
        return cls(counts, dict(zip(TIMES, columns[len(COUNTS) :], strict=True)))

    @classmethod
    def total(cls, parts: Iterable["Figures"]) -> "Figures":
        """Return the sum of several."""
        found = list(parts)
        if not found:
            return cls()
        counts = {name: sum(part.counts[name] for part in found) for name in COUNTS}
        classes = {name: zip(*(part.times[name] for part in found), strict=True) for name in TIMES}
        return cls(counts, {name: list(map(sum, parts)) for name, parts in classes.items()})

    def __getitem__(self, name: str) -> int:
        return self.counts[name]

    def share(self, part: Iterable[str], whole: Iterable[str]) -> Share:
        """Return what part some counts are of others together."""
        return Share(sum(self[name] for name in part), sum(self[name] for name in whole))

    def percentile(self, name: str, share: float) -> timedelta | None:
        """Return the time below which so large a share of a measured time lies."""
        return percentile([int(count) for count in self.times[name]], share)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was counted."""
        return not any(self.counts.values())


class Stretch(NamedTuple):
    """A table of rollups, and from which to which of its rows."""

    unit: str
    begin: date | datetime
    end: date | datetime


def sums(
    organization_id: int,
    kind: str,
    span: Range,
    *,
    by: str,
    brand_id: int | None = None,
    value: str | None = None,
) -> dict[Any, Figures]:
    """Return what was counted under a kind from the first to the last hour or day of a span, by a column of it.

    `by` is "value", "brand_id", or "day" or "hour" as the span has it.
    """
    only = {name: wanted for name, wanted in (("brand_id", brand_id), ("value", value)) if wanted is not None}
    also = "".join(f" AND {name} = %s" for name in only)
    parts, params = [], []
    for part in stretches(span, by):
        parts.append(
            f"SELECT {by} AS by, {_ROW} FROM inbox_rollup{part.unit}"  # noqa: S608 - our own names
            f" WHERE organization_id = %s AND kind = %s AND {part.unit} BETWEEN %s AND %s{also}"
        )
        params += [organization_id, kind, part.begin, part.end, *only.values()]
    source = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT by, {SUMS} FROM ({source}) AS counted GROUP BY 1 ORDER BY 1", params)  # noqa: S608 - our own names
        return {row[0]: Figures.of_row(row[1:]) for row in cursor.fetchall()}


def stretches(span: Range, by: str) -> list[Stretch]:
    """Return what a span is read from: its whole months where nothing is asked by the day, and the days around them."""
    first, last = span
    if isinstance(first, datetime) or isinstance(last, datetime):
        return [Stretch("hour", first, last)]
    begin = first if first.day == 1 else _next_month(first)
    end = (last + DAY).replace(day=1)
    if by == "day" or begin >= end:
        return [Stretch("day", first, last)]
    days = [Stretch("day", first, begin - DAY), Stretch("day", end, last)]
    return [Stretch("month", begin, end - DAY), *(part for part in days if part.begin <= part.end)]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
