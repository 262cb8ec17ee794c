"""What spikes are judged by: customers, each once, by brand, channel and topic, and the words that they use."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions.changes import continue_messages, edit_messages
from inbox.actions.enrich import enrich_messages
from inbox.actions.messages import receive_messages
from inbox.actions.spam import mark_spam, unmark_spam
from inbox.actions.spike_counts import forget_counts
from inbox.connectors.base import IncomingAttachment, MessageContinued, MessageEdited
from inbox.models import (
    Message,
    SpikeCount,
    SpikeWord,
)
from inbox.spike_findings import Series
from inbox.spike_words import ALL, count_buckets
from tests.cast import make_incoming, make_ticket
from tests.inbox.spike_weeks import RUMOUR, remember_weeks, stand_still

PICTURE = IncomingAttachment(url="https://pictures.example/1.jpg", type="image/jpeg")


@pytest.fixture(autouse=True)
def weeks(channel, monkeypatch):
    """Four weeks lie behind, and it is the middle of ten minutes."""
    stand_still(monkeypatch)
    remember_weeks(channel)


def counted(channel):
    """Return (customers, angry ones) of what has come in, by series and key."""
    rows = SpikeCount.objects.filter(brand=channel.brand, looked=False)
    return {(row.series, row.key): (row.customers, row.negative) for row in rows}


def remembered(word):
    """Return how often a word was used in one message of all that were remembered since."""
    buckets = count_buckets([word]).keys() - {ALL}
    return min(SpikeWord.objects.filter(bucket__in=buckets).values_list("uses", flat=True), default=0)


def test_customers_are_counted_once_in_ten_minutes_by_brand_and_channel(channel):
    ticket = make_ticket(channel, "Where is my train?")
    for text in ("Hello?", "Is anybody there? This is terrible, I hate it!"):
        receive_messages(channel, [make_incoming(text, thread=ticket.thread_key)])
        enrich_messages()

    rows = SpikeCount.objects.filter(looked=False)
    assert {(row.series, row.key, row.customers, row.negative) for row in rows} == {
        (Series.BRAND, "", 1, 1),
        (Series.CHANNEL, str(channel.pk), 1, 1),
    }


def test_counting_a_batch_takes_as_many_queries_for_one_message_as_for_ten(channel):
    def cost(many):
        receive_messages(channel, [make_incoming(RUMOUR) for _ in range(many)])
        with CaptureQueriesContext(connection) as queries:
            enrich_messages()
        return sum("spike" in query["sql"].lower() for query in queries)

    cost(1)
    assert cost(1) == cost(10)


def test_counts_are_forgotten_after_eight_weeks(channel):
    row = SpikeCount.objects.earliest("pk")
    row.window = timezone.now() - timedelta(weeks=9)
    row.save()

    assert forget_counts() == 1


def test_spam_is_not_counted_until_somebody_says_that_it_is_none(channel, agnes):
    ticket = make_ticket(channel, "Win a zeppelin!")
    mark_spam(ticket, by=agnes)
    receive_messages(channel, [make_incoming("Now, a zeppelin!", thread=ticket.thread_key)])

    enrich_messages()
    assert counted(channel) == {}
    assert remembered("zeppelin") == 0

    unmark_spam(ticket, by=agnes)
    enrich_messages()
    assert counted(channel)[Series.BRAND, ""] == (1, 0)


def test_what_was_edited_is_not_counted_again(channel):
    receive_messages(channel, [make_incoming("Where is my train?", external_id="m1")])
    enrich_messages()
    before = counted(channel)
    edit_messages(channel, [MessageEdited("m1", timezone.now(), "I hate this train, what a disgrace!")])

    enrich_messages()

    assert Message.objects.get().sentiment == -1
    assert counted(channel) == before


def test_a_message_that_comes_in_pieces_is_one_and_its_words_count_once_they_are_there(channel):
    all_before = SpikeWord.objects.get(bucket=ALL).uses
    receive_messages(channel, [make_incoming("", external_id="m1", attachments=(PICTURE,))])
    enrich_messages()
    assert counted(channel)[Series.BRAND, ""] == (1, 0)

    continue_messages(channel, [MessageContinued("m1", "I hate this zeppelin, what a disgrace!")])
    enrich_messages()

    assert counted(channel)[Series.BRAND, ""] == (1, 1)
    assert remembered("zeppelin") == 1
    assert SpikeWord.objects.get(bucket=ALL).uses == all_before + 1
