"""Makes weeks of messages out of some thousand texts: with hours, days, weekends and moods, and spikes put in."""

import csv
import json
import math
import random
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from brandvoice.reading.tone import valence_of
from inbox.spike_findings import EVERYTHING, Counts, Key, Recent, Series
from inbox.spike_words import HALF_LIFE, phrases_of
from inbox.spikes import LONGEST, WEEKS, level_of, window_of, windows_until

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
TOPICS = 12
# By the hour, from midnight on: how much of a day comes.
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 10, 9, 9, 9, 9, 10, 10, 9, 7, 5, 3, 2)
WEEKEND = 0.6
# How much days, hours and topics differ beside that (deviations of logarithms), and how a week grows.
DAYS, HOURLY, TOPICAL, GROWTH = 0.15, 0.2, 0.25, 0.02


@dataclass(frozen=True, slots=True)
class Text:
    """One text, its topic and whether it is angry."""

    text: str
    topic: str
    negative: bool


@dataclass(slots=True)
class Spike:
    """A spike that was put in: what kind, how many customers beside the usual, from when until when; its tickets."""

    kind: str
    customers: int
    minutes: int
    begins: datetime
    tickets: set[int] = field(default_factory=set)

    @property
    def ends(self) -> datetime:
        """Return when the last of it came."""
        return self.begins + timedelta(minutes=self.minutes)


def read_texts(path: Path | None) -> list[str]:
    """Return customers' texts from a file of recorded messages (twcs columns, or care dialogues), or made-up ones."""
    if path is None:
        return list(_made_up())
    if path.suffix == ".json":
        dialogues = json.loads(path.read_text(encoding="utf-8"))
        turns = [turn["client"] for dialogue in dialogues for turn in dialogue["dialogContent"] if "client" in turn]
        return [" ".join(turn) if isinstance(turn, list) else str(turn) for turn in turns]
    with path.open(encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file) if row["inbound"] == "True"]


def label(texts: Sequence[str], seed: int) -> list[Text]:
    """Give each text a topic, of which some are far more frequent than others, and say whether it is angry."""
    weights = [1 / (place + 1) for place in range(TOPICS)]
    labelled = []
    for text in texts:
        chance = random.Random(zlib.crc32(text.encode()) + seed)
        topic = f"topic {chance.choices(range(TOPICS), weights)[0]}" if chance.random() < 0.8 else ""
        labelled.append(Text(text, topic, valence_of(text) < 0))
    return labelled


