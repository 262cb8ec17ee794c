"""The columns of the reputation page: what each is called, reads off the figures, and opens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inbox.queries.rollup_sums import Figures

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Of shares, a difference is said in points.
LEAST_CHANGE = 1


class Unit(StrEnum):
    """What a cell's number is of: things, percent, or seconds."""

    NUMBER = "number"
    SHARE = "share"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure: its number, as it is read, and of a share the interval."""

    unit: Unit
    # None: nothing was counted.
    number: float | None
    low: int = 0
    high: int = 0

    @property
    def text(self) -> str:
        """Return the figure as it is read; "–" for nothing."""
        if self.number is None:
            return "–"
        if self.unit == Unit.TIME:
            return in_words(timedelta(seconds=self.number))
        number = number_format(int(self.number), use_l10n=True, force_grouping=True)
        return f"{number} %" if self.unit == Unit.SHARE else number

    @property
    def interval(self) -> str:
        """Return between which percentages the true share lies, or ""."""
        return f"{self.low}–{self.high} %" if self.unit == Unit.SHARE and self.number is not None else ""

    def change_from(self, before: "Cell") -> str:
        """Return how the figure has changed, in percent, or in points for a share; "" where nobody can say."""
        if self.number is None or before.number is None:
            return ""
        if self.unit == Unit.SHARE:
            points = round(self.number - before.number)
            return _now("%(points)s points") % {"points": f"{points:+d}"} if abs(points) >= LEAST_CHANGE else "±0"
        if not before.number:
            return ""
        percent = round(100 * (self.number - before.number) / before.number)
        return f"{percent:+d} %" if percent else "±0"


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every row. `behind` names the list that its number opens."""

    key: str
    label: str | Promise
    behind: str
    read: Callable[[Figures], Cell]

    @property
    def unit(self) -> Unit:
        """Return what its numbers are of."""
        return self.read(Figures()).unit


def in_words(span: timedelta) -> str:
    """Return a time as people say it, in minutes, hours or days."""
    if span < MINUTE:
        return _now("%(number)s s") % {"number": round(span.total_seconds())}
    if span < 2 * HOUR:
        return _now("%(number)s min") % {"number": round(span / MINUTE)}
    if span < 2 * DAY:
        return _now("%(number)s h") % {"number": number_format(span / HOUR, 1)}
    return _now("%(number)s d") % {"number": number_format(span / DAY, 1)}


def _count(name: str) -> Callable[[Figures], Cell]:
    return lambda figures: Cell(Unit.NUMBER, figures[name])


def _share(part: Sequence[str], whole: Sequence[str]) -> Callable[[Figures], Cell]:
    def read(figures: Figures) -> Cell:
        share = figures.share(part, whole)
        return Cell(Unit.SHARE, share.percent, *share.interval)

    return read


def _time(name: str, share: float) -> Callable[[Figures], Cell]:
    def read(figures: Figures) -> Cell:
        found = figures.percentile(name, share)
        return Cell(Unit.TIME, round(found.total_seconds()) if found else None)

    return read


_FELT = ("positive", "neutral", "negative")
_PRESSING = ("whenever", "in_turn", "soon", "at_once")
_HEARD = ("better", "same", "worse")
COLUMNS = {
    column.key: column
    for column in (
        Column("asked", _("Messages"), "asked", _count("asked")),
        Column("opened", _("New tickets"), "opened", _count("opened")),
        Column("positive", _("Positive"), "positive", _share(["positive"], _FELT)),
        Column("neutral", _("Neutral"), "neutral", _share(["neutral"], _FELT)),
        Column("negative", _("Negative"), "negative", _share(["negative"], _FELT)),
        Column("urgent", _("Urgent"), "urgent", _share(["soon", "at_once"], _PRESSING)),
        Column("replies", _("Replies"), "replies", _count("replies")),
        Column("signed", _("In signed words"), "signed", _share(["signed"], ["replies"])),
        Column("first_reply", _("First reply, half within"), "first_reply", _time("first_reply", 0.5)),
        Column("first_reply_90", _("First reply, 9 of 10 within"), "first_reply", _time("first_reply", 0.9)),
        Column("resolution", _("Resolved, half within"), "resolved", _time("resolution", 0.5)),
        Column("resolution_90", _("Resolved, 9 of 10 within"), "resolved", _time("resolution", 0.9)),
        Column("resolved", _("Resolved"), "resolved", _count("resolved")),
        Column("reopened", _("Opened again"), "reopened", _share(["reopened"], ["resolved"])),
        Column("better", _("Then sounded better"), "better", _share(["better"], _HEARD)),
        Column("worse", _("Then sounded worse"), "worse", _share(["worse"], _HEARD)),
        Column("rated", _("Surveys answered"), "rated", _count("rated")),
        Column("content", _("Customers who are content"), "content", _share(["content"], ["rated"])),
    )
}
_ASKED = (
    *("asked", "negative", "positive", "urgent", "replies", "signed", "first_reply", "first_reply_90"),
    *("resolution", "resolved", "reopened", "rated", "content"),
)
_SAID = (
    *("replies", "signed", "first_reply", "first_reply_90", "resolution", "resolved", "reopened", "better", "worse"),
    *("rated", "content"),
)
_CARDS = (
    *("asked", "negative", "positive", "urgent", "replies", "signed", "first_reply", "first_reply_90"),
    *("resolution", "resolution_90", "resolved", "reopened", "rated", "content"),
)
_OWN_CARDS = (
    *("replies", "signed", "first_reply", "first_reply_90", "resolution", "resolved", "reopened", "better"),
    *("rated", "content"),
)
_OF_US = frozenset({"purpose", "position", "agent"})


def columns_of(cut: str) -> list[Column]:
    """Return the columns that say something of the values of a kind: what we write has no mood of its own."""
    keys = _SAID if cut in _OF_US else _ASKED
    return [COLUMNS[key] for key in keys if not (cut == "position" and key == "signed")]


def cards_of(*, own: bool) -> list[Column]:
    """Return the figures at the head of the page."""
    return [COLUMNS[key] for key in (_OWN_CARDS if own else _CARDS)]
