"""Finds what is unusual in a brand's last hour: topics, channels, words and anger; plain data in, plain data out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from inbox.spike_words import Use, asked_buckets, count_buckets, overlap, telling_words, uses
from inbox.spikes import (
    FEWEST,
    LEARNING,
    LENGTHS,
    LONGEST,
    LOOKS,
    WINDOW,
    Rise,
    alarms,
    allowance,
    anger,
    rise,
    same_times,
    samples,
    share_of,
    windows_around,
    windows_until,
)


class Series(IntEnum):
    """What is counted."""

    BRAND = 0
    CHANNEL = 1
    TOPIC = 2


class Key(NamedTuple):
    """A series: everything (""), a channel by its id, or a topic."""

    series: int
    key: str


# (customers, angry ones) by window.
Counts = Mapping[datetime, tuple[int, int]]


class Recent(NamedTuple):
    """A customer's message of the last hour."""

    pk: int
    ticket: int
    channel: int
    topic: str
    text: str
    negative: bool
    at: datetime


class Past(Protocol):
    """What is remembered of one brand."""

    zone: ZoneInfo

    def since(self, keys: Collection[Key]) -> Mapping[Key, datetime]:
        """Return since when these are counted; what is not yet is left out."""

    def counts(self, windows: Collection[datetime], keys: Collection[Key] | None = None) -> Mapping[Key, Counts]:
        """Return the counts of these windows, of all series where none are named."""

    def days(self, keys: Collection[Key], until: datetime) -> Mapping[Key, Sequence[tuple[int, int]]]:
        """Return (angry, customers) of each day before."""

    def level(self, until: datetime) -> float:
        """Return how much more came in the last week than in those before it."""

    def words(self, buckets: Collection[int], until: datetime) -> Mapping[int, float]:
        """Return how often the words of these buckets were used, the last hour included."""


