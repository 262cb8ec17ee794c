"""Adds rollups up: over stretches of time and values, classes of times and all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from brandvoice.queries.usage import interval
from inbox.models import RollupDay, RollupHour
from inbox.rollup_facts import CLASSES, COUNTS, TIMES, percentile

# The columns of a sum, in the order of `Figures`.
SUMS = ", ".join(
    [f"sum({name})" for name in COUNTS]
    + [f"ARRAY[{', '.join(f'sum(coalesce({name}[{at}], 0))' for at in range(1, CLASSES + 1))}]" for name in TIMES]
)
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
    table, when = (RollupHour, "hour") if isinstance(span[0], datetime) else (RollupDay, "day")
    conditions = ["organization_id = %s", "kind = %s", f"{when} BETWEEN %s AND %s"]
    params: list[int | str | date | datetime] = [organization_id, kind, *span]
    for name, wanted in (("brand_id", brand_id), ("value", value)):
        if wanted is not None:
            conditions.append(f"{name} = %s")
            params.append(wanted)
    where = " AND ".join(conditions)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by}, {SUMS} FROM {table._meta.db_table} WHERE {where} GROUP BY 1 ORDER BY 1",  # noqa: S608 - our own names
            params,
        )
        return {row[0]: Figures.of_row(row[1:]) for row in cursor.fetchall()}
