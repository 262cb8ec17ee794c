"""Counts what came in, ten minutes at a time, and which words were used: what spikes are judged by later.

A batch of messages is three statements, whatever was counted before; what is older than `WEEKS` is forgotten.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from brandvoice.queries.reader import Reading
from inbox import batches
from inbox.models import Direction, Message, Sentiment, SpikeCount, SpikeWord
from inbox.spike_findings import Series
from inbox.spike_words import ALL, HALF_LIFE, count_buckets
from inbox.spikes import WEEKS, WINDOW, window_of

KEPT = timedelta(weeks=WEEKS, days=1)


class _Said(NamedTuple):
    """What one message says, as far as it is counted."""

    brand: int
    ticket: int
    window: datetime
    channel: int
    topic: str
    negative: bool


class _Row(NamedTuple):
    """One row of counts."""

    brand: int
    series: int
    key: str
    window: datetime


def count_messages(messages: Sequence[Message], readings: Mapping[int, Reading]) -> None:
    """Count messages that have just been read; part of an action."""
    now = timezone.now()
    new = [one for one in messages if is_countable(one) and _is_news(one) and one.sent_at > now - KEPT]
    if not new:
        return
    before = {fact for said in [*_said_before(new, now), *_own_before(new, now)] for fact in _facts(said)}
    facts = {fact for one in new for fact in _facts(_said(one, readings[one.pk], now))}
    customers: Counter[_Row] = Counter()
    negative: Counter[_Row] = Counter()
    for row, _ticket, angry in facts - before:
        (negative if angry else customers)[row] += 1
    organizations = {one.ticket.brand_id: one.organization_id for one in new}
    _store_counts(customers, negative, organizations)
    _store_words(new, organizations, now)


def is_countable(message: Message) -> bool:
    """Return whether a message is counted at all."""
    return not message.ticket.is_spam


@transaction.atomic(durable=True)
def forget_counts() -> int:
    """Forget what is older than spikes are judged by; return how many rows."""
    now = timezone.now()
    counts, _ = SpikeCount.objects.filter(window__lt=now - KEPT).delete()
    words, _ = SpikeWord.objects.filter(day__lt=now - KEPT).delete()
    return counts + words


def _is_news(message: Message) -> bool:
    """Return whether it was never counted, or only before its first words came; an edit is no news."""
    return not message.counted or not message.edited_at


def _said(message: Message, reading: Reading, now: datetime) -> _Said:
    topic = reading.topic.label if reading.topic else ""
    angry = reading.sentiment is not None and reading.sentiment.label == str(Sentiment.NEGATIVE.value)
    # A network whose clock is ahead does not write into the future.
    window = window_of(min(message.sent_at, now))
    return _Said(message.ticket.brand_id, message.ticket_id, window, message.channel_id, topic, angry)


def _said_before(new: Sequence[Message], now: datetime) -> list[_Said]:
    """Return what the same customers said in the same windows, and was counted then."""
    brands = {one.ticket_id: one.ticket.brand_id for one in new}
    windows = [window_of(min(one.sent_at, now)) for one in new]
    earlier = Message.objects.filter(
        ticket__in=brands,
        direction=Direction.INBOUND,
        counted=True,
        sent_at__gte=min(windows),
        sent_at__lt=max(windows) + WINDOW,
    ).exclude(pk__in=[one.pk for one in new])
    rows = earlier.values_list("ticket", "sent_at", "channel", "topic", "sentiment")
    return [
        _Said(brands[ticket], ticket, window_of(sent), channel, topic, sentiment == Sentiment.NEGATIVE)
        for ticket, sent, channel, topic, sentiment in rows
    ]


def _own_before(new: Sequence[Message], now: datetime) -> list[_Said]:
    """Return as what those of the messages were counted that have grown since."""
    return [
        _Said(
            one.ticket.brand_id,
            one.ticket_id,
            window_of(min(one.sent_at, now)),
            one.channel_id,
            one.topic,
            one.sentiment == Sentiment.NEGATIVE,
        )
        for one in new
        if one.counted
    ]


def _facts(said: _Said) -> Iterator[tuple[_Row, int, bool]]:
    """Yield what a message adds to: each once a ticket and window."""
    keys = [(Series.BRAND, ""), (Series.CHANNEL, str(said.channel))]
    if said.topic:
        keys.append((Series.TOPIC, said.topic))
    for series, key in keys:
        row = _Row(said.brand, series, key, said.window)
        yield row, said.ticket, False
        if said.negative:
            yield row, said.ticket, True


def _store_counts(customers: Counter[_Row], negative: Counter[_Row], organizations: Mapping[int, int]) -> None:
    rows = [
        {
            "organization": organizations[row.brand],
            "brand": row.brand,
            "series": int(row.series),
            "key": row.key,
            "at": row.window,
            "customers": customers[row],
            "negative": negative[row],
        }
        for row in sorted({*customers, *negative})
    ]
    if rows:
        batches.start(_COUNT, rows)


def _store_words(new: Sequence[Message], organizations: Mapping[int, int], now: datetime) -> None:
    rows = []
    for brand in sorted(organizations):
        own = [one for one in new if one.ticket.brand_id == brand]
        faded: Counter[int] = Counter()
        for one in own:
            weight = 0.5 ** max(0.0, (now - one.sent_at) / timedelta(days=HALF_LIFE))
            # What has grown was counted among all messages when it came.
            for bucket in count_buckets([one.text]).keys() - ({ALL} if one.counted else set()):
                faded[bucket] += weight
        place = {"organization": organizations[brand], "brand": brand}
        rows += [place | {"bucket": bucket, "uses": faded[bucket]} for bucket in sorted(faded)]
    if rows:
        batches.start(_REMEMBER, rows, day=now.date(), half_life=HALF_LIFE)


# Rows are taken in one order, so that two workers wait for each other and don't lock each other out.
_COUNT = """
INSERT INTO inbox_spikecount (organization_id, brand_id, series, key, "window", customers, negative, looked)
SELECT new.organization, new.brand, new.series, new.key, new.at, new.customers, new.negative, false
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(
    organization bigint, brand bigint, series smallint, key text, at timestamptz, customers int, negative int)
ORDER BY new.brand, new.series, new.key, new.at
ON CONFLICT (brand_id, series, key, "window") DO UPDATE SET
    customers = inbox_spikecount.customers + excluded.customers,
    negative = inbox_spikecount.negative + excluded.negative, looked = false
"""

_REMEMBER = """
INSERT INTO inbox_spikeword (organization_id, brand_id, bucket, uses, day)
SELECT new.organization, new.brand, new.bucket, new.uses, %(day)s::date
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(organization bigint, brand bigint, bucket int, uses float8)
ORDER BY new.brand, new.bucket
ON CONFLICT (brand_id, bucket) DO UPDATE SET
    uses = inbox_spikeword.uses
           * power(0.5, greatest(0, excluded.day - inbox_spikeword.day) / %(half_life)s::float8) + excluded.uses,
    day = greatest(excluded.day, inbox_spikeword.day)
"""
