"""Reads the reputation page off the rollups: a period beside the one before, over time, and cut by value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import Brand, User
from inbox.queries.reputation_names import names_of
from inbox.queries.rollup_sums import Figures, sums

PERIODS = (7, 30, 90, 365)
USUAL = 30
LONGEST = 731
# By what can be cut, as addresses have it. Brands are columns of all rows.
CUTS = ("brand", "channel", "language", "region", "topic", "purpose", "position", "team", "agent")
OWN = "own"
# A trend has at most so many days; beyond, it goes by weeks.
MOST_DAYS = 92
HOURS_UP_TO = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader looks at: days by the organization's clock, both included."""

    since: date
    until: date
    zone: str
    brand_id: int | None = None
    cut: str = "topic"
    # Of somebody who sees their own numbers alone.
    agent_id: int | None = None

    @property
    def days(self) -> int:
        """Return how many days that is."""
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Wanted":
        """Return the period of the same length before."""
        return replace(self, since=self.since - timedelta(days=self.days), until=self.since - timedelta(days=1))

    @property
    def until_yesterday(self) -> "Wanted":
        """Return the period, but of whole days: one that ends with today begins and ends a day earlier."""
        if not self.is_until_today:
            return self
        return replace(self, since=self.since - timedelta(days=1), until=self.until - timedelta(days=1))

    @property
    def is_until_today(self) -> bool:
        """Return whether the period ends with today."""
        return self.until == today_in(self.zone)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Return the first hour of UTC that begins in the period, and the first after it."""
        zone = ZoneInfo(self.zone)
        begin = datetime.combine(self.since, time.min, zone).astimezone(UTC)
        end = datetime.combine(self.until + timedelta(days=1), time.min, zone).astimezone(UTC)
        return _next_hour(begin), _next_hour(end)

    @property
    def address(self) -> str:
        """Return what is looked at as the end of an address."""
        asked = {"from": self.since.isoformat(), "to": self.until.isoformat(), "brand": self.brand_id, "cut": self.cut}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def kept_address(self) -> str:
        """Return the same for another day: so many days back from then, where it ends with today."""
        if not (self.is_until_today and self.days in PERIODS):
            return self.address
        asked = {"days": self.days, "brand": self.brand_id, "cut": self.cut}
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class CutRow:
    """One value: its figures, and what was counted under it in the period before."""

    value: str
    name: str
    figures: Figures
    before: Figures
    address: str


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of the trend, beginning then."""

    begin: date | datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class Reputation:
    """All that the page shows."""

    now: Figures
    before: Figures
    step: str
    trend: tuple[Point, ...]
    rows: tuple[CutRow, ...]
    purposes: tuple[CutRow, ...]


def today_in(zone: str) -> date:
    """Return today by this clock."""
    return timezone.now().astimezone(ZoneInfo(zone)).date()


def brands_of(user: User) -> tuple[tuple[int, str], ...]:
    """Return the brands that can be looked at alone."""
    return tuple(Brand.objects.visible_to(user).order_by("name").values_list("pk", "name"))


def read_wanted(data: Mapping[str, str], user: User, brands: Sequence[tuple[int, str]]) -> Wanted:
    """Return what an address asks for; what makes no sense, or is not the reader's, is left out."""
    zone = user.organization.time_zone if user.organization else "UTC"
    since, until = _period(data, today_in(zone))
    brand, cut = data.get("brand", ""), data.get("cut", "")
    return Wanted(
        since=since,
        until=until,
        zone=zone,
        brand_id=int(brand) if brand in {str(pk) for pk, _name in brands} else None,
        cut=cut if cut in CUTS else "topic",
        agent_id=None if user.may("reputation.view") else user.pk,
    )


def reputation_of(user: User, wanted: Wanted) -> Reputation:
    """Return the figures of a period: of the organization, or of one agent."""
    points = _points(user, wanted)
    before = figures_of(user, wanted.before)
    rows = () if wanted.agent_id else cut_rows(user, wanted, wanted.cut)
    purposes = () if wanted.agent_id else cut_rows(user, wanted, "purpose") if wanted.cut != "purpose" else rows
    step, trend = _trend(wanted, points)
    return Reputation(Figures.total(points.values()), before, step, trend, rows, purposes)


