"""Planned posts by days, by the company's clock: a month in whole weeks, or one week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from inbox.queries.posts import PostRow, posts_between, zone_of

MONTH, WEEK = "month", "week"
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """One day with what is planned for it, the earliest first."""

    date: date
    is_today: bool
    # Of the month before or after.
    is_outside: bool
    posts: Sequence[PostRow]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days in whole weeks, from Monday on, and where the pages before and after begin."""

    span: str
    at: date
    zone: ZoneInfo
    days: Sequence[Day]
    before: date
    after: date

    @property
    def weekdays(self) -> Sequence[date]:
        """Return the days of the first week, for the names above the columns."""
        return [day.date for day in self.days[:7]]


def calendar_of(user: User, span: str, at: date | None = None) -> Calendar:
    """Return the month or the week in which a day is, today's where none is given."""
    zone = zone_of(user.organization)
    today = timezone.now().astimezone(zone).date()
    at = at or today
    first, last = _bounds(span, at)
    start, end = (datetime.combine(day, time(), zone) for day in (first, last))
    planned: dict[date, list[PostRow]] = {}
    for row in posts_between(user, start, end):
        if row.publish_at:
            planned.setdefault(row.publish_at.astimezone(zone).date(), []).append(row)
    dates = [first + timedelta(days=number) for number in range((last - first).days)]
    days = [Day(day, day == today, span == MONTH and day.month != at.month, planned.get(day, ())) for day in dates]
    return Calendar(span, at, zone, days, *_neighbours(span, at))


def _bounds(span: str, at: date) -> tuple[date, date]:
    """Return the first day that is shown, and the first that is not."""
    first = at.replace(day=1) if span == MONTH else at
    last = (at.replace(day=28) + timedelta(days=4)).replace(day=1) if span == MONTH else at + timedelta(days=1)
    monday = first - timedelta(days=first.weekday())
    return monday, last + timedelta(days=-last.weekday() % 7)


def _neighbours(span: str, at: date) -> tuple[date, date]:
    if span == WEEK:
        return at - A_WEEK, at + A_WEEK
    first = at.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
