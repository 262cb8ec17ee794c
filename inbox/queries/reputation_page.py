"""What the reputation page shows, ready to be written out: cards, charts with their tables, and the table of a cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.queries.reputation import CutRow, Point, Reputation, Wanted, figures_of, read_wanted
from inbox.queries.reputation_table import COLUMNS, Cell, Column, Unit, cards_of, columns_of
from inbox.queries.rollup_sums import Figures

# What the briefing says of the week.
_NUMBERS = ("asked", "negative", "first_reply", "signed", "resolved", "reopened")
_OWN_NUMBERS = ("replies", "first_reply", "signed", "resolved", "reopened")

CUT_NAMES = {
    "brand": _("Brand"),
    "channel": _("Channel"),
    "language": _("Language"),
    "region": _("Region"),
    "topic": _("Topic"),
    "purpose": _("Purpose"),
    "position": _("Position"),
    "team": _("Team"),
    "agent": _("Agent"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A figure at the head of the page, and what has become of it since the period before."""

    column: Column
    cell: Cell
    before: Cell
    change: str
    address: str


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart: what it is called, its tone, and a cell for each point."""

    label: str
    tone: str
    cells: tuple[Cell, ...]

    @property
    def numbers(self) -> list[float | None]:
        """Return the numbers, for whoever draws them."""
        return [cell.number for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Chart:
    """Some lines over the same points, and the table of them."""

    key: str
    title: str
    unit: Unit
    step: str
    points: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        """Return a row of the table for each point."""
        return [(point, [one.cells[at] for one in self.series]) for at, point in enumerate(self.points)]

    @property
    def drawn(self) -> dict[str, object]:
        """Return what the script draws."""
        series = [{"label": one.label, "tone": one.tone, "numbers": one.numbers} for one in self.series]
        return {"unit": self.unit.value, "points": self.points, "series": series}


@dataclass(frozen=True, slots=True)
class TableCell:
    """A figure of a row, with what it was before and what its number opens."""

    column: Column
    cell: Cell
    change: str
    address: str


@dataclass(frozen=True, slots=True)
class Table:
    """The values of a kind and their figures."""

    cut: str
    name: str | Promise
    columns: Sequence[Column]
    rows: tuple[tuple[str, tuple[TableCell, ...]], ...]


def cards_in(wanted: Wanted, found: Reputation) -> list[Card]:
    """Return the figures at the head."""
    return [_card(column, wanted, found.now, found.before) for column in cards_of(own=wanted.agent_id is not None)]


def numbers_of(user: User) -> list[Card]:
    """Return what to know of the last seven whole days: of the organization, or the reader's own."""
    wanted = read_wanted({"days": "7"}, user, ()).until_yesterday
    now, before = figures_of(user, wanted), figures_of(user, wanted.before)
    keys = _OWN_NUMBERS if wanted.agent_id else _NUMBERS
    return [_card(COLUMNS[key], wanted, now, before) for key in keys]


def _card(column: Column, wanted: Wanted, found: Figures, found_before: Figures) -> Card:
    now, before = column.read(found), column.read(found_before)
    return Card(column, now, before, now.change_from(before), wanted.address)


def table_of(cut: str, rows: Sequence[CutRow]) -> Table:
    """Return the table of a kind of values."""
    columns = columns_of(cut)
    return Table(cut, CUT_NAMES[cut], columns, tuple((row.name, _cells(row, columns)) for row in rows))


def own_table(found: Reputation) -> Table:
    """Return the figures of one agent, as the one row of a table."""
    row = CutRow("", _now("Your numbers"), found.now, found.before, "")
    return table_of("agent", (row,))


def charts_of(wanted: Wanted, found: Reputation) -> list[Chart]:
    """Return the charts over time; of an agent those of their own work."""
    mood = [] if wanted.agent_id else [_chart("mood", _now("Feeling"), found, {"positive": "good", "negative": "bad"})]
    title = _now("Customers who are content")
    content = [_chart("content", title, found, {"content": "good"})] if found.now["rated"] else []
    volume = {"replies": "second"} if wanted.agent_id else {"asked": "first", "replies": "second"}
    return [
        _chart("volume", _now("Messages and replies"), found, volume),
        *mood,
        _chart("times", _now("Time to the first reply"), found, {"first_reply": "first", "first_reply_90": "second"}),
        _chart("signed", _now("Answered in signed words"), found, {"signed": "good"}),
        *content,
    ]


def _chart(key: str, title: str, found: Reputation, tones: dict[str, str]) -> Chart:
    columns = [COLUMNS[name] for name in tones]
    unit = columns[0].unit
    series = [
        Series(str(column.label), tones[column.key], tuple(column.read(point.figures) for point in found.trend))
        for column in columns
    ]
    return Chart(key, title, unit, found.step, tuple(_named(point, found.step) for point in found.trend), tuple(series))


def _named(point: Point, step: str) -> str:
    if step == "hour":
        return date_format(point.begin, _now("j M H:i"))
    day = date_format(_date(point.begin), _now("j M"))
    return _now("week of %(day)s") % {"day": day} if step == "week" else day


def _date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _cells(row: CutRow, columns: Sequence[Column]) -> tuple[TableCell, ...]:
    cells = []
    for column in columns:
        now, before = column.read(row.figures), column.read(row.before)
        cells.append(TableCell(column, now, now.change_from(before), row.address))
    return tuple(cells)
