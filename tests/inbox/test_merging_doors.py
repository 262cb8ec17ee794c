"""Merging by the doors that people and programs use, and what those who may not see a ticket learn of it: nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from inbox.actions.regrouping import merge_tickets
from inbox.models import ChannelKey, Message, Regrouping, Ticket
from tests.cast import make_channel, make_key, make_team, make_ticket
from tests.inbox.doors import Api, tab_of


@pytest.fixture
def page(agnes):
    return tab_of(agnes)


@pytest.fixture
def elsewhere(rail, northline):
    """A channel of another team."""
    return make_channel(rail, make_team(northline, "Elsewhere"))


def test_the_dialog_offers_the_customers_other_open_tickets_and_merges_into_the_one_chosen(page, channel):
    one, other = make_ticket(channel, "The first"), make_ticket(channel, "The second")

    asked = page.get(f"/tickets/{one.number}/merge/")
    answer = page.post(f"/tickets/{one.number}/merge/", {"into": other.number})

    assert b"The second" in asked.content
    assert b"The first" not in asked.content
    assert f'data-go="{other.number}"'.encode() in answer.content
    assert Message.objects.filter(ticket=other).count() == 2


def test_different_customers_are_warned_of_and_merged_when_confirmed(page, channel):
    one, other = make_ticket(channel, author="priya"), make_ticket(channel, author="tom")

    warned = page.post(f"/tickets/{one.number}/merge/", {"number": f"#{other.number}"})
    page.post(f"/tickets/{one.number}/merge/", {"number": str(other.number), "confirmed": "yes"})

    assert warned.status_code == 409
    assert b"different customers" in warned.content
    assert Message.objects.filter(ticket=other).count() == 2


def test_a_ticket_that_one_may_not_see_can_neither_be_named_nor_is_it_named(page, channel, elsewhere, lena):
    mine, theirs = make_ticket(channel), make_ticket(elsewhere, "secret words")
    Ticket.objects.update(contact=mine.contact)

    refused = page.post(f"/tickets/{mine.number}/merge/", {"number": theirs.number})
    offered = page.get(f"/tickets/{mine.number}/merge/")
    leads = tab_of(lena)
    leads.post(f"/tickets/{mine.number}/merge/", {"number": theirs.number})
    shown = page.get(f"/tickets/{mine.number}/")
    by_hand = page.post(f"/regroupings/{Regrouping.objects.get().pk}/undo/")

    assert refused.status_code == 422
    assert b"secret words" not in offered.content
    assert b"one of another team" in shown.content
    assert f"#{theirs.number}".encode() not in shown.content
    assert by_hand.status_code == 404


def test_a_page_without_scripts_merges_and_undoes_as_well(agnes, channel):
    client = Client()
    client.force_login(agnes)
    one, other = make_ticket(channel, "The first"), make_ticket(channel, "The second")

    asked = client.get(f"/tickets/{one.number}/merge/")
    went = client.post(f"/tickets/{one.number}/merge/", {"into": other.number}, follow=True)
    client.post(f"/regroupings/{Regrouping.objects.get().pk}/undo/")

    assert b"<main" in asked.content
    assert b"The first" in went.content
    assert Message.objects.filter(ticket=one).count() == 1


def test_an_open_ticket_costs_as_many_queries_with_ten_merged_into_it_as_with_one(page, channel):
    tickets = [make_ticket(channel) for _ in range(11)]

    def count():
        with CaptureQueriesContext(connection) as found:
            page.get(f"/tickets/{tickets[0].number}/")
        return len(found)

    page.post(f"/tickets/{tickets[1].number}/merge/", {"into": tickets[0].number})
    count()
    with_one = count()
    for ticket in tickets[2:]:
        page.post(f"/tickets/{ticket.number}/merge/", {"into": tickets[0].number})
    # The first look at a new message is written down.
    count()

    assert count() == with_one


def test_an_executive_reads_but_does_not_merge(amira, channel):
    assert tab_of(amira).get(f"/tickets/{make_ticket(channel).number}/merge/").status_code == 403


def test_programs_merge_and_take_it_back(northline, channel):
    api = Api(make_key(northline, *Scope.values)[1])
    one, other = make_ticket(channel), make_ticket(channel)

    merged = api.post(f"tickets/{one.number}/merge", {"into": other.number})
    seen = api.get(f"tickets/{one.number}").json()["ticket"]
    reply = api.post(f"tickets/{one.number}/replies", {"text": "Hello", "seen": 10**9})
    again = api.post(f"tickets/{one.number}/merge", {"into": other.number})
    taken_back = api.post(f"tickets/{one.number}/unmerge")
    twice = api.post(f"tickets/{one.number}/unmerge")

    assert (merged.status_code, merged.json()["number"]) == (200, other.number)
    assert (seen["status"], seen["merged_into"]) == ("resolved", other.number)
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:onevoice:problem:ticket-merged")
    assert (again.status_code, again.json()["type"]) == (409, "urn:onevoice:problem:regrouping-not-allowed")
    assert (taken_back.json()["status"], taken_back.json()["merged_into"]) == ("open", None)
    assert twice.status_code == 409


def test_a_key_merges_nothing_into_a_channel_that_is_closed_to_it(northline, channel, rail, care):
    key, secret = make_key(northline, *Scope.values, all_channels=False)
    ChannelKey.objects.create(channel=channel, key=key)
    one, other = make_ticket(channel), make_ticket(make_channel(rail, care))

    assert Api(secret).post(f"tickets/{one.number}/merge", {"into": other.number}).status_code == 404


def test_where_a_ticket_went_is_said_to_no_program_that_may_not_open_that_one(northline, channel, rail, care, agnes):
    mail = make_channel(rail, care, network="email")
    here, there = make_ticket(channel), make_ticket(mail)
    Ticket.objects.filter(pk=there.pk).update(contact=here.contact_id)
    key, secret = make_key(northline, Scope.TICKETS_READ, all_channels=False)
    ChannelKey.objects.create(channel=channel, key=key)
    merge_tickets(here, Ticket.objects.get(pk=there.pk), by=agnes)

    assert Api(secret).get(f"tickets/{here.number}").json()["ticket"]["merged_into"] is None
