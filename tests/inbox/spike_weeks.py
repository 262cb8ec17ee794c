"""Weeks that lie behind a brand, and customers who suddenly write: what the tests of spikes begin with."""

from datetime import timedelta

from django.utils import timezone

from inbox.actions.enrich import enrich_messages
from inbox.actions.messages import receive_messages
from inbox.models import SpikeCount, SpikeWord
from inbox.spike_findings import Series
from inbox.spike_words import count_buckets
from inbox.spikes import WINDOW, window_of
from tests.cast import make_incoming

DAY = 144
USUAL = ["Where is my train?", "I lost my bag", "Do I get my fare back?", "A seat by the window?", "Coffee?", "Thanks!"]
RUMOUR = "Is it true that the harbour bridge is cracked?"


def stand_still(monkeypatch):
    """Let it be the middle of ten minutes: no test meets the end of them."""
    middle = window_of(timezone.now()) + WINDOW / 2
    monkeypatch.setattr(timezone, "now", lambda: middle)


def remember_weeks(channel):
    """Store four weeks in which three customers wrote every ten minutes, one of them angrily, and what they said."""
    place = {"organization_id": channel.organization_id, "brand_id": channel.brand_id}
    now = window_of(timezone.now())
    rows = [
        SpikeCount(**place, series=series, key=key, window=now - back * WINDOW, customers=3, negative=1, looked=True)
        for day in range(1, 29)
        for back in range(day * DAY - 20, day * DAY + 20)
        for series, key in ((Series.BRAND, ""), (Series.CHANNEL, str(channel.pk)))
    ]
    SpikeCount.objects.bulk_create(rows)
    uses = {bucket: 500.0 * count for bucket, count in count_buckets(USUAL).items()}
    SpikeWord.objects.bulk_create(
        [SpikeWord(**place, bucket=bucket, uses=count, day=now.date()) for bucket, count in uses.items()]
    )


def come(channel, texts, *, ago=timedelta(0)):
    """Have customers write, each in a ticket of their own, and read it."""
    sent = timezone.now() - ago
    incoming = [make_incoming(text, author=f"customer {place}", sent_at=sent) for place, text in enumerate(texts)]
    receive_messages(channel, incoming)
    enrich_messages()
