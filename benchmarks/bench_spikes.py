"""Spikes: how many are found, how soon, and how many alarms are false, on weeks made of recorded messages.

`python -m benchmarks spikes` takes made-up texts; SPIKE_MESSAGES names a file of recorded ones (a CSV with the columns
text and inbound, or JSON dialogues). What is tuned is tuned on one half of the texts (`--tune`), and reported on the
other. Each brand has eight weeks to learn from; those after are judged once with spikes put in and once without.
"""

import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from benchmarks.stage import percentile, show
from benchmarks.timeline import (
    BEGINS,
    Spike,
    Text,
    Timeline,
    background,
    label,
    put_in,
    read_texts,
    themes_of,
)
from inbox import spike_words
from inbox.spike_findings import Finding, Recent, find_unusual
from inbox.spikes import window_of

# Weeks to learn from, and by brand: customers a day, and weeks that are judged.
WARM = 8
BRANDS = {"small": (60, 8), "medium": (600, 4), "large": (2000, 2)}
KINDS = ("topic", "words", "volume", "anger")
# Customers beside the usual, and in how many minutes.
SIZES = ((8, 10), (15, 10), (15, 60), (30, 30), (60, 60), (120, 120))
EVERY = timedelta(hours=23)
# What is seen so long after the last of a spike came is still of it: it is within an hour that is looked at.
AFTER = timedelta(minutes=60)
PAUSE = timedelta(hours=6)


@dataclass(slots=True)
class Alarm:
    """One spike that was announced: what is said of it, since when, and until when it was seen."""

    about: frozenset[str]
    tickets: set[int]
    at: datetime
    last: datetime
    signal: str


def main() -> None:
    """Print what is found on weeks with spikes, and what on weeks without."""
    # The same texts come again and again.
    for name in ("phrases_of", "buckets_of"):
        setattr(spike_words, name, lru_cache(1 << 15)(getattr(spike_words, name)))
    path = os.environ.get("SPIKE_MESSAGES")
    texts = sorted(set(read_texts(Path(path) if path else None)))
    random.Random(3).shuffle(texts)
    half = texts[::2] if "--tune" in sys.argv else texts[1::2]
    show("spikes: texts", f"{len(half):,} of {len(texts):,}", "recorded" if path else "made up")
    names = [name for name in BRANDS if name in sys.argv] or list(BRANDS)
    for name in names:
        _measure(name, *BRANDS[name], label(half, 1))


def _measure(name: str, daily: float, weeks: int, texts: Sequence[Text]) -> None:
    began = time.perf_counter()
    alarms, _spikes, looks, took = _run(texts, daily, weeks, with_spikes=False)
    per_week: dict[str, int] = defaultdict(int)
    for alarm in alarms:
        per_week[alarm.signal] += 1
    split = ", ".join(f"{signal} {count / weeks:.2f}" for signal, count in sorted(per_week.items()))
    show(f"spikes: {name} ({daily:,} a day), no spikes", f"{len(alarms) / weeks:.2f} false alarms a week", split)
    show(f"spikes: {name}, a look", f"{took / looks * 1000:.1f} ms", f"{looks:,} looks")
    if os.environ.get("SPIKE_SHOW"):
        for alarm in alarms:
            print("   false:", alarm.signal, sorted(alarm.about), len(alarm.tickets), alarm.at)
    alarms, spikes, _looks, _took = _run(texts, daily, weeks, with_spikes=True)
    _report(name, alarms, spikes)
    show(f"spikes: {name}", f"{time.perf_counter() - began:.0f} s")


def _report(name: str, alarms: Sequence[Alarm], spikes: Sequence[Spike]) -> None:
    matched = {id(alarm) for alarm in alarms if any(_is_of(alarm, spike) for spike in spikes)}
    found = {id(spike): _delay(alarms, spike) for spike in spikes}
    hits = [delay for delay in found.values() if delay is not None]
    recall = len(hits) / len(spikes)
    precision = len(matched) / max(1, len(alarms))
    soon = f"found after {percentile(hits, 0.5):.0f} min, 9 of 10 within {percentile(hits, 0.9):.0f}" if hits else ""
    show(f"spikes: {name}, {len(spikes)} spikes", f"precision {precision:.1%}, recall {recall:.1%}", soon)
    for kind in KINDS:
        for size in SIZES:
            own = [found[id(s)] for s in spikes if (s.kind, s.customers, s.minutes) == (kind, *size)]
            seen = [delay for delay in own if delay is not None]
            if own:
                what = f"{'nine of ten angry' if kind == 'anger' else f'{size[0]} customers'} in {size[1]} min"
                soon = f"after {percentile(seen, 0.5):.0f} min" if seen else ""
                show(f"   {kind}: {what}", f"{len(seen)} of {len(own)}", soon)


