"""Coverage: what is asked is counted by day, and the page says how much of it signed words answer."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.actions import positions as voice
from brandvoice.queries.reader import About
from inbox.actions.coverage import count_lately
from inbox.actions.lessons import correct_reading
from inbox.actions.replies import NewReply, send_reply
from inbox.models import CoverageDay, Delivery, Message
from tests.cast import make_brand, make_channel, make_ticket
from tests.inbox.signed_words import OLD, queue, write_and_sign

pytestmark = pytest.mark.django_db


def ask(channel, topic="Refunds", *, language="en", ago=timedelta()):
    """Have a customer ask about a topic, some time ago."""
    ticket = make_ticket(channel, "Do I get my money back?", language=language)
    Message.objects.filter(ticket=ticket).update(
        topic=topic, language=language, created_at=timezone.now() - ago, sent_at=timezone.now() - ago
    )
    return ticket


def answer(ticket, by, text="You do."):
    seen = ticket.messages.latest("pk").pk
    return send_reply(ticket, NewReply(text=text, visibility="public", seen=seen), by=by)


def counted():
    days = CoverageDay.objects.order_by("day", "brand", "network", "language", "topic")
    return list(days.values_list("day", "brand", "network", "language", "topic", "asked", "signed", "free"))


def read(client, person, query=""):
    client.force_login(person)
    return client.get(f"/coverage/{query}").context["coverage"]


class TestCounting:
    def test_a_message_is_answered_by_the_next_reply_and_by_none_before_it(self, channel, signed, agnes, amira, client):
        queue(ask(channel), signed, agnes)
        answer(ask(channel), agnes)
        ask(channel)
        again = ask(channel)
        answer(again, agnes)
        make_ticket(channel, "And when?", thread=again.thread_key, language="en")

        count_lately()

        counts = read(client, amira).counts
        assert (counts.asked, counts.signed, counts.free, counts.open) == (5, 1, 2, 2)

    def test_a_reply_that_came_to_nothing_is_no_answer(self, channel, agnes, amira, client):
        message = answer(ask(channel), agnes)
        Delivery.objects.filter(message=message).update(state="failed")
        count_lately()
        assert read(client, amira).counts.open == 1

    def test_rebuilding_gives_the_same_rows(self, channel, signed, agnes, rail, care):
        queue(ask(channel), signed, agnes)
        other = make_channel(rail, care, network="mastodon")
        for ago in (0, 1, 5, 40):
            answer(ask(other, "Bikes", language="de", ago=timedelta(days=ago)), agnes)
        call_command("rebuild_coverage", days=60, verbosity=0)
        first, ids = counted(), set(CoverageDay.objects.values_list("pk", flat=True))
        assert sum(row[5] for row in first) == 5

        call_command("rebuild_coverage", days=60, verbosity=0)
        count_lately()

        assert (counted(), set(CoverageDay.objects.values_list("pk", flat=True))) == (first, ids)

    def test_an_answer_and_a_correction_reach_back_to_the_day_of_the_question(self, channel, agnes, lena, rail):
        old = timedelta(days=20)
        ticket, other = ask(channel, ago=old), ask(channel, ago=old)
        call_command("rebuild_coverage", days=30, verbosity=0)
        assert counted()[0][4:] == ("Refunds", 2, 0, 0)

        answer(ticket, agnes)
        voice.create_position("Can I take my bike?", by=lena, brand=rail, topic="Bikes")
        correct_reading(other.messages.get(), About.TOPIC, "Bikes", by=agnes)
        count_lately()

        assert sorted(row[4:] for row in counted()) == [("Bikes", 1, 0, 0), ("Refunds", 1, 0, 1)]

    def test_counting_takes_the_same_statements_for_one_message_as_for_ten(self, channel):
        counts = []
        for size in (1, 9):
            for _ in range(size):
                ask(channel)
            with CaptureQueriesContext(connection) as queries:
                count_lately()
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestThePage:
    def test_it_is_for_those_who_write_positions(self, client, agnes, lena, amira, max_):
        for person, status in ((agnes, 403), (lena, 200), (amira, 200), (max_, 200)):
            client.force_login(person)
            assert client.get("/coverage/").status_code == status

    def test_it_shows_nothing_of_another_organization(self, client, channel, amira, oscar):
        ask(channel)
        count_lately()
        assert read(client, amira).counts.asked == 1
        assert read(client, oscar).counts.asked == 0

    def test_topics_stand_by_how_much_they_are_asked_and_what_has_none_stands_last(self, client, channel, amira):
        for topic, times in (("Bikes", 1), ("Refunds", 2), ("", 3)):
            for _ in range(times):
                ask(channel, topic)
        count_lately()
        assert [(row.topic, row.counts.asked) for row in read(client, amira).rows] == [
            ("Refunds", 2),
            ("Bikes", 1),
            ("", 3),
        ]

    def test_it_is_narrowed_down_by_period_brand_network_and_language(self, client, channel, northline, care, amira):
        home = make_brand(northline, "Northline Home")
        ask(channel)
        ask(channel, language="de", ago=timedelta(days=10))
        ask(make_channel(home, care, network="mastodon"), ago=timedelta(days=40))
        call_command("rebuild_coverage", days=60, verbosity=0)
        asked = {
            "?days=7": 1,
            "?days=30": 2,
            "?days=90": 3,
            f"?days=90&brand={home.pk}": 1,
            "?days=90&network=mastodon": 1,
            "?days=90&language=de": 1,
            "?days=nonsense&brand=0&network=none&language=xx": 2,
        }
        assert {query: read(client, amira, query).counts.asked for query in asked} == asked

    def test_a_topic_says_how_many_positions_are_signed_for_it_and_when_the_first_is_due(
        self, client, channel, rail, lena, amira
    ):
        today = timezone.now().date()
        for days in (-1, 9):
            position = voice.create_position(f"Question {days}?", by=lena, brand=rail, topic="Refunds")
            write_and_sign(position, OLD, lena, amira)
            voice.set_review(position, on=today + timedelta(days=days), by=lena)
        voice.create_position("Not signed?", by=lena, brand=rail, topic="Refunds")
        ask(channel)
        count_lately()

        (row,) = read(client, amira).rows

        assert (row.positions, row.review_on, row.review_due) == (2, today - timedelta(days=1), True)

    def test_it_costs_the_same_for_one_topic_as_for_ten(self, client, channel, amira):
        ask(channel)
        count_lately()
        read(client, amira)
        with CaptureQueriesContext(connection) as one:
            read(client, amira)
        for number in range(9):
            ask(channel, f"Topic {number}")
        count_lately()
        with CaptureQueriesContext(connection) as ten:
            read(client, amira)
        assert len(one) == len(ten)
