"""What the figures on volume, mood and service are counted from: follows a ticket's log, says what each event adds.

Plain data and pure functions: the same log gives the same counts, whether it is followed as it comes or read again
from its beginning. Whatever was counted can be taken back, because it is remembered where it was put.
"""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeAlias

import msgspec

# What a row counts, and the times whose spread it holds.
COUNTS = (
    *("opened", "asked", "positive", "neutral", "negative", "whenever", "in_turn", "soon", "at_once"),
    *("replies", "signed", "better", "same", "worse", "resolved", "reopened"),
)
TIMES = ("first_reply", "resolution")
# By what can be cut. "all" has one value, "".
KINDS = ("all", "channel", "team", "language", "topic", "agent", "purpose", "position")
# The seconds at which the classes of times begin: from half a minute to 23 days, each √2 times the one before.
BOUNDS = tuple(30 * 2 ** (step / 2) for step in range(33))
CLASSES = len(BOUNDS) + 1

# Of a ticket, so many replies can still turn out to have come to nothing, or hear what the customer says next.
REMEMBERED = 8
NOTHING = frozenset({"failed", "cancelled", "waiting"})
_HOUR = 3600
_FEELINGS = {1: "positive", 0: "neutral", -1: "negative"}
_DELIVERY = ("failed", "cancelled", "retried", "settled", "sent", "delivered", "read")
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


class Reply(Fact, kw_only=True):
    """A reply: which message it answered, how its customer felt then, and what they said next."""

    message: int
    at: datetime
    asked: int = 0
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


class Story(msgspec.Struct):
    """All of a ticket that its next event may need. It holds ids and moments, no words of anybody."""

    spam: bool = False
    newest: int = 0
    language: str = ""
    topic: str = ""
    sentiment: int | None = None
    # Since when the customer waits for a first reply, and since when the ticket is to be resolved.
    asked_at: datetime | None = None
    round_at: datetime | None = None
    replies: list[Reply] = msgspec.field(default_factory=list)
    first_reply: Span | None = None
    resolution: Span | None = None


class Said(NamedTuple):
    """A customer's message as the log has it up to some event."""

    message: int
    hour: int
    brand: int
    channel: int
    team: int | None
    # Whether it is the first that was received in its ticket.
    opens: bool = False
    language: str = ""
    topic: str = ""
    sentiment: int | None = None
    urgency: int | None = None

    @property
    def fact(self) -> Fact:
        """Return where it is counted."""
        cuts = {"channel": [str(self.channel)], "language": [self.language], "topic": [self.topic]}
        return Fact(self.hour, self.brand, cuts | {"team": [_name(self.team)]})

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


def follow(story: Story, happening: Happening, tally: Tally) -> None:
    """Move a ticket's story on by one event, and count what it adds or takes back."""
    if step := _STEPS.get(happening.kind):
        step(story, happening, tally)


def _note_question(story: Story, happening: Happening, tally: Tally) -> None:
    said = happening.now
    if said is None:
        return
    story.newest, story.language, story.topic, story.sentiment = said.message, "", "", None
    story.round_at = story.round_at or happening.at
    if story.first_reply is None:
        story.asked_at = story.asked_at or happening.at
    for reply in story.replies:
        reply.next = reply.next or said.message
    if not story.spam:
        tally.add(said.fact, said.cells)


def _note_reading(story: Story, happening: Happening, tally: Tally) -> None:
    """Count a message under what is now known of it, and hold the customer's feeling beside that before a reply."""
    was, now = happening.was, happening.now
    if was is None or now is None:
        return
    if not story.spam:
        tally.add(was.fact, was.cells, -1)
        tally.add(now.fact, now.cells)
    if now.message == story.newest:
        story.language, story.topic, story.sentiment = now.language, now.topic, now.sentiment
    for reply in story.replies:
        if reply.asked == now.message and not reply.shift:
            reply.before = now.sentiment
        if reply.next == now.message and not reply.shift and None not in (reply.before, now.sentiment):
            _judge(reply, now.sentiment or 0, tally)


def _judge(reply: Reply, after: int, tally: Tally) -> None:
    before = reply.before or 0
    reply.shift = "same" if after == before else "better" if after > before else "worse"
    if reply.counts:
        tally.add(reply, [reply.shift])


def _note_spam(story: Story, happening: Happening, tally: Tally) -> None:
    is_spam = happening.kind == "ticket.marked_spam"
    if is_spam == story.spam:
        return
    story.spam = is_spam
    for said in happening.all_said:
        tally.add(said.fact, said.cells, -1 if is_spam else 1)


