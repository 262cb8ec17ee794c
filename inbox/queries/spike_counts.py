"""Reads what spikes are judged by: the counts and words of earlier weeks, and the messages of the last hour."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, Sum
from django.db.models.functions import TruncDate

from accounts.models import Brand
from brandvoice.models import Position
from inbox import batches
from inbox.models import Direction, Message, Sentiment, SpikeCount, SpikeWord
from inbox.spike_findings import EVERYTHING, Counts, Key, Recent, Series
from inbox.spike_words import HALF_LIFE
from inbox.spikes import LONGEST, WEEKS, WINDOW, level_of, windows_until

# Of a busier hour, so many of the newest are read for their words.
MOST_READ = 3000


class StoredPast:
    """What is stored of a brand's earlier weeks, as `find_unusual` asks for it."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._rows = SpikeCount.objects.filter(brand=brand)
        self.zone = ZoneInfo(brand.organization.time_zone)

    def since(self, keys: Collection[Key]) -> Mapping[Key, datetime]:
        """Return since when series are counted; a topic of the library was counted before anybody wrote about it."""
        rows = [{"series": int(key.series), "key": key.key} for key in {EVERYTHING, *keys}]
        found = batches.run(_FIRST, rows, brand=self._brand.pk)
        first = {Key(series, key): window for series, key, window in found if window}
        written = self._written({key.key for key in keys if key.series == Series.TOPIC})
        for key in first:
            if key.series == Series.TOPIC and key.key in written:
                first[key] = min(first[key], max(first[EVERYTHING], written[key.key]))
        return {key: first[key] for key in keys if key in first}

    def _written(self, topics: Collection[str]) -> dict[str, datetime]:
        """Return since when the library has these topics, as far as it has them."""
        if not topics:
            return {}
        own = Position.objects.filter(organization=self._brand.organization_id, topic__in=topics)
        return dict(own.values_list("topic").annotate(Min("created_at")).order_by())

    def counts(self, windows: Collection[datetime], keys: Collection[Key] | None = None) -> dict[Key, Counts]:
        """Return the counts of these windows, of all series where none are named."""
        rows = self._rows.filter(window__in=windows)
        if keys is not None:
            rows = rows.filter(series__in={key.series for key in keys}, key__in={key.key for key in keys})
        found: dict[Key, dict[datetime, tuple[int, int]]] = defaultdict(dict)
        for series, key, window, customers, negative in rows.values_list(
            "series", "key", "window", "customers", "negative"
        ):
            found[Key(series, key)][window] = (customers, negative)
        return dict(found)

    def days(self, keys: Collection[Key], until: datetime) -> dict[Key, Sequence[tuple[int, int]]]:
        """Return (angry, customers) of each day before."""
        rows = self._rows.filter(window__lt=until, window__gte=until - timedelta(weeks=WEEKS))
        rows = rows.filter(series__in={key.series for key in keys}, key__in={key.key for key in keys})
        by_day = rows.annotate(day=TruncDate("window")).values_list("series", "key", "day").order_by()
        found: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        for series, key, _day, negative, customers in by_day.annotate(Sum("negative"), Sum("customers")):
            found[Key(series, key)].append((negative, customers))
        return dict(found)

    def level(self, until: datetime) -> float:
        """Return how much more came in the last week than in those before it."""
        day, kept = timedelta(days=1), WEEKS * 7
        rows = self._rows.filter(series=Series.BRAND, key="", window__gte=until - kept * day, window__lt=until)
        sums = [0.0] * kept
        for window, customers in rows.values_list("window", "customers"):
            sums[min(kept - 1, (until - window) // day)] += customers
        return level_of(sums)

    def words(self, buckets: Collection[int], until: datetime) -> dict[int, float]:
        """Return how often the words of these buckets were used, the last hour included; what is old counts less."""
        rows = SpikeWord.objects.filter(brand=self._brand, bucket__in=buckets).values_list("bucket", "uses", "day")
        today = until.date()
        return {bucket: uses * 0.5 ** (max(0, (today - day).days) / HALF_LIFE) for bucket, uses, day in rows}


# One look at the index for each series, however many rows it has.
_FIRST = """
SELECT asked.series, asked.key, (
    SELECT min(counted."window") FROM inbox_spikecount counted
    WHERE counted.brand_id = %(brand)s::bigint AND counted.series = asked.series AND counted.key = asked.key)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS asked(series smallint, key text)
"""


def recent_messages(brand: Brand, window: datetime) -> tuple[Sequence[Recent], int]:
    """Return what customers wrote in the hour up to this window and in the window before it, the newest first.

    They are MOST_READ at most; beside them stands how many there are.
    """
    start = windows_until(window, LONGEST + 1)[0]
    said = Message.objects.filter(
        organization=brand.organization_id,
        ticket__brand=brand,
        ticket__is_spam=False,
        direction=Direction.INBOUND,
        # Nothing is received before it is sent: a few pages of the table hold what was received since.
        created_at__gte=start,
        sent_at__gte=start,
        sent_at__lt=window + WINDOW,
        enriched_at__isnull=False,
    )
    rows = said.order_by("-pk").values_list("pk", "ticket", "channel", "topic", "text", "sentiment", "sent_at")
    read = [
        Recent(pk, ticket, channel, topic, text, sentiment == Sentiment.NEGATIVE, at)
        for pk, ticket, channel, topic, text, sentiment, at in rows[:MOST_READ]
    ]
    return read, len(read) if len(read) < MOST_READ else said.count()
