"""Spam and blocked accounts: kept apart, stored once, nobody disturbed, and brought back as it was."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.actions import spam as actions
from inbox.actions.messages import receive_messages
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.actions.tickets import reopen_ticket, resolve_ticket, snooze_ticket
from inbox.models import Block, Event, Identity, Message, RawMessage, Status, Ticket
from inbox.queries.lists import page_of
from tests.cast import make_incoming, make_key, make_ticket
from tests.inbox.doors import Api, tab_of


def numbers(view, person):
    return [row.number for row in page_of(view, person).rows]


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_spam_stands_under_spam_and_nowhere_else(channel, agnes):
    ticket = make_ticket(channel)

    tab_of(agnes).post(f"/tickets/{ticket.number}/spam/")

    views = {view: numbers(view, agnes) for view in ("open", "unassigned", "resolved", "spam")}
    assert views == {"open": [], "unassigned": [], "resolved": [], "spam": [ticket.number]}
    facts = ticket.events.get(kind="ticket.marked_spam").facts
    assert (facts["was"]["spam"], facts["now"]["spam"], facts["now"]["status"]) == (False, True, "resolved")


@pytest.mark.parametrize("before", ["open", "snoozed", "resolved"])
def test_not_spam_brings_a_ticket_back_as_it_was(channel, agnes, before):
    ticket = make_ticket(channel)
    if before == "snoozed":
        snooze_ticket(ticket, timezone.now() + timedelta(hours=3), by=agnes)
    if before == "resolved":
        resolve_ticket(ticket, by=agnes)
    was = Ticket.objects.filter(pk=ticket.pk).values().get()

    actions.mark_spam(ticket, by=agnes)
    tab_of(agnes).post(f"/tickets/{ticket.number}/not-spam/")

    assert Ticket.objects.filter(pk=ticket.pk).values().get() == was


def test_what_comes_in_a_spam_tickets_thread_stays_there_unheard(channel, agnes):
    ticket = make_ticket(channel, thread="t")
    actions.mark_spam(ticket, by=agnes)

    received = receive_messages(channel, [make_incoming("Buy more", thread="t")])

    assert received[0].ticket == ticket.number
    assert fresh(ticket).status == Status.RESOLVED
    assert list(Event.objects.filter(message=received[0].message_id).values_list("kind", flat=True)) == ["message.kept"]
    assert Message.objects.get(pk=received[0].message_id).enriched_at is not None


def test_spam_does_not_open_by_reopening(channel, agnes):
    ticket = actions.mark_spam(make_ticket(channel), by=agnes)

    with pytest.raises(MoveNotAllowed, match="not spam"):
        reopen_ticket(ticket, by=agnes)


def test_a_blocked_accounts_messages_are_stored_once_and_make_no_open_ticket(channel, agnes, lena):
    first = make_ticket(channel, author="tom", thread="1")
    tab_of(lena).post(f"/tickets/{first.number}/block/", {"reason": "Advertises", "days": "0"})
    again = make_incoming("Buy this", author="tom", thread="2", raw=b'{"as it": "came"}')

    received = [receive_messages(channel, [again])[0] for _ in range(2)]

    new = Ticket.objects.get(number=received[0].ticket)
    assert [one.status for one in received] == ["created", "duplicate"]
    assert (new.status, new.is_spam) == (Status.RESOLVED, True)
    assert RawMessage.objects.get(message=received[0].message_id).body == '{"as it": "came"}'
    assert not Event.objects.filter(ticket=new, kind="message.received").exists()
    assert numbers("open", agnes) == [first.number]


def test_a_blocked_accounts_message_leaves_a_ticket_that_is_there_as_it_is(channel, agnes, lena):
    ticket = make_ticket(channel, author="tom", thread="1")
    resolve_ticket(ticket, by=agnes)
    actions.block_account(ticket.identity, "Advertises", until=None, by=lena)
    was = Ticket.objects.filter(pk=ticket.pk).values().get()

    receive_messages(channel, [make_incoming("Buy this", author="tom", thread="1")])

    assert Ticket.objects.filter(pk=ticket.pk).values().get() == was
    assert ticket.messages.count() == 2


def test_others_in_the_same_batch_and_thread_are_heard(channel, agnes, lena):
    ticket = make_ticket(channel, author="tom", thread="1")
    resolve_ticket(ticket, by=agnes)
    actions.block_account(ticket.identity, "Advertises", until=None, by=lena)

    said = [make_incoming("Buy", author="tom", thread="1"), make_incoming("Help", author="priya", thread="1")]
    receive_messages(channel, [*said, make_incoming("Other", author="priya", thread="2")])

    assert fresh(ticket).status == Status.OPEN
    assert len(numbers("open", agnes)) == 2


def test_a_block_ends_by_itself_or_when_somebody_lifts_it(channel, lena):
    ticket = make_ticket(channel, author="tom")
    actions.block_account(ticket.identity, "Rude", until=timezone.now() + timedelta(days=1), by=lena)
    Identity.objects.filter(pk=ticket.identity_id).update(blocked_until=timezone.now() - timedelta(seconds=1))
    assert make_ticket(channel, author="tom").status == Status.OPEN

    actions.block_account(ticket.identity, "Rude again", until=None, by=lena)
    tab_of(lena).post(f"/tickets/{ticket.number}/unblock/")

    assert make_ticket(channel, author="tom").status == Status.OPEN
    assert list(Block.objects.order_by("pk").values_list("lifted_by__name", flat=True)) == [None, "Lena Brandt"]


def test_intake_asks_no_more_of_the_database_for_blocked_accounts(channel, lena):
    ticket = make_ticket(channel, author="tom")

    def count():
        with CaptureQueriesContext(connection) as found:
            receive_messages(channel, [make_incoming(author="tom") for _ in range(5)])
        return len(found)

    before = count()
    actions.block_account(ticket.identity, "Advertises", until=None, by=lena)

    assert count() == before


def test_agents_mark_spam_but_do_not_block(channel, agnes, amira):
    ticket = make_ticket(channel)

    assert tab_of(agnes).post(f"/tickets/{ticket.number}/block/", {"reason": "x", "days": "0"}).status_code == 403
    assert tab_of(agnes).post(f"/tickets/{ticket.number}/unblock/").status_code == 403
    assert tab_of(amira).post(f"/tickets/{ticket.number}/spam/").status_code == 403
    assert tab_of(agnes).post(f"/tickets/{ticket.number}/spam/").status_code == 200


def test_the_customers_column_and_the_dialog_say_that_the_account_is_blocked_and_why(channel, lena):
    ticket = make_ticket(channel)
    asked = tab_of(lena).get(f"/tickets/{ticket.number}/block/")
    empty = tab_of(lena).post(f"/tickets/{ticket.number}/block/", {"reason": "", "days": "0"})
    tab_of(lena).post(f"/tickets/{ticket.number}/block/", {"reason": "Advertises", "days": "7"})

    assert b'name="reason"' in asked.content
    assert empty.status_code == 422
    assert b"chip--blocked" in tab_of(lena).get(f"/tickets/{ticket.number}/voice/").content
    assert b"Advertises" in tab_of(lena).get(f"/tickets/{ticket.number}/block/").content
    assert (
        b"chip--blocked" not in tab_of(lena).get(f"/tickets/{make_ticket(channel, author='a').number}/voice/").content
    )


def test_managers_lift_blocks_in_the_console(channel, lena, max_):
    ticket = make_ticket(channel)
    block = actions.block_account(ticket.identity, "Advertises", until=None, by=lena)
    client = Client()
    client.force_login(max_)

    listed = client.get("/console/inbox/block/")
    client.post("/console/inbox/block/", {"action": "lift", "_selected_action": [block.pk]})

    assert b"Advertises" in listed.content
    assert not Identity.objects.get(pk=ticket.identity_id).is_blocked


def test_programs_mark_and_block_and_take_both_back(northline, channel):
    api = Api(make_key(northline, *Scope.values)[1])
    number = make_ticket(channel).number

    marked = api.post(f"tickets/{number}/spam").json()
    twice = api.post(f"tickets/{number}/spam")
    back = api.post(f"tickets/{number}/not-spam").json()
    blocked = api.post(f"tickets/{number}/block", {"reason": "Advertises"})
    again = api.post(f"tickets/{number}/block", {"reason": "Advertises"})
    freed = api.post(f"tickets/{number}/unblock")

    assert (marked["status"], marked["spam"]) == ("resolved", True)
    assert twice.status_code == 409
    assert (back["status"], back["spam"]) == ("open", False)
    assert (blocked.status_code, freed.status_code) == (200, 200)
    assert again.json()["type"] == "urn:onevoice:problem:block-not-allowed"
