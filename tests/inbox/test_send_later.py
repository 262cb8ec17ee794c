"""A reply for later waits for its time, goes out as any other, and is held back where things have moved on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from brandvoice.actions.signing import withdraw_version
from inbox.actions.deliveries import claim_due_deliveries, lease_deliveries, retry_delivery
from inbox.actions.incidents import NewIncident, declare_incident
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import NewReply, TicketMovedOn, send_reply, write_note
from inbox.actions.schedule_steps import TimeNotPossible
from inbox.actions.spam import mark_spam
from inbox.actions.splits import split_ticket
from inbox.actions.taking_back import take_back_reply
from inbox.actions.tickets import assign_ticket, resolve_ticket
from inbox.models import (
    Delivery,
    Draft,
    Event,
    IncidentLevel,
    Message,
    Ticket,
)
from inbox.queries.consequences import resting_on
from tests.cast import make_channel, make_rule, make_ticket
from tests.inbox.later import HOUR, WORDS, delivery_of, hear, pass_time, schedule, state_of, told
from tests.inbox.signed_words import OLD, whole

DAY = 24 * HOUR


@pytest.fixture
def ticket(push):
    return make_ticket(push, "Where is my train?", thread="t", external_id="post", language="en")


class TestWaiting:
    def test_it_goes_out_when_its_time_has_come_and_not_before(self, ticket, agnes):
        message = schedule(ticket, agnes)

        assert (pass_time(hours=2), claim_due_deliveries(limit=5), state_of(message)) == (0, [], "scheduled")
        assert (pass_time(), state_of(message)) == (1, "queued")
        assert [taken.message_id for taken in claim_due_deliveries(limit=5)] == [message.pk]
        assert pass_time() == 0

    def test_programs_get_it_at_its_time(self, channel, agnes):
        message = schedule(make_ticket(channel), agnes)

        assert lease_deliveries(channel, limit=5, seconds=60) == []
        pass_time()
        assert [taken.message_id for taken in lease_deliveries(channel, limit=5, seconds=60)] == [message.pk]

    def test_until_then_the_ticket_is_its_writers_and_awaits_a_reply(self, ticket, agnes):
        at = timezone.now() + 3 * HOUR
        message = schedule(ticket, agnes, send_at=at)

        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.awaiting_reply, ticket.first_replied_at) == (agnes, True, None)
        assert (ticket.preview, ticket.sends_at) == ("Where is my train?", at)

        pass_time()
        ticket.refresh_from_db()
        message.refresh_from_db()
        assert (ticket.awaiting_reply, ticket.preview, ticket.sends_at) == (False, WORDS, None)
        assert ticket.first_replied_at == ticket.last_message_at == message.sent_at

    def test_a_ticket_that_was_resolved_meanwhile_stays_so(self, ticket, agnes):
        message = schedule(ticket, agnes)
        resolve_ticket(ticket, by=agnes)

        pass_time()

        ticket.refresh_from_db()
        assert (state_of(message), ticket.status) == ("queued", "resolved")

    def test_a_ticket_shows_the_first_of_several(self, ticket, agnes):
        first, second = (
            schedule(ticket, agnes, hours=5),
            schedule(ticket, agnes, "And soon.", hours=2, confirm_stale=True),
        )
        times = [delivery_of(message).due_at for message in (first, second)]

        ticket.refresh_from_db()
        assert ticket.sends_at == times[1]
        pass_time(hours=2)
        ticket.refresh_from_db()
        assert (ticket.sends_at, state_of(first)) == (times[0], "scheduled")

    def test_replies_that_are_written_meanwhile_do_not_wait_for_it(self, ticket, agnes):
        schedule(ticket, agnes)
        now = send_reply(ticket, NewReply("We look into it.", "public", seen=10**9), by=agnes)

        assert [taken.message_id for taken in claim_due_deliveries(limit=5)] == [now.pk]

    def test_the_same_press_of_send_schedules_once(self, ticket, agnes):
        name = "3e2f6a54-6d1e-4c0b-9a55-0c4a1c6b2f10"
        first = schedule(ticket, agnes, client_uuid=name)

        assert schedule(ticket, agnes, client_uuid=name) == first
        assert Delivery.objects.count() == 1

    def test_a_colleague_who_has_not_seen_it_is_told_of_it_before_they_answer(self, ticket, agnes, lena):
        seen = ticket.messages.latest("pk").pk
        schedule(ticket, agnes)

        with pytest.raises(TicketMovedOn):
            send_reply(ticket, NewReply("On time.", "public", seen=seen), by=lena)

    def test_taken_back_it_never_goes_out_and_its_words_are_in_the_composer(self, ticket, agnes):
        message = schedule(ticket, agnes)

        take_back_reply(delivery_of(message), by=agnes)

        ticket.refresh_from_db()
        assert (pass_time(), state_of(message), ticket.sends_at) == (0, "cancelled", None)
        assert Draft.objects.get(user=agnes).text == WORDS
        # Nothing had been said, so nothing is unsaid.
        assert not Event.objects.filter(kind="ticket.unanswered").exists()

    def test_sent_now_it_goes_out_after_the_moment_in_which_it_can_be_undone(self, rail, care, agnes):
        patient = make_channel(rail, care, network="sandbox", external=False, handle="@patient", undo_seconds=10)
        message = schedule(make_ticket(patient), agnes)

        retry_delivery(delivery_of(message), by=agnes)

        due_at = delivery_of(message).due_at - timezone.now()
        assert (state_of(message), timedelta(seconds=8) < due_at <= timedelta(seconds=10)) == ("queued", True)
        event = Event.objects.get(kind="reply.queued", message=message)
        assert event.actor == agnes


class TestTimes:
    @pytest.mark.parametrize(("ahead", "words"), [(-HOUR, "in the future"), (91 * DAY, "next 90 days")])
    def test_it_lies_in_the_future_and_not_too_far_ahead(self, ticket, agnes, ahead, words):
        with pytest.raises(TimeNotPossible, match=words):
            schedule(ticket, agnes, send_at=timezone.now() + ahead)
        assert not Delivery.objects.exists()

    def test_it_lies_before_the_network_takes_no_reply_any_more(self, rail, care, agnes):
        whatsapp = make_channel(rail, care, network="whatsapp", external=False)
        ticket = make_ticket(whatsapp, visibility="direct")

        with pytest.raises(TimeNotPossible, match="takes replies until"):
            schedule(ticket, agnes, visibility="direct", hours=25)
        assert schedule(ticket, agnes, visibility="direct", hours=23)


class TestHeldBack:
    def test_where_the_customer_writes_again_it_is_held_back_at_once_and_its_people_know(
        self, ticket, push, agnes, lena
    ):
        message = schedule(ticket, lena)
        assign_ticket(ticket, agnes, by=agnes)

        hear(push)
        pass_time(hours=0)

        delivery = delivery_of(message)
        assert (delivery.state, delivery.error) == ("held_back", "The customer has written since.")
        assert (told(agnes), told(lena)) == ([ticket.number], [ticket.number])
        pass_time()
        assert state_of(message) == "held_back"
        ticket.refresh_from_db()
        assert (ticket.sends_at, ticket.awaiting_reply) == (None, True)

    def test_what_is_held_back_keeps_no_other_reply_waiting(self, ticket, push, agnes):
        schedule(ticket, agnes)
        hear(push)
        pass_time(hours=0)

        answer = send_reply(ticket, NewReply("I am here.", "public", seen=10**9), by=agnes)

        assert [taken.message_id for taken in claim_due_deliveries(limit=5)] == [answer.pk]

    def test_sent_now_it_goes_out_all_the_same_and_counts_from_then(self, ticket, push, agnes):
        message = schedule(ticket, agnes)
        hear(push)
        pass_time(hours=0)

        retry_delivery(delivery_of(message), by=agnes)

        ticket.refresh_from_db()
        assert (state_of(message), ticket.awaiting_reply) == ("queued", False)
        assert [taken.message_id for taken in claim_due_deliveries(limit=5)] == [message.pk]

    def test_a_colleagues_answer_holds_it_back_its_writers_own_and_notes_do_not(self, ticket, agnes, lena):
        message = schedule(ticket, agnes)
        send_reply(ticket, NewReply("We look into it.", "public", seen=10**9), by=agnes)
        write_note(ticket, "She has called, too.", by=lena)
        schedule(ticket, lena, "Here is more.", hours=9)
        assert (pass_time(hours=0), state_of(message)) == (0, "scheduled")

        send_reply(ticket, NewReply("It left at ten.", "public", seen=10**9), by=lena)
        pass_time(hours=0)

        assert (state_of(message), delivery_of(message).error) == ("held_back", "A colleague has answered since.")

    def test_a_reply_of_a_colleague_that_was_taken_back_is_no_answer(self, ticket, agnes, lena):
        message = schedule(ticket, agnes)
        answer = send_reply(ticket, NewReply("It left at ten.", "public", seen=10**9), by=lena)
        take_back_reply(delivery_of(answer), by=lena)

        assert (pass_time(hours=0), state_of(message)) == (0, "scheduled")

    def test_spam_gets_no_reply(self, ticket, agnes):
        message = schedule(ticket, agnes)
        mark_spam(ticket, by=agnes)
        pass_time(hours=0)

        assert (state_of(message), delivery_of(message).error) == ("held_back", "The ticket is marked as spam.")

    @pytest.mark.parametrize("into", [True, False])
    def test_a_merge_holds_it_back_in_either_ticket(self, ticket, push, agnes, into):
        other = make_ticket(push, "My bag is in it.", thread="u", external_id="post-u")
        Ticket.objects.filter(pk=other.pk).update(contact=ticket.contact)
        message = schedule(ticket, agnes)

        merge_tickets(*((ticket, other) if into else (other, ticket)), by=agnes)
        pass_time(hours=0)

        assert state_of(message) == "held_back"
        assert not Ticket.objects.filter(sends_at__isnull=False).exists()

    def test_a_split_holds_it_back(self, ticket, push, agnes):
        hear(push, "And where is my bag?")
        message = schedule(ticket, agnes)
        bag = ticket.messages.get(text="And where is my bag?")

        split_ticket(ticket, [bag.pk], by=agnes)
        pass_time(hours=0)

        assert state_of(message) == "held_back"

    def test_it_is_locked_with_its_ticket_before_anything_is_decided(self, ticket, push, agnes):
        """Fifty at a time: each is looked at once, whatever becomes of it."""
        tickets = [make_ticket(push, thread=f"t{number}", external_id=f"p{number}") for number in range(4)]
        messages = [schedule(one, agnes) for one in tickets]
        hear(push, thread="t0")

        assert pass_time() == 4
        assert [state_of(message) for message in messages] == ["held_back", "queued", "queued", "queued"]


class TestTheGuard:
    def test_words_that_are_withdrawn_hold_it_back_at_once_and_its_writer_is_told(self, ticket, signed, agnes, amira):
        message = schedule(ticket, agnes, OLD, spans=whole(signed))
        assert resting_on(signed.position_id).waiting == 1

        withdraw_version(signed, by=amira, reason="Wrong.")

        delivery = delivery_of(message)
        ticket.refresh_from_db()
        assert (delivery.state, delivery.error) == ("held_back", "These words were withdrawn.")
        assert (told(agnes), ticket.sends_at) == ([ticket.number], None)
        assert Event.objects.get(kind="delivery.held").message == message
        assert pass_time() == 0

    def test_a_rule_that_came_meanwhile_stops_it_at_its_time(self, ticket, northline, agnes):
        message = schedule(ticket, agnes, "It is cheap.")
        make_rule(northline, "cheap", reason="We don't say that.")
        assert state_of(message) == "scheduled"

        pass_time()

        assert (state_of(message), told(agnes)) == ("held_back", [ticket.number])
        assert "We don't say that." in delivery_of(message).error
        assert not Event.objects.filter(kind="reply.queued").exists()

    def test_an_incident_stops_it_only_while_it_goes_on_at_its_time(self, ticket, northline, agnes, lena):
        message = schedule(ticket, agnes, "The bridge opens at nine.")
        level = IncidentLevel.objects.get(organization=northline, name="Crisis")
        declare_incident(NewIncident(name="Bridge closed", level=level, phrases=["bridge"]), by=lena)
        assert state_of(message) == "scheduled"

        pass_time()

        assert (state_of(message), told(agnes)) == ("held_back", [ticket.number])
        assert "Bridge closed" in delivery_of(message).error

    def test_a_window_that_has_closed_meanwhile_stops_it(self, rail, care, agnes):
        whatsapp = make_channel(rail, care, network="whatsapp", external=False)
        ticket = make_ticket(whatsapp, visibility="direct")
        message = schedule(ticket, agnes, visibility="direct", hours=23)
        Ticket.objects.filter(pk=ticket.pk).update(last_inbound_at=timezone.now() - 30 * HOUR)

        pass_time(hours=23)

        assert (state_of(message), told(agnes)) == ("held_back", [ticket.number])

    def test_at_its_time_it_is_judged_like_every_queued_reply(self, ticket, northline, agnes):
        message = schedule(ticket, agnes, "It is cheap.")
        pass_time()
        make_rule(northline, "cheap", reason="We don't say that.")

        assert claim_due_deliveries(limit=5) == []
        assert state_of(message) == "held"


@pytest.mark.django_db(transaction=True)
def test_what_is_being_stored_in_the_moment_in_which_it_would_leave_holds_it_back(ticket, agnes):
    """Intake has the ticket locked while it stores: whoever would send waits for that, and looks again."""
    message = schedule(ticket, agnes)

    def leave():
        try:
            return pass_time()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            Ticket.objects.lock(ticket.pk)
            heard = {"direction": "inbound", "visibility": "public", "text": "Hello?", "sent_at": timezone.now()}
            place = {"organization_id": ticket.organization_id, "channel_id": ticket.channel_id, "ticket": ticket}
            Message.objects.create(**heard, **place)
            leaving = worker.submit(leave)
            with pytest.raises(TimeoutError):
                leaving.result(timeout=0.5)
        assert leaving.result(timeout=10) == 1

    assert state_of(message) == "held_back"
