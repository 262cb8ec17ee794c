"""Counts in working time: what a team's clock shows decides, through every change between summer and winter time.

An opening counts from the first moment at which the clock shows its beginning, or more, to the first at which
it shows its end, or more: an hour that the clock shows twice belongs to what was open before it, and one that
it skips is no time at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
# Nothing is due later than this; a week with one open minute would else be walked for centuries.
FURTHEST = timedelta(days=3660)
_MINUTE, _ONE_DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of a weekday (0 is Monday), in minutes from midnight; 1440 is the midnight at its end."""

    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """When a team works: openings that don't overlap, and whole days off. Without openings, round the clock."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    openings: tuple[Opening, ...] = ()
    holidays: frozenset[date] = frozenset()

    @property
    def is_endless(self) -> bool:
        """Return whether all time is working time."""
        return not self.openings and not self.holidays

    def is_open(self, moment: datetime) -> bool:
        """Return whether the team works at this moment."""
        return self.is_endless or self.between(moment, moment + _MINUTE) > timedelta()

    def add(self, moment: datetime, amount: timedelta) -> datetime:
        """Return the moment at which so much working time has passed since then, ten years on at most."""
        if self.is_endless or amount <= timedelta():
            return moment + min(max(amount, timedelta()), FURTHEST)
        for begins, ends in self._stretches(moment, moment + FURTHEST):
            if ends - begins >= amount:
                return begins + amount
            amount -= ends - begins
        return moment + FURTHEST

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time there is from start to end; none where end comes first."""
        if self.is_endless:
            return max(end - start, timedelta())
        return sum((ends - begins for begins, ends in self._stretches(start, end)), timedelta())

    def _stretches(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is open between two moments, in UTC and in order."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        day, last = start.astimezone(self.zone).date() - _ONE_DAY, end.astimezone(self.zone).date()
        while day <= last:
            for opening in self._openings_on(day):
                begins = max(start, self._first(day, opening.begins))
                ends = min(end, self._first(day, opening.ends))
                if begins < ends:
                    yield begins, ends
            day += _ONE_DAY

    def _openings_on(self, day: date) -> tuple[Opening, ...]:
        weekday = day.weekday()
        if day in self.holidays:
            return ()
        if not self.openings:
            return (Opening(weekday, 0, DAY),)
        return tuple(opening for opening in self.openings if opening.weekday == weekday)

    def _first(self, day: date, minute: int) -> datetime:
        """Return the first moment at which the clock shows this time of the day, or a later one."""
        shown = datetime.combine(day, time()) + minute * _MINUTE
        moment = shown.replace(tzinfo=self.zone).astimezone(UTC)
        if self._clock(moment) == shown:
            return moment
        # The clock skips it: read as summer time it comes before the gap, and the gap ends within that.
        moment = shown.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        while self._clock(moment) < shown:
            moment += _MINUTE
        return moment

    def _clock(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)


ROUND_THE_CLOCK = WorkingWeek()
