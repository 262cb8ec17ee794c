"""What is counted about tickets, and where: rows, facts that can be taken back, and times by their classes."""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeAlias

import msgspec

# What a row counts, and the times whose spread it holds.
COUNTS = (
    *("opened", "asked", "positive", "neutral", "negative", "whenever", "in_turn", "soon", "at_once"),
    *("replies", "signed", "better", "same", "worse", "resolved", "reopened", "rated", "content"),
)
TIMES = ("first_reply", "resolution")
# The seconds at which the classes of times begin: from half a minute to 23 days, each √2 times the one before.
BOUNDS = tuple(30 * 2 ** (step / 2) for step in range(33))
CLASSES = len(BOUNDS) + 1

_HOUR = 3600
_FEELINGS = {1: "positive", 0: "neutral", -1: "negative"}
_URGENCIES = ("whenever", "in_turn", "soon", "at_once")

# A count, or a time with its class.
Cell: TypeAlias = str | tuple[str, int]
Cuts: TypeAlias = Mapping[str, Sequence[str]]


class Row(NamedTuple):
    """Where something is counted: an hour of UTC since 1970, a brand, and a value of one kind."""

    brand: int
    hour: int
    kind: str
    value: str


class Fact(msgspec.Struct):
    """Something that was counted: when, for whom, and under which values."""

    hour: int
    brand: int
    cuts: dict[str, list[str]]
    # The customer's message whose language and topic it goes under.
    asked: int = 0


class Reply(Fact, kw_only=True):
    """A reply: when it went out, how its customer felt then, and what they said next."""

    message: int
    at: datetime
    before: int | None = None
    next: int = 0
    # "better", "same" or "worse".
    shift: str = ""
    counts: bool = True


class Span(Fact, kw_only=True):
    """How long something took, as a class of times, or None where nobody can say."""

    message: int = 0
    took: int | None = None
    reopened: bool = False


class Rating(Fact, kw_only=True):
    """What a customer has answered to a survey: whether they were content."""

    survey: int
    content: bool


class Story(msgspec.Struct):
    """All of a ticket that its next event may need. It holds ids and moments, no words of anybody."""

    spam: bool = False
    newest: int = 0
    language: str = ""
    region: str = ""
    topic: str = ""
    sentiment: int | None = None
    # Since when the customer waits for a first reply, and since when the ticket is to be resolved.
    asked_at: datetime | None = None
    round_at: datetime | None = None
    replies: list[Reply] = msgspec.field(default_factory=list)
    first_reply: Span | None = None
    resolution: Span | None = None
    ratings: list[Rating] = msgspec.field(default_factory=list)


class Said(NamedTuple):
    """A customer's message as the log has it up to some event."""

    message: int
    hour: int
    brand: int
    channel: int
    team: int | None
    # Whether it is the first that was received in its ticket.
    opens: bool = False
    region: str = ""
    language: str = ""
    topic: str = ""
    sentiment: int | None = None
    urgency: int | None = None

    @property
    def fact(self) -> Fact:
        """Return where it is counted."""
        cuts = {"channel": [str(self.channel)], "language": [self.language], "topic": [self.topic]}
        return Fact(self.hour, self.brand, cuts | {"team": [value_of(self.team)], "region": [self.region]})

    @property
    def cells(self) -> list[Cell]:
        """Return what it counts as."""
        cells: list[Cell] = ["asked", "opened"] if self.opens else ["asked"]
        if self.sentiment is not None:
            cells.append(_FEELINGS[self.sentiment])
        if self.urgency is not None:
            cells.append(_URGENCIES[self.urgency])
        return cells


class Written(NamedTuple):
    """A message of ours."""

    channel: int
    user: int | None
    purpose: str
    positions: Sequence[int]


class Surveyed(NamedTuple):
    """What a customer was asked about: where, and who has it as it was when the ticket was resolved."""

    channel: int
    team: int | None
    person: int | None


class Happening(NamedTuple):
    """One event of a ticket, with what it is about: a customer's message before and after it, or one of ours."""

    kind: str
    at: datetime
    brand: int
    channel: int
    team: int | None = None
    actor: int | None = None
    message: int = 0
    # Of a delivery; and of a target that was fulfilled, with the seconds that its policy counts.
    state: str = ""
    metric: str = ""
    used: int | None = None
    was: Said | None = None
    now: Said | None = None
    written: Written | None = None
    # Of a survey that was answered: which, how, and about what.
    survey: int = 0
    content: bool = False
    surveyed: Surveyed | None = None
    # Of a ticket that is spam, or is none after all: what its customer has said.
    all_said: Sequence[Said] = ()

    @property
    def hour(self) -> int:
        """Return the hour since 1970 in which it happened."""
        return hour_of(self.at)


class Tally:
    """What is to be added to which rows."""

    def __init__(self) -> None:
        self.rows: dict[Row, Counter[Cell]] = defaultdict(Counter)

    def add(self, fact: Fact, cells: Sequence[Cell], sign: int = 1) -> None:
        """Count a fact under all its values."""
        for kind, values in (("all", [""]), *fact.cuts.items()):
            for value in values:
                counter = self.rows[Row(fact.brand, fact.hour, kind, value)]
                for cell in cells:
                    counter[cell] += sign


def value_of(pk: int | None) -> str:
    """Return how rows hold an id, or that there is none."""
    return "" if pk is None else str(pk)


def hour_of(moment: datetime) -> int:
    """Return the number of the hour of UTC since 1970."""
    return int(moment.timestamp()) // _HOUR


def moment_of(hour: int) -> datetime:
    """Return when an hour begins."""
    return datetime.fromtimestamp(hour * _HOUR, UTC)


def class_of(seconds: float) -> int:
    """Return the class of a time."""
    return bisect_right(BOUNDS, seconds)


def percentile(classes: Sequence[int], share: float) -> timedelta | None:
    """Return the time below which so large a share lies, read off its class; None where there is none.

    Inside a class times are taken to be spread evenly by their logarithm: at most a factor √2 off.
    """
    total = sum(classes)
    if total <= 0:
        return None
    rank, before = share * total, 0
    for place, count in enumerate(classes):
        if count > 0 and before + count >= rank:
            low = BOUNDS[place - 1] if place else BOUNDS[0] / 2
            return timedelta(seconds=round(low * math.sqrt(2) ** ((rank - before) / count)))
        before += count
    return None
