"""A reply that does not go out leaves its ticket waiting for one, in every list and at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from inbox.actions.deliveries import report_status, retry_delivery
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.spam import mark_spam
from inbox.actions.taking_back import take_back_reply
from inbox.actions.tickets import resolve_ticket, snooze_ticket
from inbox.models import Delivery, Event, Status, Ticket
from inbox.queries.live import words_of
from inbox.queries.threads import thread_of
from tests.cast import make_incoming, make_ticket


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, thread="t")


def reply(ticket, by, text="We are on it."):
    message = send_reply(ticket, NewReply(text, "public", seen=0, confirm_stale=True), by=by)
    return Delivery.objects.get(message=message)


def awaits(ticket):
    return Ticket.objects.get(pk=ticket.pk).awaiting_reply


def test_a_failed_reply_makes_its_ticket_wait_for_an_answer_again(ticket, agnes):
    delivery = reply(ticket, agnes)
    assert not awaits(ticket)

    report_status(delivery, "failed", words="Post too long.")

    assert awaits(ticket)
    event = Event.objects.get(ticket=ticket, kind="ticket.unanswered")
    assert event.message_id == delivery.message_id
    (told,) = words_of([event.pk], "en")
    assert "ticket-row--awaiting" in told.row
    assert any("Waits for an answer again" in line.text for line in thread_of(ticket.pk) if line.is_event)


def test_a_note_after_it_changes_nothing(ticket, agnes):
    delivery = reply(ticket, agnes)
    write_note(ticket, "Called her.", by=agnes)

    report_status(delivery, "failed")

    assert awaits(ticket)


def test_an_earlier_reply_that_failed_does_not_count_when_a_later_one_went_out(ticket, agnes):
    first, second = reply(ticket, agnes), reply(ticket, agnes, "In other words.")
    report_status(second, "sent", external_id="2")

    report_status(first, "failed")

    assert not awaits(ticket)
    assert not Event.objects.filter(kind="ticket.unanswered").exists()


@pytest.mark.parametrize("again", ["retried", "sent after all"])
def test_it_waits_no_longer_when_the_reply_goes_out_after_all(ticket, agnes, again):
    delivery = reply(ticket, agnes)
    report_status(delivery, "failed")

    if again == "retried":
        retry_delivery(delivery, by=agnes)
    else:
        report_status(delivery, "sent", external_id="1")

    assert not awaits(ticket)


def test_a_reply_that_is_taken_back_leaves_the_ticket_waiting(ticket, agnes):
    take_back_reply(reply(ticket, agnes), by=agnes)

    assert awaits(ticket)


@pytest.mark.parametrize("put_away", ["resolved", "snoozed"])
def test_a_ticket_that_was_put_away_comes_back(ticket, agnes, put_away):
    delivery = reply(ticket, agnes)
    if put_away == "resolved":
        resolve_ticket(ticket, by=agnes)
    else:
        snooze_ticket(ticket, timezone.now() + timedelta(days=1), by=agnes)

    report_status(delivery, "failed")

    back = Ticket.objects.get(pk=ticket.pk)
    assert (back.status, back.resolved_at, back.snoozed_until) == (Status.OPEN, None, None)
    facts = Event.objects.get(kind="ticket.unanswered").facts
    assert (facts["was"]["status"], facts["now"]["status"]) == (put_away, "open")


def test_a_ticket_whose_conversation_goes_on_in_a_newer_one_stays_resolved(ticket, channel, agnes):
    channel.reopen_policy = "new_ticket"
    channel.save(update_fields=["reopen_policy"])
    delivery = reply(ticket, agnes)
    resolve_ticket(ticket, by=agnes)
    receive_messages(channel, [make_incoming(thread="t")])

    report_status(delivery, "failed")

    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


def test_a_ticket_that_is_spam_waits_for_an_answer_again_but_stays_there(ticket, agnes):
    delivery = reply(ticket, agnes)
    mark_spam(ticket, by=agnes)

    report_status(delivery, "failed")

    spam = Ticket.objects.get(pk=ticket.pk)
    assert (spam.status, spam.is_spam, spam.awaiting_reply) == (Status.RESOLVED, True, True)


def test_the_database_holds_that_spam_is_never_open(ticket, agnes):
    mark_spam(ticket, by=agnes)

    with pytest.raises(IntegrityError, match="ticket_spam_is_resolved"):
        Ticket.objects.filter(pk=ticket.pk).update(status=Status.OPEN)


def test_a_conversation_that_we_began_waits_for_nobody(channel, agnes):
    receive_messages(channel, [make_incoming("Do you still need help?", thread="ours", direction="outbound")])
    ticket = Ticket.objects.get(thread_key="ours")

    report_status(reply(ticket, agnes), "failed")

    assert not awaits(ticket)
