"""Resolved tickets whose customers asked nearly the same, beside the ticket that is open."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandvoice.actions import positions as voice
from inbox.actions.changes import edit_messages, remove_messages
from inbox.actions.enrich import enrich_due
from inbox.actions.messages import receive_messages
from inbox.actions.openings import read_openings
from inbox.actions.regrouping import merge_tickets, undo_merge
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.splits import split_ticket
from inbox.actions.tickets import assign_ticket, reopen_ticket, resolve_ticket
from inbox.connectors.base import MessageEdited, MessageRemoved
from inbox.models import Delivery, DeliveryState, Message, Opening, Regrouping, Ticket
from inbox.queries import openings, similar
from tests import cast
from tests.cast import make_channel, make_incoming, make_team, make_ticket
from tests.inbox.signed_words import OLD, queue, write_and_sign

ASKED = "How do I get a refund for my cancelled train?"
LIKE = "My train was cancelled, how can I get my refund?"
OTHER = "May I bring my bicycle on board?"


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


def answered(channel, by, text=LIKE, reply="Your refund is on its way.", **fields):
    """Return a ticket that was answered and resolved."""
    ticket = make_ticket(channel, text, **fields)
    answer(ticket, by, reply)
    return resolve_ticket(ticket, by=by)


def answer(ticket, by, reply):
    seen = ticket.messages.latest("pk").pk
    return send_reply(ticket, NewReply(text=reply, visibility="public", seen=seen), by=by)


def shown(client, ticket):
    """Return what stands in the part for similar tickets: a number and the text of each card."""
    page = client.get(f"/tickets/{ticket.number}/similar/", headers={"HX-Request": "true"})
    assert page.status_code == 200
    cards = re.findall(r'<li class="similar-ticket.*?</li>', page.content.decode(), re.DOTALL)
    return {int(re.search(r'data-open="(\d+)"', card)[1]): card for card in cards}


def test_resolved_tickets_that_asked_the_same_stand_there_with_our_answer(agent, channel, agnes):
    like, other = answered(channel, agnes), answered(channel, agnes, OTHER)
    asked = make_ticket(channel, ASKED)
    enrich_due()

    cards = shown(agent, asked)

    assert list(cards) == [like.number]
    assert other.number not in cards
    card = " ".join(re.sub(r"<[^>]+>", " ", cards[like.number]).split())
    assert f"#{like.number} Priya {LIKE} Your refund is on its way. Agnes Berg ·" in card
    assert "data-insert" not in cards[like.number]


def test_what_is_not_resolved_or_was_never_answered_is_no_example(agent, channel, agnes):
    make_ticket(channel, LIKE)
    resolve_ticket(make_ticket(channel, LIKE), by=agnes)
    failed = answered(channel, agnes)
    Delivery.objects.update(state=DeliveryState.FAILED)
    again = answered(channel, agnes)
    asked = make_ticket(channel, ASKED)
    enrich_due()
    assert list(shown(agent, asked)) == [again.number]

    reopen_ticket(Ticket.objects.get(pk=again.pk), by=agnes)
    assert not shown(agent, asked)
    assert failed.number not in shown(agent, asked)


def test_a_ticket_is_not_like_itself_and_a_greeting_is_like_none(agent, channel, agnes):
    itself = answered(channel, agnes)
    greeting = make_ticket(channel, "Hello!")
    enrich_due()
    assert not shown(agent, itself)
    assert not shown(agent, greeting)
    assert not Opening.objects.filter(ticket=greeting).exists()


def test_what_follows_a_greeting_is_what_was_asked(agent, channel, agnes):
    ticket = make_ticket(channel, "Hello!", thread="t")
    make_ticket(channel, LIKE, thread="t")
    answer(ticket, agnes, "It is on its way.")
    resolve_ticket(Ticket.objects.get(pk=ticket.pk), by=agnes)
    enrich_due()
    assert list(shown(agent, make_ticket(channel, ASKED))) == [ticket.number]


def test_signed_words_of_an_answer_are_marked_and_can_be_inserted(agent, channel, rail, agnes, lena, amira):
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    version = write_and_sign(position, OLD, lena, amira)
    like = make_ticket(channel, LIKE)
    queue(like, version, agnes)
    resolve_ticket(Ticket.objects.get(pk=like.pk), by=agnes)
    asked = make_ticket(channel, ASKED)
    enrich_due()

    card = shown(agent, asked)[like.number]
    assert '<span class="signed-span" title="signed v1 by Amira Ito">' in card
    assert f'data-wording="{version.wordings.get().pk}"' in card
    assert "Insert the signed words" in card

    newer = write_and_sign(position, "You get it back within 14 days.", lena, amira)
    card = shown(agent, asked)[like.number]
    assert f'data-wording="{newer.wordings.get().pk}" data-text="You get it back within 14 days."' in card
    assert "Insert what is signed now" in card

    voice.withdraw_version(newer, by=amira, reason="Not true any more")
    card = shown(agent, asked)[like.number]
    assert OLD in card
    assert "data-insert" not in card


def test_nobody_sees_what_they_may_not_see(client, channel, rail, northline, agnes, max_, oscar):
    hotel = make_channel(rail, make_team(northline, "Hotel care"))
    ours, theirs = answered(channel, agnes), answered(hotel, max_)
    verde = make_channel(cast.make_brand(oscar.organization), make_team(oscar.organization))
    elsewhere = answered(verde, oscar)
    asked, asked_there = make_ticket(channel, ASKED), make_ticket(verde, ASKED)
    enrich_due()
    for person, ticket, numbers in (
        (agnes, asked, {ours.number}),
        (max_, asked, {ours.number, theirs.number}),
        (oscar, asked_there, {elsewhere.number}),
    ):
        client.force_login(person)
        assert set(shown(client, ticket)) == numbers, person
    client.force_login(oscar)
    assert client.get(f"/tickets/{max(asked.number, 99)}/similar/").status_code == 404

    assign_ticket(Ticket.objects.get(pk=theirs.pk), None, by=max_)
    Ticket.objects.filter(pk=theirs.pk).update(assignee=agnes)
    client.force_login(agnes)
    assert set(shown(client, asked)) == {ours.number, theirs.number}


def test_other_languages_are_compared_with_each_other(agent, channel, agnes):
    german = answered(channel, agnes, "Wie bekomme ich mein Geld für den ausgefallenen Zug zurück?", language="de")
    asked = make_ticket(channel, "Mein Zug ist ausgefallen, wie bekomme ich das Geld zurück?", language="de")
    enrich_due()
    assert not shown(agent, asked)

    assert read_openings() == 2
    assert read_openings() == 0
    assert list(shown(agent, asked)) == [german.number]


def test_what_another_version_of_the_model_has_read_is_read_again(agent, channel, agnes):
    like = answered(channel, agnes)
    asked = make_ticket(channel, ASKED)
    enrich_due()
    for embedder in ("", "minilm-l6:old:1", "zz:1"):
        Opening.objects.update(embedder=embedder)
        assert not shown(agent, asked)
        assert read_openings() == 2
        assert list(shown(agent, asked)) == [like.number]


def test_an_edit_is_read_anew_and_what_is_erased_is_forgotten(agent, channel, agnes):
    like = answered(channel, agnes, external_id="one")
    asked = make_ticket(channel, ASKED)
    enrich_due()
    edit_messages(channel, [MessageEdited("one", timezone.now(), OTHER)])
    enrich_due()
    assert not shown(agent, asked)
    edit_messages(channel, [MessageEdited("one", timezone.now(), LIKE)])
    enrich_due()
    assert list(shown(agent, asked)) == [like.number]

    remove_messages(channel, [MessageRemoved("one", timezone.now(), erase=True)])
    assert not shown(agent, asked)
    assert not Opening.objects.filter(ticket=like).exists()


def move(ticket, how, by):
    """Have what was said first in a ticket be read in another."""
    if how == "merged":
        merge_tickets(ticket, make_ticket(ticket.channel, "Hi"), by=by)
    elif how == "split off":
        receive_messages(ticket.channel, [make_incoming("Hi", thread=ticket.thread_key)])
        split_ticket(ticket, [ticket.messages.earliest("pk").pk], by=by)


def test_an_edit_of_what_was_merged_holds_once_it_is_back(agent, channel, agnes):
    like = answered(channel, agnes, external_id="one")
    asked, asked_other = make_ticket(channel, ASKED), make_ticket(channel, OTHER)
    enrich_due()
    move(like, "merged", agnes)
    edit_messages(channel, [MessageEdited("one", timezone.now(), OTHER)])
    enrich_due()

    undo_merge(Regrouping.objects.get(), by=agnes)

    assert not shown(agent, asked)
    assert list(shown(agent, asked_other)) == [like.number]


@pytest.mark.parametrize("how", ["merged", "split off"])
def test_what_a_network_takes_away_is_forgotten_wherever_it_was_moved(channel, agnes, how):
    ticket = make_ticket(channel, LIKE, external_id="one", thread="t")
    enrich_due()
    move(ticket, how, agnes)

    remove_messages(channel, [MessageRemoved("one", timezone.now(), erase=True)])

    assert not Opening.objects.exists()


def test_a_message_that_says_nothing_any_more_is_forgotten(channel, agnes):
    like = answered(channel, agnes, external_id="one")
    enrich_due()
    edit_messages(channel, [MessageEdited("one", timezone.now(), "Never mind")])
    enrich_due()
    assert not Opening.objects.filter(ticket=like).exists()
    like.delete()


def test_a_deleted_ticket_takes_its_vector_along(channel, agnes):
    like = answered(channel, agnes)
    enrich_due()
    Ticket.objects.get(pk=like.pk).delete()
    assert not Opening.objects.exists()


def test_no_more_than_five_are_shown_and_ten_cost_as_much_as_one(agent, channel, agnes):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            found = shown(agent, asked)
        return len(queries), len(found)

    asked = make_ticket(channel, ASKED)
    answered(channel, agnes, author="a0")
    enrich_due()
    shown(agent, asked)
    one = cost()
    for number in range(1, 10):
        answered(channel, agnes, author=f"a{number}")
    enrich_due()
    assert (one[1], cost()) == (1, (one[0], similar.MOST))


def test_without_scripts_it_is_a_page(agent, channel, agnes):
    like = answered(channel, agnes)
    asked = make_ticket(channel, ASKED)
    enrich_due()
    page = agent.get(f"/tickets/{asked.number}/similar/").content.decode()
    assert "<h1" in page
    assert f"#{like.number}" in page


def test_with_an_older_pgvector_everything_else_goes_on(agent, channel, agnes):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX opening_english")
    openings.finds_neighbours.cache_clear()
    try:
        answered(channel, agnes)
        asked = make_ticket(channel, ASKED)
        assert enrich_due() == 2
        assert (read_openings(), shown(agent, asked), Opening.objects.count()) == (0, {}, 0)
    finally:
        openings.finds_neighbours.cache_clear()


def test_neighbours_are_found_by_an_index(agent, channel, agnes):
    answered(channel, agnes)
    asked = make_ticket(channel, ASKED)
    enrich_due()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            shown(agent, asked)
        for query in queries:
            if query["sql"].startswith("SELECT") and re.search(r'"inbox_(opening|message|ticket)"', query["sql"]):
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
                assert not re.search(r"Seq Scan on inbox_(opening|message|ticket|span)\b", plan), plan
    assert Message.objects.count()
