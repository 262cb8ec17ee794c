"""What is known of a customer decides which signed words are for them, by every door."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import embed_missing_examples
from inbox.actions.customers import describe_customer
from inbox.actions.deliveries import claim_due_deliveries, lease_deliveries
from inbox.actions.questions import ask_desk, point_to_position
from inbox.actions.replies import NewReply, ReplyStopped, send_reply
from inbox.models import Contact, DeliveryState, Event, Ticket
from tests import cast
from tests.inbox.doors import BOTH_DOORS, Api, Fast, View, bearer
from tests.inbox.signed_words import whole

QUESTION, WORDS = "Can I keep my luggage in the shop?", "Your luggage is welcome in our shops in Vienna."
NOTHING = {"region": "", "audience": "", "product": ""}
LIMITS = [("regions", "region"), ("audiences", "audience"), ("products", "product")]


@pytest.fixture
def door(request):
    return {"view": View, "fast": Fast}[request.param]()


def limited(rail, lena, amira, **scope):
    """Sign words for some customers only."""
    position = voice.create_position(QUESTION, by=lena, brand=rail)
    content = voice.VersionContent((voice.NewWording(WORDS),), **scope)
    version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
    embed_missing_examples()
    return voice.sign_version(version, by=amira)


def post(door, channel, secret, external_id, author=(), **fields):
    body = {
        "external_id": external_id,
        "thread_key": "t1",
        "author": {"external_id": "ada", **dict(author)},
        "sent_at": "2026-03-01T12:00:00Z",
        "text": "Hello",
        **fields,
    }
    path = f"/api/v1/channels/{channel.pk}/messages"
    return door.post(path, json.dumps(body), bearer(secret)).json()


@BOTH_DOORS
def test_a_connector_says_what_it_knows_of_a_customer(door, channel, northline):
    secret = cast.make_key(northline, "messages:write")[1]

    post(door, channel, secret, "1", {"region": " AT ", "audience": "Business"}, product="Nimbus 2")
    post(door, channel, secret, "2")

    ticket = Ticket.objects.select_related("contact").get()
    assert ticket.scope == {"region": "at", "audience": "business", "product": "nimbus 2"}
    post(door, channel, secret, "3", {"region": "de"}, product="nimbus 3")
    ticket = Ticket.objects.select_related("contact").get()
    assert ticket.scope == {"region": "de", "audience": "business", "product": "nimbus 3"}
    refused = post(door, channel, secret, "4", {"region": "x" * 41})
    assert refused["results"][0]["errors"][0] == {
        "field": "author.region",
        "message": "Must be a text of at most 40 characters.",
    }


@pytest.mark.parametrize(("limit", "fact"), LIMITS)
def test_words_for_some_customers_are_offered_and_sent_once_the_agent_says_who_it_is(
    client, channel, rail, agnes, lena, amira, limit, fact
):
    version = limited(rail, lena, amira, **{limit: ("wien",)})
    ticket = cast.make_ticket(channel, QUESTION)
    reply = {
        "text": WORDS,
        "visibility": "public",
        "seen": ticket.messages.get().pk,
        "spans": f'[{{"wording": {version.wordings.get().pk}, "start": 0, "end": {len(WORDS)}}}]',
    }
    client.force_login(agnes)
    pages = {name: f"/tickets/{ticket.number}/{name}/" for name in ("voice", "guard", "reply", "customer")}

    assert "Nothing approved fits" in client.get(pages["voice"]).text
    assert "Say under “Customer” what this one is." in client.post(pages["guard"], reply).text
    assert client.post(pages["reply"], reply, headers={"HX-Request": "true"}).status_code == 422

    client.post(pages["customer"], {fact: " Wien"})

    assert WORDS in client.get(pages["voice"]).text
    assert "finding--block" not in client.post(pages["guard"], reply).text
    assert client.post(pages["reply"], reply, headers={"HX-Request": "true"}).status_code == 200


def test_a_program_asks_for_words_that_are_for_its_customer(channel, northline, rail, lena, amira):
    limited(rail, lena, amira, regions=("at",))
    api = Api(cast.make_key(northline, "positions:read")[1])

    def suggested(**known):
        return api.get("positions/suggest", text=QUESTION, channel=channel.pk, **known).json()["state"]

    assert suggested() == "none"
    assert suggested(region="de") == "none"
    assert suggested(region="AT") == "one"


def test_the_guard_names_what_keeps_words_from_a_customer(channel, rail, agnes, lena, amira):
    version = limited(rail, lena, amira, audiences=("business",), products=("nimbus",))
    ticket = cast.make_ticket(channel, QUESTION)

    def refused():
        seen = ticket.messages.get().pk
        reply = NewReply(text=WORDS, visibility="public", seen=seen, spans=whole(version, WORDS))
        with pytest.raises(ReplyStopped) as stopped:
            send_reply(ticket, reply, by=agnes)
        return stopped.value.verdict.findings[0].rule

    assert refused() == "wording.audience"
    describe_customer(ticket, {**NOTHING, "audience": "business", "product": "stratus"}, by=agnes)
    assert refused() == "wording.product"


@pytest.mark.parametrize("external", [True, False])
def test_a_reply_on_its_way_is_held_when_the_customer_turns_out_to_be_another(
    channel, rail, agnes, lena, amira, external
):
    type(channel).objects.filter(pk=channel.pk).update(external=external)
    version = limited(rail, lena, amira, regions=("at",))
    ticket = cast.make_ticket(channel, QUESTION)
    describe_customer(ticket, {**NOTHING, "region": "at"}, by=agnes)
    reply = NewReply(text=WORDS, visibility="public", seen=ticket.messages.get().pk, spans=whole(version, WORDS))
    message = send_reply(ticket, reply, by=agnes)

    describe_customer(ticket, {**NOTHING, "region": "de"}, by=agnes)

    assert (lease_deliveries(channel, limit=5, seconds=60) if external else claim_due_deliveries()) == []
    message.delivery.refresh_from_db()
    assert message.delivery.state == DeliveryState.HELD
    assert "for customers in at" in message.delivery.error


def test_whatever_else_the_customer_waits_for_is_told_in_a_fixed_number_of_statements(channel, agnes):
    tickets = [cast.make_ticket(channel, "Hello", author="ada") for _ in range(2)]
    done = cast.make_ticket(channel, "Hello", author="ada")
    Ticket.objects.filter(pk=done.pk).update(status="resolved")
    cast.make_ticket(channel, "Hello", author="bob")
    described = Event.objects.filter(kind="customer.described")

    with CaptureQueriesContext(connection) as few:
        describe_customer(tickets[0], {**NOTHING, "region": "at"}, by=agnes)

    assert set(described.values_list("ticket", flat=True)) == {ticket.pk for ticket in tickets}
    describe_customer(tickets[0], {**NOTHING, "region": "AT "}, by=agnes)
    assert described.count() == 2, "nothing has changed"
    describe_customer(tickets[0], {**NOTHING, "region": "at", "product": "nimbus"}, by=agnes)
    assert described.count() == 3, "the product is this ticket's alone"
    tickets += [cast.make_ticket(channel, "Hello", author="ada") for _ in range(8)]
    with CaptureQueriesContext(connection) as many:
        describe_customer(tickets[0], {**NOTHING, "region": "de"}, by=agnes)
    assert len(many) == len(few)
    assert described.count() == 13


def test_those_who_may_not_change_a_ticket_do_not_describe_its_customer(client, channel, amira):
    ticket = cast.make_ticket(channel)
    client.force_login(amira)

    assert client.post(f"/tickets/{ticket.number}/customer/", {"region": "at"}).status_code == 403


def test_facts_that_are_too_long_are_refused(client, channel, agnes):
    ticket = cast.make_ticket(channel)
    client.force_login(agnes)

    answer = client.post(f"/tickets/{ticket.number}/customer/", {"region": "x" * 41})

    assert answer.status_code == 422
    assert "at most 40 characters" in answer.text


def test_a_manager_puts_a_customers_facts_right_in_the_console(client, channel, max_):
    cast.make_ticket(channel)
    contact = Contact.objects.get()
    client.force_login(max_)
    address = f"/console/inbox/contact/{contact.pk}/change/"
    empty = {f"identities-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    client.post(address, {"name": "Ada", "language": "", "region": "AT", "audience": "", **empty})

    contact.refresh_from_db()
    assert (contact.name, contact.region) == ("Ada", "at")
    assert client.get("/console/inbox/contact/?region=at").status_code == 200


@pytest.mark.parametrize("holding", [True, False])
def test_the_desks_answer_and_holding_statements_are_for_their_customers_too(
    client, channel, rail, agnes, lena, amira, holding
):
    ticket = cast.make_ticket(channel, QUESTION)
    if holding:
        position = voice.create_position("Please wait", by=lena, brand=rail, holding=True)
    else:
        question = ask_desk(ticket, "May they?", by=agnes)
        position = voice.create_position("May they?", by=lena, brand=rail)
        point_to_position(question, position, by=lena)
    content = voice.VersionContent((voice.NewWording(WORDS),), regions=("at",))
    version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
    voice.sign_version(version, by=amira)
    client.force_login(agnes)
    column = f"/tickets/{ticket.number}/voice/"

    assert WORDS not in client.get(column).text
    describe_customer(ticket, {**NOTHING, "region": "at"}, by=agnes)
    assert WORDS in client.get(column).text
