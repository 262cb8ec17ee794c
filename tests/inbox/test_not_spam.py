"""“Not spam” brings a ticket back as it was, and what came in it meanwhile is heard as if it came now."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions import spam as actions
from inbox.actions.enrich import enrich_due
from inbox.actions.messages import receive_messages
from inbox.actions.notifications import follow_ticket
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import resolve_ticket, set_status, snooze_ticket
from inbox.models import Event, Message, NamedStatus, Notification, Status, Ticket
from tests.cast import make_incoming, make_ticket
from tests.inbox.doors import tab_of


def not_spam(ticket, person):
    tab_of(person).post(f"/tickets/{ticket.number}/not-spam/")
    return Ticket.objects.get(pk=ticket.pk)


def come_in(channel, text="Where is my train?", **fields):
    """Have a customer write in the thread of the tests; return the message."""
    received = receive_messages(channel, [make_incoming(text, **({"thread": "t"} | fields))])[0]
    return Message.objects.get(pk=received.message_id)


def kinds(message):
    return list(Event.objects.filter(message=message).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("before", ["resolved", "snoozed"])
def test_a_ticket_in_which_somebody_wrote_while_it_was_spam_comes_back_open_and_waits(channel, agnes, before):
    ticket = make_ticket(channel, thread="t")
    send_reply(ticket, NewReply("On time.", "", seen=10**9), by=agnes)
    if before == "resolved":
        resolve_ticket(ticket, by=agnes)
    else:
        snooze_ticket(ticket, timezone.now() + timedelta(hours=3), by=agnes)
    actions.mark_spam(ticket, by=agnes)
    heard_at = timezone.now() - timedelta(minutes=40)
    message = come_in(channel, "It never came")
    Message.objects.filter(pk=message.pk).update(created_at=heard_at)

    ticket = not_spam(ticket, agnes)

    assert (ticket.status, ticket.snoozed_until, ticket.resolved_at) == (Status.OPEN, None, None)
    assert (ticket.awaiting_reply, ticket.preview, ticket.waiting_since) == (True, "It never came", heard_at)
    assert ticket.last_message_at == ticket.last_inbound_at == message.sent_at
    assert ticket.events.filter(kind="ticket.reopened").count() == 1


def test_what_came_while_a_ticket_was_spam_is_heard_once_read_and_told_to_those_who_follow(channel, agnes, jonas):
    ticket = make_ticket(channel, thread="t")
    follow_ticket(ticket, by=jonas)
    enrich_due()
    Notification.objects.all().delete()
    actions.mark_spam(ticket, by=agnes)
    message = come_in(channel)
    assert (enrich_due(), Notification.objects.count()) == (0, 0)

    not_spam(ticket, agnes)
    actions.mark_spam(ticket, by=agnes)
    not_spam(ticket, agnes)

    assert kinds(message) == ["message.kept", "message.received"]
    assert enrich_due() == 1
    assert Notification.objects.get().user == jonas


def test_a_ticket_that_waited_for_an_answer_before_it_was_spam_has_waited_since_then(channel, agnes):
    ticket = make_ticket(channel, thread="t")
    waiting_since = timezone.now() - timedelta(hours=2)
    Ticket.objects.filter(pk=ticket.pk).update(waiting_since=waiting_since)
    ticket.messages.update(created_at=waiting_since)
    actions.mark_spam(ticket, by=agnes)
    come_in(channel)

    assert not_spam(ticket, agnes).waiting_since == waiting_since


def test_a_ticket_that_a_block_made_spam_is_read_when_a_person_says_it_is_not(channel, agnes, lena):
    actions.block_account(make_ticket(channel, author="tom").identity, "Advertises", until=None, by=lena)
    message = come_in(channel, author="tom")
    ticket = message.ticket

    ticket = not_spam(ticket, agnes)

    assert (ticket.status, ticket.awaiting_reply, ticket.last_inbound_at) == ("open", True, message.sent_at)
    assert kinds(message) == ["message.kept", "message.received"]
    assert Message.objects.get(pk=message.pk).enriched_at is None


def test_what_a_blocked_account_wrote_meanwhile_stays_unheard(channel, agnes, lena):
    ticket = make_ticket(channel, thread="t", author="tom")
    resolve_ticket(ticket, by=agnes)
    actions.mark_spam(ticket, by=agnes)
    actions.block_account(ticket.identity, "Advertises", until=None, by=lena)
    message = come_in(channel, author="tom")

    assert not_spam(ticket, agnes).status == Status.RESOLVED
    assert kinds(message) == ["message.kept"]


def test_our_own_post_in_a_spam_tickets_thread_answers_it_once_it_is_not_spam(channel, agnes):
    ticket = make_ticket(channel, thread="t")
    actions.mark_spam(ticket, by=agnes)
    message = come_in(channel, "It came at nine.", author="us", direction="outbound")

    ticket = not_spam(ticket, agnes)

    assert (ticket.status, ticket.awaiting_reply, ticket.preview) == ("open", False, "It came at nine.")
    assert ticket.first_replied_at == message.sent_at
    assert kinds(message) == ["message.kept", "message.seen_on_network"]


@pytest.mark.parametrize("category", ["open", "snoozed", "resolved"])
def test_a_ticket_comes_back_under_the_name_that_its_status_had(northline, channel, agnes, category):
    named = NamedStatus.objects.create(organization=northline, category=category, name="With the supplier")
    ticket = make_ticket(channel, thread="t")
    set_status(ticket, Status(category), named=named, by=agnes)
    actions.mark_spam(ticket, by=agnes)

    assert not_spam(ticket, agnes).named_status == named


def test_a_name_that_is_gone_or_no_longer_fits_is_not_brought_back(northline, channel, agnes):
    named = NamedStatus.objects.create(organization=northline, category="resolved", name="Refunded")
    answered, gone = make_ticket(channel, thread="t"), make_ticket(channel)
    for ticket in (answered, gone):
        set_status(ticket, Status.RESOLVED, named=named, by=agnes)
        actions.mark_spam(ticket, by=agnes)
    come_in(channel)

    assert not_spam(answered, agnes).named_status is None
    named.delete()
    assert not_spam(gone, agnes).named_status is None


def test_as_many_questions_are_asked_for_ten_messages_that_came_meanwhile_as_for_one(channel, agnes):
    def count(messages):
        ticket = actions.mark_spam(make_ticket(channel, thread=f"t{messages}"), by=agnes)
        receive_messages(channel, [make_incoming(thread=f"t{messages}") for _ in range(messages)])
        with CaptureQueriesContext(connection) as found:
            actions.unmark_spam(ticket, by=agnes)
        return len(found)

    assert count(1) == count(10)


def wait_until_somebody_waits():
    with connection.cursor() as cursor:
        for _look in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    pytest.fail("nobody waits")


def test_tickets_whose_threads_are_read_in_it_are_held_in_the_order_in_which_everybody_holds_them(
    channel, agnes, transactional_db
):
    home, ticket = make_ticket(channel, thread="h"), make_ticket(channel, thread="t")
    merge_tickets(home, ticket, by=agnes)
    actions.mark_spam(ticket, by=agnes)
    message = come_in(channel, thread="h")

    def undo():
        try:
            return actions.unmark_spam(ticket, by=agnes)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Ticket.objects.lock(home.pk)
            undone = pool.submit(undo)
            wait_until_somebody_waits()
            Ticket.objects.lock(ticket.pk)
        assert not undone.result(10).is_spam
    home.refresh_from_db()
    assert home.last_inbound_at == message.sent_at
