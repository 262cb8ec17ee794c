"""How long after its resolution a customer's answer reopens a ticket; later it begins a new one, linked to the old."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organization
from inbox.actions.messages import receive_messages
from inbox.actions.regrouping import merge_tickets
from inbox.actions.spam import block_account, lift_block
from inbox.actions.tickets import resolve_ticket
from inbox.models import ReopenPolicy, Status, Ticket, TicketLink
from tests.cast import make_incoming, make_organization, make_ticket


@pytest.fixture
def northline(northline):
    """Northline Group, whose tickets are reopened for fourteen days."""
    northline.reopen_days = 14
    northline.save(update_fields=["reopen_days"])
    return northline


def resolved(ticket, by, *, days):
    resolve_ticket(ticket, by=by)
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=timezone.now() - timedelta(days=days))


def write_again(channel, **fields):
    received = receive_messages(channel, [make_incoming("Still broken", thread="t", **fields)])[0]
    return Ticket.objects.get(number=received.ticket, organization=channel.organization_id)


def test_an_answer_within_the_days_reopens_the_ticket(northline, channel, agnes):
    ticket = make_ticket(channel, thread="t")
    resolved(ticket, agnes, days=13.9)

    assert write_again(channel) == ticket
    assert Ticket.objects.get(pk=ticket.pk).status == Status.OPEN


def test_an_answer_after_the_days_begins_a_new_ticket_that_follows_the_old_one(northline, channel, agnes):
    ticket = make_ticket(channel, thread="t")
    resolved(ticket, agnes, days=14.1)

    new = write_again(channel)

    assert (new.status, new.thread_key, new.assignee) == (Status.OPEN, "t", None)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED
    link = TicketLink.objects.get()
    assert (link.ticket, link.other, link.kind) == (new, ticket, "follow_up")
    assert write_again(channel) == new


@pytest.mark.parametrize("policy", ReopenPolicy.values)
def test_a_channel_that_always_opens_new_tickets_goes_on_doing_so(northline, channel, agnes, policy):
    channel.reopen_policy = policy
    channel.save(update_fields=["reopen_policy"])
    ticket = make_ticket(channel, thread="t")
    resolved(ticket, agnes, days=1)

    assert (write_again(channel) == ticket) == (policy == ReopenPolicy.REOPEN)


def test_without_days_a_ticket_is_reopened_at_any_time(northline, channel, agnes):
    Organization.objects.update(reopen_days=None)
    ticket = make_ticket(channel, thread="t")
    resolved(ticket, agnes, days=3_000)

    assert write_again(channel) == ticket


def test_what_was_written_within_the_days_and_comes_later_reopens_the_ticket(northline, channel, agnes):
    ticket = make_ticket(channel, thread="t")
    resolved(ticket, agnes, days=20)

    assert write_again(channel, sent_at=timezone.now() - timedelta(days=10)) == ticket


def test_our_own_post_after_the_days_begins_nothing(northline, channel, agnes):
    ticket = make_ticket(channel, thread="t")
    resolved(ticket, agnes, days=20)

    assert write_again(channel, author="us", direction="outbound") == ticket
    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


def test_a_merged_thread_begins_a_new_ticket_when_the_one_it_went_into_is_long_done(northline, channel, agnes):
    ticket, other = make_ticket(channel, thread="t"), make_ticket(channel, thread="u")
    merge_tickets(ticket, other, by=agnes)
    resolved(other, agnes, days=20)

    new = write_again(channel)

    assert new.pk not in (ticket.pk, other.pk)
    assert TicketLink.objects.get().other == other


def test_a_ticket_that_a_block_made_spam_is_heard_again_however_long_ago_that_was(northline, channel, lena):
    identity = make_ticket(channel, author="tom").identity
    block_account(identity, "Advertises", until=None, by=lena)
    spam = write_again(channel, author="tom")
    Ticket.objects.filter(pk=spam.pk).update(resolved_at=timezone.now() - timedelta(days=20))
    lift_block(identity, by=lena)

    assert write_again(channel, author="tom") == spam


def test_intake_asks_no_more_of_the_database_for_it(northline, channel, agnes):
    def count(days):
        ticket = make_ticket(channel, thread="t")
        resolved(ticket, agnes, days=days)
        with CaptureQueriesContext(connection) as found:
            write_again(channel)
        return len(found)

    assert count(1) == count(20)


def test_owners_say_how_many_days_in_the_console_and_managers_do_not(northline, max_, olga):
    address = f"/console/accounts/organization/{northline.pk}/change/"

    def save(person, days):
        client = Client()
        client.force_login(person)
        form = {"name": northline.name, "slug": northline.slug, "reopen_days": days}
        status = client.post(address, form).status_code
        return status, Organization.objects.get(pk=northline.pk).reopen_days

    assert save(max_, "7") == (403, 14)
    assert save(olga, "0") == (200, 14)
    assert save(olga, "7") == (302, 7)
    assert save(olga, "") == (302, None)


def test_a_new_organization_reopens_at_any_time(db):
    assert make_organization("Elsewhere").reopen_days is None
