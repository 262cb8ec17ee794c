"""What is said in a thread that was merged into another channel's ticket always arrives."""

import pytest

from inbox.actions.messages import receive_messages
from inbox.actions.regrouping import merge_tickets
from inbox.actions.tickets import resolve_ticket
from inbox.models import Status, Ticket
from tests.cast import make_channel, make_incoming, make_ticket

pytestmark = pytest.mark.django_db


def test_a_merged_thread_begins_anew_where_its_ticket_is_done_and_that_ones_thread_has_gone_on(channel, agnes, care):
    other = make_channel(channel.brand, care, network="mastodon", reopen_policy="new_ticket")
    source, target = make_ticket(channel, "First question"), make_ticket(other, "Second question")
    merge_tickets(source, target, by=agnes, confirmed=True)
    target.refresh_from_db()
    resolve_ticket(target, by=agnes)
    receive_messages(other, [make_incoming("It goes on", thread=target.thread_key)])

    (received,) = receive_messages(channel, [make_incoming("And here, too", thread=source.thread_key)])

    ticket = Ticket.objects.get(organization=channel.organization_id, number=received.ticket)
    assert (ticket.channel, ticket.thread_key, ticket.status) == (channel, source.thread_key, Status.OPEN)
    assert ticket.pk not in (source.pk, target.pk)