def cut_rows(user: User, wanted: Wanted, cut: str) -> tuple[CutRow, ...]:
    """Return a row for each value of a kind under which anything was counted, most first."""
    now, before = (_cut(user, period, cut) for period in (wanted, wanted.before))
    names = names_of(user, cut, {*now, *before})
    rows = [
        CutRow(
            value=value,
            name=names.get(value, value),
            figures=figures,
            before=before.get(value, Figures()),
            address=f"{replace(wanted, cut=cut).address}&{urlencode({'value': value})}",
        )
        for value, figures in now.items()
        if not figures.is_empty
    ]
    return tuple(sorted(rows, key=lambda row: (not row.value, -_weight(row.figures), row.name.lower(), row.value)))


def _weight(figures: Figures) -> int:
    return max(figures["asked"], figures["replies"], figures["resolved"])


def _period(data: Mapping[str, str], today: date) -> tuple[date, date]:
    since, until = _day(data.get("from", "")), _day(data.get("to", ""))
    if since and until and since <= until and (until - since).days < LONGEST:
        return since, until
    asked = data.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else USUAL
    return today - timedelta(days=days - 1), today


def _day(text: str) -> date | None:
    try:
        day = parse_date(text[:10])
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2200 else None


def _next_hour(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(hours=1)


def _place(wanted: Wanted) -> tuple[str, str]:
    """Return the kind and value of everything that the reader may see."""
    return ("agent", str(wanted.agent_id)) if wanted.agent_id else ("all", "")


def _points(user: User, wanted: Wanted) -> dict[date | datetime, Figures]:
    kind, value = _place(wanted)
    asked = {"brand_id": wanted.brand_id, "value": value}
    if wanted.days <= HOURS_UP_TO:
        begin, end = wanted.moments
        span = (begin, end - timedelta(hours=1))
        return sums(user.organization_id or 0, kind, span, by="hour", **asked)  # type: ignore[arg-type]
    return sums(user.organization_id or 0, kind, (wanted.since, wanted.until), by="day", **asked)  # type: ignore[arg-type]


def figures_of(user: User, wanted: Wanted) -> Figures:
    """Return all figures of a period together: of the organization, or of one agent."""
    kind, value = _place(wanted)
    span = (wanted.since, wanted.until)
    found = sums(user.organization_id or 0, kind, span, by="value", brand_id=wanted.brand_id, value=value)
    return found.get(value, Figures())


def _cut(user: User, wanted: Wanted, cut: str) -> dict[str, Figures]:
    span, kind = (wanted.since, wanted.until), "all" if cut == "brand" else cut
    by = "brand_id" if cut == "brand" else "value"
    found = sums(user.organization_id or 0, kind, span, by=by, brand_id=wanted.brand_id)
    return {str(value): figures for value, figures in found.items()}


def _trend(wanted: Wanted, points: Mapping[date | datetime, Figures]) -> tuple[str, tuple[Point, ...]]:
    """Return the points of a trend without gaps, by hours, days or weeks."""
    if wanted.days <= HOURS_UP_TO:
        begin, end = wanted.moments
        hours = [begin + timedelta(hours=at) for at in range(round((end - begin) / timedelta(hours=1)))]
        zone = ZoneInfo(wanted.zone)
        return "hour", tuple(Point(hour.astimezone(zone), points.get(hour, Figures())) for hour in hours)
    days = [wanted.since + timedelta(days=at) for at in range(wanted.days)]
    if wanted.days <= MOST_DAYS:
        return "day", tuple(Point(day, points.get(day, Figures())) for day in days)
    weeks: dict[date, list[Figures]] = {}
    for day in days:
        monday = max(wanted.since, day - timedelta(days=day.weekday()))
        weeks.setdefault(monday, []).extend([points[day]] if day in points else [])
    return "week", tuple(Point(monday, Figures.total(parts)) for monday, parts in weeks.items())
