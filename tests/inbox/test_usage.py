"""Usage: what agents did with each position is counted by day, and what they keep changing is put together."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from brandvoice.actions import positions as voice
from brandvoice.models import Habit, UsageDay
from inbox.actions.edits import find_habits
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.usage import count_lately
from inbox.models import Delivery, Message, Offer, OfferState, SpanEdit
from tests.cast import make_brand, make_channel, make_team, make_ticket
from tests.inbox.signed_words import OLD, queue, start_draft, whole
from tests.inbox.used_words import EDITED, say, show, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(rail, lena, amira):
    """The version that is signed today, which agents may adapt."""
    return sign(voice.create_position("Do I get my fare back?", by=lena, brand=rail), OLD, lena, amira)


def used(**found):
    names = ("shown", "inserted", "accepted", "rejected", "unchanged", "edited")
    rows = list(UsageDay.objects.filter(**found).values_list(*names))
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * 6


class TestCounting:
    def test_each_offer_ends_in_one_way(self, channel, signed, agnes):
        taken, edited, refused, waiting = (make_ticket(channel) for _ in range(4))
        for ticket in (taken, edited, refused, waiting):
            show(ticket, signed, agnes)
        queue(taken, signed, agnes)
        queue(edited, signed, agnes, EDITED)
        say(refused, agnes)
        start_draft(waiting, signed, agnes)

        count_lately()

        assert used() == (4, 3, 2, 1, 1, 1)
        row = UsageDay.objects.get()
        assert (row.version, row.position, row.brand, row.network) == (
            signed, signed.position, channel.brand, "bluesky",
        )  # fmt: skip

    def test_words_that_were_looked_for_or_found_elsewhere_were_not_shown(self, channel, signed, agnes):
        searched, taken = make_ticket(channel), make_ticket(channel)
        show(searched, signed, agnes, state=OfferState.SEARCHED)
        say(searched, agnes)
        start_draft(taken, signed, agnes)
        queue(taken, signed, agnes)
        count_lately()
        assert used() == (0, 1, 0, 0, 1, 0)

    def test_a_colleagues_answer_decides_nothing(self, channel, signed, agnes, jonas):
        ticket = make_ticket(channel)
        show(ticket, signed, agnes)
        say(ticket, jonas)
        say(ticket, agnes)
        count_lately()
        assert used()[:4] == (1, 0, 0, 0)

    def test_one_reply_decides_what_was_shown_last_and_not_what_was_shown_before(self, channel, signed, agnes):
        ticket = make_ticket(channel, thread="t")
        show(ticket, signed, agnes)
        make_ticket(channel, "Hello?", thread="t")
        show(ticket, signed, agnes)
        queue(ticket, signed, agnes)
        count_lately()
        assert used()[:4] == (2, 1, 1, 0)

    def test_a_reply_that_came_to_nothing_is_no_use(self, channel, signed, agnes):
        ticket = make_ticket(channel)
        show(ticket, signed, agnes)
        message = queue(ticket, signed, agnes)
        count_lately()
        assert used() == (1, 1, 1, 0, 1, 0)

        Delivery.objects.filter(message=message).update(state="failed")
        count_lately()
        assert used() == (1, 0, 0, 0, 0, 0)

    def test_an_answer_reaches_back_to_the_day_of_the_offer(self, channel, signed, agnes):
        ticket = make_ticket(channel)
        show(ticket, signed, agnes)
        Offer.objects.update(shown_at=timezone.now() - timedelta(days=9))
        queue(ticket, signed, agnes)
        count_lately()
        assert sorted(UsageDay.objects.values_list("accepted", "unchanged")) == [(0, 1), (1, 0)]

    def test_filled_gaps_are_no_edit(self, channel, signed, agnes, lena, amira):
        gap = sign(signed.position, "Dear {name}, you get {amount} back.", lena, amira, "name", "amount")
        ticket = make_ticket(channel)
        queue(ticket, gap, agnes, "Dear Anna, you get 12 € back.")
        count_lately()
        assert used(version=gap) == (0, 0, 0, 0, 1, 0)

    def test_rebuilding_gives_the_same_rows_and_counting_again_writes_none(self, channel, signed, agnes, rail, care):
        other = make_channel(rail, care, network="mastodon")
        for place, ago in ((channel, 0), (other, 5), (other, 40)):
            ticket = make_ticket(place)
            show(ticket, signed, agnes)
            message = queue(ticket, signed, agnes, EDITED if ago else OLD)
            moment = timezone.now() - timedelta(days=ago)
            Message.objects.filter(pk=message.pk).update(created_at=moment)
            Offer.objects.filter(ticket=ticket).update(shown_at=moment)
        call_command("rebuild_coverage", days=60, verbosity=0)
        first = list(UsageDay.objects.order_by("-day").values())
        assert used() == (3, 3, 3, 0, 1, 2)

        UsageDay.objects.filter(network="mastodon").delete()
        Offer.objects.update(reply=None, used=None)
        call_command("rebuild_coverage", days=60, verbosity=0)
        count_lately()

        again = list(UsageDay.objects.order_by("-day").values())
        assert [row | {"id": 0} for row in again] == [row | {"id": 0} for row in first]
        assert again[0]["id"] == first[0]["id"]


class TestHabits:
    @pytest.fixture
    def change(self, channel, signed, agnes, jonas):
        """Have two agents by turns send the words with a change."""

        def change(text, times, version=signed, people=(agnes, jonas)):
            for number in range(times):
                queue(make_ticket(channel), version, people[number % len(people)], text)
            count_lately()
            find_habits()

        return change

    def test_what_several_people_keep_changing_is_put_together(self, change, signed):
        change(EDITED, 3)

        habit = Habit.objects.get()
        assert (habit.position, habit.version) == (signed.position, signed)
        assert (habit.was, habit.now, habit.replies, habit.people) == ("7 days", "a week", 3, 2)

    def test_case_spaces_and_quotes_make_no_other_change(self, change):
        change(EDITED, 2)
        change(EDITED.replace("a week", "A  Week"), 1)
        assert [habit.replies for habit in Habit.objects.all()] == [3]

    def test_below_the_floor_it_is_nobodys_habit(self, change, agnes):
        change(EDITED, 2)
        assert not Habit.objects.exists()
        change(OLD.replace("whole", "full"), 4, people=(agnes,))
        assert not Habit.objects.exists()

    def test_replies_that_came_to_nothing_do_not_count(self, change):
        change(EDITED, 3)
        Delivery.objects.update(state="failed")
        find_habits()
        assert not Habit.objects.exists()

    def test_new_words_start_anew_and_the_habit_keeps_its_address_until_then(self, change, signed, lena, amira):
        change(EDITED, 3)
        habit = Habit.objects.get()
        change(EDITED, 1)
        assert Habit.objects.values_list("pk", "replies").get() == (habit.pk, 4)

        sign(signed.position, EDITED, lena, amira)
        find_habits()
        assert not Habit.objects.exists()

    def test_what_was_written_anew_replaces_nothing(self, change):
        change("We are very sorry and shall be in touch by mail.", 4)
        assert not SpanEdit.objects.exists()
        assert used()[5] == 4

    def test_organizations_never_add_up(self, change, oscar, lena):
        change(EDITED, 2)
        verde, team = make_brand(oscar.organization), make_team(oscar.organization)
        position = voice.create_position("Do I get my fare back?", by=oscar, brand=verde)
        theirs = sign(position, OLD, oscar, oscar)
        queue(make_ticket(make_channel(verde, team)), theirs, oscar, EDITED)
        count_lately()
        find_habits()
        assert (SpanEdit.objects.count(), Habit.objects.count()) == (3, 0)


def test_a_wording_in_two_pieces_is_compared_as_one(channel, signed, agnes):
    ticket, half = make_ticket(channel), len("You get the whole fare ")
    (span,) = whole(signed)
    text = OLD[:half] + "(as we said) " + OLD[half:]
    pieces = (type(span)(span.wording_id, 0, half), type(span)(span.wording_id, half + 13, len(text)))
    reply = NewReply(text, "public", ticket.messages.latest("pk").pk, spans=pieces)
    send_reply(ticket, reply, by=agnes)
    count_lately()
    assert used()[4:] == (1, 0)
