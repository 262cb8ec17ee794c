"""A customer is heard again once nothing stands against it: the block is over, or their ticket was never spam."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions import spam as actions
from inbox.actions.messages import receive_messages
from inbox.actions.tickets import resolve_ticket
from inbox.models import Event, Identity, Message, ReopenPolicy, Status, Ticket
from tests.cast import make_incoming, make_ticket
from tests.inbox.doors import tab_of


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def born_of_a_block(channel, by, thread="tom"):
    """Have a blocked account write for the first time in a thread; return the ticket."""
    other = make_ticket(channel, author="tom", thread="before")
    resolve_ticket(other, by=by)
    actions.block_account(other.identity, "Advertises", until=None, by=by)
    return make_ticket(channel, "Buy this", author="tom", thread=thread)


def run_out(ticket):
    Identity.objects.filter(pk=ticket.identity_id).update(blocked_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("ending", ["lifted", "run out"])
@pytest.mark.parametrize("policy", ReopenPolicy.values)
def test_a_thread_that_began_while_its_customer_was_blocked_is_heard_when_that_is_over(channel, lena, ending, policy):
    channel.reopen_policy = policy
    channel.save(update_fields=["reopen_policy"])
    ticket = born_of_a_block(channel, lena)
    if ending == "lifted":
        tab_of(lena).post(f"/tickets/{ticket.number}/unblock/")
    else:
        run_out(ticket)

    received = receive_messages(channel, [make_incoming("Where is my train?", author="tom", thread="tom")])[0]

    now = fresh(ticket)
    assert received.ticket == ticket.number
    assert (now.status, now.is_spam, now.awaiting_reply, now.resolved_at) == (Status.OPEN, False, True, None)
    assert now.preview == "Where is my train?"
    assert list(Event.objects.filter(message=received.message_id).values_list("kind", flat=True)) == [
        "message.received"
    ]
    assert Message.objects.get(pk=received.message_id).enriched_at is None
    facts = ticket.events.get(kind="ticket.reopened").facts
    assert (facts["was"]["spam"], facts["now"]["spam"], facts["now"]["status"]) == (True, False, "open")


def test_a_thread_that_began_while_its_customer_was_blocked_stays_unheard_while_they_are(channel, lena):
    ticket = born_of_a_block(channel, lena)

    received = receive_messages(channel, [make_incoming("Buy more", author="tom", thread="tom")])[0]

    assert (fresh(ticket).status, fresh(ticket).is_spam) == (Status.RESOLVED, True)
    assert list(Event.objects.filter(message=received.message_id).values_list("kind", flat=True)) == ["message.kept"]


def test_what_a_person_marked_stays_unheard_even_if_it_once_began_with_a_block(channel, lena):
    ticket = born_of_a_block(channel, lena)
    actions.unmark_spam(ticket, by=lena)
    actions.mark_spam(ticket, by=lena)
    run_out(ticket)

    receive_messages(channel, [make_incoming("Buy more", author="tom", thread="tom")])

    assert (fresh(ticket).status, fresh(ticket).is_spam) == (Status.RESOLVED, True)


def test_our_own_post_does_not_open_a_thread_that_began_with_a_block(channel, lena):
    ticket = born_of_a_block(channel, lena)

    receive_messages(channel, [make_incoming("Please stop", author="us", thread="tom", direction="outbound")])

    assert (fresh(ticket).status, fresh(ticket).is_spam) == (Status.RESOLVED, True)
