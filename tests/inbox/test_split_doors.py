"""Splitting by the doors that people and programs use."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.tickets import resolve_ticket
from inbox.models import Message, Regrouping, Ticket
from tests.cast import make_incoming, make_key, make_ticket
from tests.inbox.doors import Api, tab_of


@pytest.fixture
def ticket(channel):
    """A ticket in which a customer has asked three things."""
    hear(channel, "late", "refund", "seat")
    return Ticket.objects.get()


def hear(channel, *said, thread="t"):
    start = timezone.now() - timedelta(hours=1)
    receive_messages(
        channel,
        [make_incoming(text, thread=thread, sent_at=start + timedelta(minutes=n)) for n, text in enumerate(said)],
    )


def pk(text):
    return Message.objects.get(text=text).pk


def ticked(answer):
    checked = re.findall(r'name="message" value="(\d+)" checked', answer.content.decode())
    return list(Message.objects.filter(pk__in=checked).in_order().values_list("text", flat=True))


def test_the_dialog_ticks_the_customers_newest_message_and_what_followed_but_notes(ticket, agnes):
    send_reply(ticket, NewReply("Window.", "", seen=10**9), by=agnes)
    write_note(ticket, "Paid.", by=agnes)

    asked = tab_of(agnes).get(f"/tickets/{ticket.number}/split/")

    assert ticked(asked) == ["seat", "Window."]
    assert b"Paid." in asked.content


def test_from_here_ticks_a_message_and_all_after_it(ticket, agnes):
    asked = tab_of(agnes).get(f"/tickets/{ticket.number}/split/?since={pk('refund')}")

    assert ticked(asked) == ["refund", "seat"]


@pytest.mark.parametrize("since", ["x", "99999999999999999999", "0"])
def test_a_message_that_is_not_there_ticks_the_newest(ticket, agnes, since):
    assert ticked(tab_of(agnes).get(f"/tickets/{ticket.number}/split/?since={since}")) == ["seat"]


def test_what_was_ticked_is_split_off_and_the_new_ticket_opens(ticket, agnes):
    answer = tab_of(agnes).post(f"/tickets/{ticket.number}/split/", {"message": [pk("late"), pk("seat")]})

    new = Ticket.objects.latest("pk")
    assert f'data-go="{new.number}"' in answer.content.decode()
    assert new.messages.count() == 2


def test_what_is_refused_is_said_above_what_was_ticked(ticket, agnes):
    everything = [pk("late"), pk("refund"), pk("seat")]

    refused = tab_of(agnes).post(f"/tickets/{ticket.number}/split/", {"message": everything})

    assert refused.status_code == 409
    assert b"At least one message stays behind." in refused.content
    assert ticked(refused) == ["late", "refund", "seat"]


def test_both_tickets_show_the_other_and_undo_puts_it_back(ticket, agnes):
    client = tab_of(agnes)
    client.post(f"/tickets/{ticket.number}/split/", {"message": [pk("seat")]})
    new = Ticket.objects.latest("pk")

    there, here = (client.get(f"/tickets/{one.number}/").content.decode() for one in (ticket, new))
    assert "Split off from this" in there
    assert f"Messages split off into #{new.number}" in there
    assert f"Split off from #{ticket.number}" in here

    answer = client.post(f"/regroupings/{Regrouping.objects.get().pk}/undo/")
    assert f'data-go="{ticket.number}"' in answer.content.decode()
    assert ticket.messages.count() == 3


def test_a_split_is_undone_only_into_a_ticket_that_is_open(ticket, agnes):
    client = tab_of(agnes)
    client.post(f"/tickets/{ticket.number}/split/", {"message": [pk("seat")]})
    resolve_ticket(ticket, by=agnes)

    refused = client.post(f"/regroupings/{Regrouping.objects.get().pk}/undo/")

    assert refused.status_code == 409
    assert ticket.messages.count() == 2


def test_a_page_without_scripts_splits_as_well(ticket, agnes):
    client = Client()
    client.force_login(agnes)

    asked = client.get(f"/tickets/{ticket.number}/split/?since={pk('refund')}")
    went = client.post(f"/tickets/{ticket.number}/split/", {"message": [pk("refund")]}, follow=True)

    assert b"<main" in asked.content
    assert ticked(asked) == ["refund", "seat"]
    assert b"refund" in went.content
    assert Ticket.objects.count() == 2


def test_who_may_not_regroup_does_not_split(ticket, amira):
    client = tab_of(amira)

    assert client.get(f"/tickets/{ticket.number}/split/").status_code == 403
    assert client.post(f"/tickets/{ticket.number}/split/", {"message": [pk("seat")]}).status_code == 403


def test_the_dialog_asks_as_much_for_ten_messages_as_for_one(channel, agnes):
    client = tab_of(agnes)

    def count(messages):
        hear(channel, *(f"{n}" for n in range(messages)), thread=f"t{messages}")
        number = Ticket.objects.latest("pk").number
        with CaptureQueriesContext(connection) as found:
            client.get(f"/tickets/{number}/split/")
        return len(found)

    count(2)
    assert count(1) == count(10)


def test_splitting_asks_as_much_for_ten_messages_as_for_one(channel, agnes):
    client = tab_of(agnes)

    def count(messages):
        hear(channel, *(f"{messages}-{n}" for n in range(messages + 1)), thread=f"t{messages}")
        ticket = Ticket.objects.latest("pk")
        chosen = list(ticket.messages.order_by("pk").values_list("pk", flat=True))[1:]
        with CaptureQueriesContext(connection) as found:
            client.post(f"/tickets/{ticket.number}/split/", {"message": chosen})
        return len(found)

    count(2)
    assert count(1) == count(10)


def test_programs_split_and_put_back(northline, channel, ticket):
    api = Api(make_key(northline, *Scope.values)[1])

    made = api.post(f"tickets/{ticket.number}/split", {"messages": [pk("seat")]})
    twice = api.post(f"tickets/{ticket.number}/split", {"messages": [pk("seat")]})
    empty = api.post(f"tickets/{ticket.number}/split", {"messages": []})
    back = api.post(f"tickets/{made.json()['number']}/merge", {"into": ticket.number})

    assert (made.status_code, made.json()["status"], made.json()["assignee"]) == (201, "open", None)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:onevoice:problem:regrouping-not-allowed")
    assert empty.status_code == 422
    assert back.json()["number"] == ticket.number
    assert ticket.messages.count() == 3


def test_a_key_that_may_not_write_does_not_split(northline, channel, ticket):
    api = Api(make_key(northline, Scope.TICKETS_READ)[1])

    assert api.post(f"tickets/{ticket.number}/split", {"messages": [pk("seat")]}).status_code == 403
    assert make_ticket(channel).messages.count() == 1