def themes_of(texts: Sequence[Text], fewest: int = 8, most: int = 40) -> dict[str, list[Text]]:
    """Return the texts that share a rare word, by the word: what rumours are made of. No text is in two themes."""
    users: dict[str, list[Text]] = defaultdict(list)
    for one in texts:
        for phrase in phrases_of(one.text):
            if " " not in phrase and len(phrase) > 4:
                users[phrase].append(one)
    themes: dict[str, list[Text]] = {}
    taken: set[str] = set()
    for word, own in sorted(users.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        if fewest <= len(own) <= most and not taken & {one.text for one in own}:
            themes[word] = own
            taken |= {one.text for one in own}
    return themes


class Timeline:
    """Messages in the order in which they came, and what is counted of them: a `Past` at any moment."""

    zone = ZoneInfo("UTC")

    def __init__(self) -> None:
        self.messages: list[Recent] = []
        self._counts: dict[Key, dict[datetime, tuple[int, int]]] = defaultdict(dict)
        self._at: list[datetime] = []
        self._words: dict[int, list[tuple[datetime, int]]] = defaultdict(list)

    def fill(self, messages: Sequence[Recent], buckets: Mapping[str, Collection[int]]) -> None:
        """Take all messages, sorted by when they came; each is a customer's only one."""
        self.messages = sorted(messages, key=lambda one: one.at)
        self._at = [one.at for one in self.messages]
        self._buckets = buckets
        for one in self.messages:
            window = window_of(one.at)
            for key in (EVERYTHING, Key(Series.CHANNEL, str(one.channel)), Key(Series.TOPIC, one.topic)):
                if key.series != Series.TOPIC or key.key:
                    seen, angry = self._counts[key].get(window, (0, 0))
                    self._counts[key][window] = (seen + 1, angry + one.negative)
        self._memory: dict[int, float] = defaultdict(float)
        self._remembered = 0
        self._scale = 1.0
        self._day = BEGINS.date()

    def until(self, now: datetime) -> "Timeline":
        """Go on to this moment; time only goes forward."""
        place = bisect_left(self._at, now)
        for one in self.messages[self._remembered : place]:
            if one.at.date() != self._day:
                # Later uses count more instead of earlier ones less: the same shares, without touching every bucket.
                self._scale *= 2 ** ((one.at.date() - self._day).days / HALF_LIFE)
                self._day = one.at.date()
            for bucket in self._buckets[one.text]:
                self._memory[bucket] += self._scale
        self._remembered = place
        self._now = now
        return self

    def recent(self, window: datetime) -> list[Recent]:
        """Return the messages of the hour up to now and of the window before it, the newest first."""
        start = bisect_left(self._at, windows_until(window, LONGEST + 1)[0])
        return self.messages[start : bisect_left(self._at, self._now)][::-1]

    def since(self, keys: Collection[Key]) -> dict[Key, datetime]:
        """Return the first window of all."""
        return dict.fromkeys(keys, BEGINS)

    def counts(self, windows: Collection[datetime], keys: Collection[Key] | None = None) -> dict[Key, Counts]:
        """Return the counts of these windows; of the window that has just begun, what has come until now."""
        current = window_of(self._now)
        wanted = self._counts if keys is None else keys
        found = {key: {at: self._counts[key][at] for at in windows if at in self._counts[key]} for key in wanted}
        if current in set(windows):
            self._cut(found, current)
        return {key: counts for key, counts in found.items() if counts}

    def _cut(self, found: Mapping[Key, dict[datetime, tuple[int, int]]], current: datetime) -> None:
        own = self.messages[bisect_left(self._at, current) : bisect_left(self._at, self._now)]
        for key, counts in found.items():
            mine = [one for one in own if _is_of(key, one)]
            counts.pop(current, None)
            if mine:
                counts[current] = (len(mine), sum(one.negative for one in mine))

    def days(self, keys: Collection[Key], until: datetime) -> dict[Key, Sequence[tuple[int, int]]]:
        """Return (angry, customers) of each whole day before."""
        midnight = until.replace(hour=0, minute=0)
        return {key: self._days(key, midnight) for key in keys}

    @lru_cache(maxsize=1 << 10)  # noqa: B019 - a timeline lives as long as its run
    def _days(self, key: Key, until: datetime) -> list[tuple[int, int]]:
        days: dict[object, list[int]] = defaultdict(lambda: [0, 0])
        for at, (seen, angry) in self._counts[key].items():
            if until - timedelta(weeks=WEEKS) <= at < until:
                day = days[at.date()]
                day[0] += angry
                day[1] += seen
        return [(angry, seen) for angry, seen in days.values()]

    def level(self, until: datetime) -> float:
        """Return how much more came in the last week than in those before it."""
        sums = []
        for day in range(WEEKS * 7):
            ends = until - timedelta(days=day)
            sums.append(float(bisect_left(self._at, ends) - bisect_left(self._at, ends - timedelta(days=1))))
        return level_of(sums)

    def words(self, buckets: Collection[int], until: datetime) -> dict[int, float]:
        """Return how often the words of these buckets were used."""
        return {bucket: self._memory[bucket] / self._scale for bucket in buckets if bucket in self._memory}


def arrivals(daily: float, weeks: int, chance: random.Random) -> Iterator[tuple[datetime, Mapping[str, float]]]:
    """Yield when customers write, in order, and how much each topic is in the air that day."""
    drift = 0.0
    total = sum(HOURS)
    for day in range(weeks * 7):
        midnight = BEGINS + timedelta(days=day)
        weight = math.exp(chance.gauss(0, DAYS)) * (1 + GROWTH) ** (day / 7)
        weight *= WEEKEND if midnight.weekday() >= 5 else 1.0
        topical = {f"topic {place}": math.exp(chance.gauss(0, TOPICAL)) for place in range(TOPICS)}
        for hour, share in enumerate(HOURS):
            # An hour is much like the one before it.
            drift = 0.8 * drift + chance.gauss(0, HOURLY * 0.6)
            rate = daily * weight * share / total * math.exp(drift)
            waited = chance.expovariate(rate)
            while waited < 1:
                yield midnight + timedelta(hours=hour + waited), topical
                waited += chance.expovariate(rate)


def background(texts: Sequence[Text], daily: float, weeks: int, warm: int, chance: random.Random) -> list[Recent]:
    """Return what customers write without spikes: in the first weeks by most of the texts, then by all of them."""
    first = texts[: len(texts) * 7 // 10]
    by_topic: list[dict[str, list[Text]]] = [defaultdict(list), defaultdict(list)]
    for place, half in enumerate((first, texts)):
        for one in half:
            by_topic[place][one.topic].append(one)
    messages: list[Recent] = []
    for at, topical in arrivals(daily, weeks, chance):
        pool = by_topic[at >= BEGINS + timedelta(weeks=warm)]
        topics = list(pool)
        topic = chance.choices(topics, [len(pool[name]) * topical.get(name, 1.0) for name in topics])[0]
        one = chance.choice(pool[topic])
        messages.append(_message(len(messages), one, at, chance))
    return messages


def put_in(spike: Spike, texts: Sequence[Text], first: int, chance: random.Random) -> list[Recent]:
    """Return a spike's messages: rising fast and falling slowly."""
    found = []
    for place in range(spike.customers):
        at = spike.begins + timedelta(minutes=spike.minutes * chance.betavariate(1.2, 1.6))
        found.append(_message(first + place, chance.choice(texts), at, chance))
    spike.tickets = {one.ticket for one in found}
    return found


def _message(number: int, one: Text, at: datetime, chance: random.Random) -> Recent:
    return Recent(number, number, chance.choice((1, 1, 2)), one.topic, one.text, one.negative, at)


def _is_of(key: Key, one: Recent) -> bool:
    if key.series == Series.TOPIC:
        return one.topic == key.key
    return key.series == Series.BRAND or str(one.channel) == key.key


def _made_up() -> Iterator[str]:
    """Yield texts out of made-up words, of which few are frequent and most are rare."""
    chance = random.Random(7)
    syllables = ("ba", "co", "di", "fu", "ge", "ha", "ki", "lo", "mu", "ne", "po", "ra", "si", "tu", "ve", "wo")
    words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(4000)]
    weights = [1 / (place + 8) for place in range(len(words))]
    for _ in range(2800):
        yield " ".join(chance.choices(words, weights, k=chance.randint(5, 22)))