EVERYTHING = Key(Series.BRAND, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is far above what is usual, and the tickets it is seen by."""

    rise: Rise
    tickets: frozenset[int]
    began_at: datetime
    topics: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    channel: int | None = None
    anger: bool = False

    @property
    def is_specific(self) -> bool:
        """Return whether it is about something, and not merely everything that comes in."""
        return bool(self.topics or self.phrases)


def find_unusual(window: datetime, messages: Sequence[Recent], past: Past, said: int = 0) -> list[Finding]:
    """Return what is unusual in the hour up to this window, the most telling first: words, topics, channels, all.

    `messages` are those of that hour and of the window before it, or the newest of `said` that came then. Of a brand
    that is only being learned from, nothing is unusual.
    """
    begun = past.since([EVERYTHING]).get(EVERYTHING)
    if begun is None or begun > window - LEARNING:
        return []
    share = max(1.0, said / max(1, len(messages)))
    found = [*_words(window, messages, past, share), *_rises(window, messages, past), *_anger(window, messages, past)]
    return sorted(found, key=_order)


def within(messages: Sequence[Recent], window: datetime, length: int) -> list[Recent]:
    """Return the messages of so many windows up to this one."""
    start = windows_until(window, length)[0]
    return [one for one in messages if start <= one.at < window + WINDOW]


def _order(finding: Finding) -> tuple[bool, bool, bool, float]:
    return (not finding.is_specific, finding.channel is None, not finding.phrases, finding.rise.chance)


def _rises(window: datetime, messages: Sequence[Recent], past: Past) -> list[Finding]:
    """Return the series of which more came than usual; that of the window before may have grown just now."""
    present = past.counts(windows_until(window, LONGEST + 1))
    many = [key for key, counts in present.items() if sum(seen for seen, _angry in counts.values()) >= FEWEST]
    times = {key: same_times(window, past.zone, since) for key, since in past.since(many).items()}
    asked = {moment for moments in times.values() for moment in moments}
    if not asked:
        return []
    before = past.counts(windows_around(sorted(asked)), many)
    level, allowed = past.level(windows_until(window, LONGEST + 1)[0]), allowance(len(present))
    found = []
    for key, moments in times.items():
        seen = _seen(present[key], before.get(key, {}), moments, window, level) if moments else []
        unusual = [(one, end) for one, end in seen if alarms(one, allowed)]
        if unusual:
            best, end = min(unusual, key=lambda pair: pair[0].chance)
            found.append(_finding(key, best, end, messages))
    return found


def _seen(
    present: Counts, past: Counts, moments: Sequence[datetime], window: datetime, level: float
) -> list[tuple[Rise, datetime]]:
    """Return how unusual a series is in each length that is looked at, and when that ends."""
    before = {at: customers for at, (customers, _angry) in past.items()}
    counts = [
        (sum(present.get(at, (0, 0))[0] for at in windows_until(end, length)), length, end)
        for end in (window, window - WINDOW)
        for length in LENGTHS
    ]
    return [
        (rise(count, samples(before, moments, length), len(moments), length=length, level=level), end)
        for count, length, end in counts
        if count >= FEWEST
    ]


def _anger(window: datetime, messages: Sequence[Recent], past: Past) -> list[Finding]:
    """Return the series of whose customers more are angry than usual, in the last hour."""
    hour = windows_until(window, LONGEST)
    present = {key: counts for key, counts in past.counts(hour).items() if key.series != Series.CHANNEL}
    sums = {
        key: (sum(angry for _seen, angry in counts.values()), sum(seen for seen, _angry in counts.values()))
        for key, counts in present.items()
    }
    many = [key for key, (angry, _seen) in sums.items() if angry >= FEWEST]
    days = past.days({EVERYTHING, *many}, hour[0]) if many else {}
    if len(days.get(EVERYTHING, ())) < FEWEST:
        return []
    around, _alike = share_of(days[EVERYTHING])
    judged = {key: anger(*sums[key], days.get(key, []), around) for key in many}
    allowed = allowance(len(sums), LOOKS)
    return [
        replace(_finding(key, seen, window, messages), anger=True)
        for key, seen in judged.items()
        if _angers(seen, allowed)
    ]


def _angers(seen: Rise, allowed: float) -> bool:
    # Where most are angry anyway, twice as many can't be: half of those who usually are not.
    far = seen.expected + min(seen.expected, (seen.of - seen.expected) / 2)
    return seen.count >= max(FEWEST, far) and seen.chance <= allowed


def _finding(key: Key, seen: Rise, end: datetime, messages: Sequence[Recent]) -> Finding:
    topic = key.key if key.series == Series.TOPIC else ""
    channel = int(key.key) if key.series == Series.CHANNEL else None
    own = [
        one.ticket
        for one in within(messages, end, seen.length)
        if topic in ("", one.topic) and channel in (None, one.channel)
    ]
    began = windows_until(end, seen.length)[0]
    return Finding(rise=seen, tickets=frozenset(own), began_at=began, topics=(topic,) if topic else (), channel=channel)


def _words(window: datetime, messages: Sequence[Recent], past: Past, share: float) -> list[Finding]:
    """Return what customers use words for that they hardly used before; those who say the same are one finding.

    Each message that was read stands for `share` that came.
    """
    found: list[Finding] = []
    said = [(one.ticket, one.text) for one in within(messages, window, LONGEST)]
    buckets = asked_buckets(said)
    if len(buckets) < 2:
        return []
    memory = past.words(buckets, window)
    # The last hour has been remembered already, all of it.
    lately = count_buckets(one.text for one in messages)
    before = {bucket: max(0.0, uses - share * lately[bucket]) for bucket, uses in memory.items()}
    for length in LENGTHS:
        spoken = [(one.ticket, one.text) for one in within(messages, window, length)]
        found += _groups(uses(spoken, before), windows_until(window, length)[0], length)
    return found


def _groups(found: Sequence[Use], began: datetime, length: int) -> list[Finding]:
    """Put words together that the same customers use."""
    groups: list[list[Use]] = []
    for use in found:
        for group in groups:
            if overlap(use.tickets, group[0].tickets) >= 0.5:
                group.append(use)
                break
        else:
            groups.append([use])
    return [_spoken(group, began, length) for group in groups]


def _spoken(group: Sequence[Use], began: datetime, length: int) -> Finding:
    best = min(group, key=lambda use: (use.chance, -len(use.tickets)))
    return Finding(
        rise=Rise(len(best.tickets), best.expected, best.chance, length),
        tickets=frozenset().union(*(use.tickets for use in group)),
        began_at=began,
        phrases=tuple(telling_words(group)),
    )