def _run(
    texts: Sequence[Text], daily: float, weeks: int, *, with_spikes: bool
) -> tuple[list[Alarm], list[Spike], int, float]:
    """Return the alarms of the weeks that are judged, and what was put in; how often was looked, and for how long."""
    chance = random.Random(11)
    themes = themes_of(texts) if with_spikes else {}
    rumours = {one.text for own in themes.values() for one in own}
    plain = [one for one in texts if one.text not in rumours]
    messages = background(plain, daily, WARM + weeks, WARM, chance)
    spikes = list(_spikes(weeks, chance)) if with_spikes else []
    left = list(themes.values())
    for spike in spikes:
        messages = _with(spike, messages, plain, left, chance)
    buckets = {one.text: spike_words.buckets_of(one.text) | {spike_words.ALL} for one in messages}
    line = Timeline()
    line.fill(messages, buckets)
    alarms: list[Alarm] = []
    looks, took = 0, 0.0
    for now in _moments(weeks, spikes):
        line.until(now)
        window = window_of(now - timedelta(microseconds=1))
        began = time.perf_counter()
        found = find_unusual(window, line.recent(window), line)
        took += time.perf_counter() - began
        looks += 1
        for finding in found:
            _note(alarms, finding, now)
    return alarms, spikes, looks, took


def _spikes(weeks: int, chance: random.Random) -> Iterator[Spike]:
    """Yield what is put in, at changing times of the day."""
    at = BEGINS + timedelta(weeks=WARM, hours=9)
    plans = [(kind, *size) for size in SIZES for kind in KINDS]
    chance.shuffle(plans)
    for place in range(int(timedelta(weeks=weeks) / EVERY) - 1):
        kind, customers, minutes = plans[place % len(plans)]
        yield Spike(kind, customers, minutes, at + EVERY * place + timedelta(minutes=chance.uniform(0, 180)))


def _with(
    spike: Spike, messages: list[Recent], plain: Sequence[Text], left: list[list[Text]], chance: random.Random
) -> list[Recent]:
    """Return the messages with a spike among them: more of a topic, a theme nobody wrote of, more of all, or anger."""
    first = len(messages) + 1_000_000
    if spike.kind == "anger":
        # Nobody more writes; of those who do, nine of ten are angry.
        changed = []
        for one in messages:
            if spike.begins <= one.at < spike.ends and chance.random() < 0.9:
                one = one._replace(negative=True)
                spike.tickets.add(one.ticket)
            changed.append(one)
        return changed
    if spike.kind == "words":
        theme = left.pop(0)
        left.append(theme)
        return messages + put_in(spike, theme, first, chance)
    if spike.kind == "topic":
        topic = chance.choice(sorted({one.topic for one in plain} - {""}))
        return messages + put_in(spike, [one for one in plain if one.topic == topic], first, chance)
    return messages + put_in(spike, plain, first, chance)


def _moments(weeks: int, spikes: Sequence[Spike]) -> list[datetime]:
    """Return when is looked: at the end of every ten minutes, and every minute while a spike goes on."""
    begins = BEGINS + timedelta(weeks=WARM)
    moments = {begins + timedelta(minutes=10 * place) for place in range(1, weeks * 1008)}
    for spike in spikes:
        start = spike.begins.replace(second=0, microsecond=0)
        moments |= {start + timedelta(minutes=place) for place in range(1, spike.minutes + 20)}
    return sorted(moments)


def _note(alarms: list[Alarm], finding: Finding, now: datetime) -> None:
    """Let a finding belong to an alarm as the detector does, or be a new one."""
    about = frozenset({*finding.topics, *finding.phrases, *([str(finding.channel)] if finding.channel else [])})
    words = {word for phrase in about for word in phrase.split()}
    for alarm in reversed(alarms):
        if now - alarm.last > PAUSE:
            continue
        known = {word for phrase in alarm.about for word in phrase.split()}
        shared = len(alarm.tickets & finding.tickets)
        excess = finding.rise.count - finding.rise.expected
        of = 0.5 * len(finding.tickets) if finding.is_specific else 0.5 * excess
        if alarm.about == about or (shared >= of and (alarm.about or not about)) or (words & known):
            alarm.tickets |= finding.tickets
            alarm.last = now
            return
    signal = "anger" if finding.anger else "words" if finding.phrases else "volume"
    alarms.append(Alarm(about, set(finding.tickets), now, now, signal))


def _is_of(alarm: Alarm, spike: Spike) -> bool:
    """Return whether an alarm tells of a spike: raised while it can be seen, by a third of its customers or more."""
    timely = spike.begins <= alarm.at <= spike.ends + AFTER
    return timely and len(alarm.tickets & spike.tickets) * 3 >= min(len(alarm.tickets), len(spike.tickets))


def _delay(alarms: Sequence[Alarm], spike: Spike) -> float | None:
    """Return after how many minutes a spike was announced; None where it was not."""
    delays = [(alarm.at - spike.begins) / timedelta(minutes=1) for alarm in alarms if _is_of(alarm, spike)]
    return min(delays, default=None)


if __name__ == "__main__":
    main()