def _note_reply(story: Story, happening: Happening, tally: Tally) -> None:
    known = next((reply for reply in story.replies if reply.message == happening.message), None)
    if known is None and happening.written:
        known = _write(story, happening, happening.written)
    elif known is None or known.counts:
        return
    known.counts, known.at = True, happening.at
    tally.add(known, _cells(known))
    _find_first_reply(story, tally)


def _find_first_reply(story: Story, tally: Tally) -> None:
    """Measure the first reply that went out since the customer asked, unless that is known."""
    begin = story.asked_at
    if story.first_reply or begin is None:
        return
    first = next((reply for reply in story.replies if reply.counts and reply.at >= begin), None)
    if first:
        took = class_of((first.at - begin).total_seconds())
        story.first_reply = Span(hour_of(first.at), first.brand, first.cuts, message=first.message, took=took)
        tally.add(story.first_reply, [("first_reply", took)])


def _write(story: Story, happening: Happening, written: Written) -> Reply:
    cuts = _places(story, happening, written.channel) | {
        "agent": [_name(written.user)],
        "purpose": [written.purpose],
        "position": [str(pk) for pk in written.positions] or [""],
    }
    reply = Reply(happening.hour, happening.brand, cuts, message=happening.message, at=happening.at)
    reply.asked, reply.before = story.newest, story.sentiment
    story.replies = [*story.replies, reply][-REMEMBERED:]
    return reply


def _note_delivery(story: Story, happening: Happening, tally: Tally) -> None:
    """Take a reply back that came to nothing, or count one that goes out after all."""
    if happening.state not in NOTHING:
        _note_reply(story, happening, tally)
        return
    for reply in story.replies:
        if reply.message == happening.message and reply.counts:
            reply.counts = False
            tally.add(reply, _cells(reply), -1)
    first = story.first_reply
    if first and first.message == happening.message:
        tally.add(first, [("first_reply", first.took or 0)], -1)
        story.first_reply = None
        _find_first_reply(story, tally)


def _note_resolution(story: Story, happening: Happening, tally: Tally) -> None:
    last = next((reply for reply in reversed(story.replies) if reply.counts), None)
    cuts = _places(story, happening, happening.channel) | {"agent": [_name(happening.actor)]}
    if last:
        cuts |= {"purpose": last.cuts["purpose"], "position": last.cuts["position"]}
    done = Span(happening.hour, happening.brand, cuts)
    if story.round_at:
        done.took = class_of((happening.at - story.round_at).total_seconds())
    tally.add(done, ["resolved", *([] if done.took is None else [("resolution", done.took)])])
    story.resolution, story.round_at = done, None
    if story.first_reply is None:
        story.asked_at = None


def _note_reopening(story: Story, happening: Happening, tally: Tally) -> None:
    story.round_at = story.round_at or happening.at
    done = story.resolution
    if happening.kind == "ticket.reopened" and done and not done.reopened:
        done.reopened = True
        tally.add(done, ["reopened"])


def _note_target(story: Story, happening: Happening, tally: Tally) -> None:
    """Put a time into the class in which it is by the clock of its policy."""
    span = story.first_reply if happening.metric == "first_reply" else story.resolution
    if happening.metric not in TIMES or span is None or span.took is None or happening.used is None:
        return
    tally.add(span, [(happening.metric, span.took)], -1)
    span.took = class_of(happening.used)
    tally.add(span, [(happening.metric, span.took)])


def _cells(reply: Reply) -> list[Cell]:
    signed = ["signed"] if any(reply.cuts["position"]) else []
    return ["replies", *signed, *([reply.shift] if reply.shift else [])]


def _places(story: Story, happening: Happening, channel: int) -> dict[str, list[str]]:
    return {
        "channel": [str(channel)],
        "team": [_name(happening.team)],
        "language": [story.language],
        "topic": [story.topic],
    }


def _name(pk: int | None) -> str:
    return "" if pk is None else str(pk)


_STEPS: Mapping[str, Callable[[Story, Happening, Tally], None]] = {
    "message.received": _note_question,
    "message.enriched": _note_reading,
    "reading.corrected": _note_reading,
    "ticket.marked_spam": _note_spam,
    "ticket.unmarked_spam": _note_spam,
    "reply.queued": _note_reply,
    "message.seen_on_network": _note_reply,
    "reply.approved": _note_reply,
    **{f"delivery.{name}": _note_delivery for name in _DELIVERY},
    "ticket.resolved": _note_resolution,
    "ticket.reopened": _note_reopening,
    "ticket.unanswered": _note_reopening,
    "correction.asked": _note_reopening,
    "target.fulfilled": _note_target,
}
FOLLOWED = frozenset(_STEPS)
