"""Programs written for Chatwoot work here: requests written by hand after those of its JavaScript SDK."""

import httpx
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from config.asgi import application
from inbox.models import Delivery, Message, Ticket
from tests.cast import make_channel, make_rule, make_ticket
from tests.inbox.chatwoot_program import FORM, PNG, Program, form

EVERYTHING = tuple(Scope.values)


@pytest.fixture
def whatsapp(rail, care):
    return make_channel(rail, care, network="other")


@pytest.fixture
def program(northline):
    return Program(northline, *EVERYTHING)


def test_a_customer_is_made_known_and_found_again(program, whatsapp):
    assert [inbox["id"] for inbox in program.get("inboxes").json()["payload"]] == [whatsapp.pk]
    program.conversation(whatsapp)

    found = program.get("contacts/search", q="4912").json()["payload"]

    for number in ("+4912", "4912"):
        wanted = {"attribute_key": "phone_number", "filter_operator": "equal_to", "values": [number]}
        filtered = program.post("contacts/filter", {"payload": [wanted | {"query_operator": None}]}).json()["payload"]
        assert [one["phone_number"] for one in filtered] == ["+4912"]
    assert [one["contact_inboxes"][0]["source_id"] for one in found] == ["p@wa"]
    assert program.get("contacts/search", q="nobody").json()["payload"] == []


def test_a_conversation_is_opened_once_and_what_the_customer_says_in_it_is_stored_once(program, whatsapp):
    opened, again = program.conversation(whatsapp), program.conversation(whatsapp)
    said = {"content": "Where is my train?", "message_type": "incoming", "source_id": "WAID:1"}

    first, second = (program.said(opened["id"], **said).json() for _ in range(2))

    ticket = Ticket.objects.get()
    assert opened["id"] == again["id"] == ticket.number
    assert first["id"] == second["id"] == Message.objects.get().pk
    assert (first["message_type"], first["source_id"], first["conversation_id"]) == (0, "WAID:1", ticket.number)
    assert ticket.awaiting_reply
    assert ticket.identity.name == "Priya"
    contact = first["sender"]["id"]
    assert [c["id"] for c in program.get(f"contacts/{contact}/conversations").json()["payload"]] == [ticket.number]


@pytest.mark.django_db(transaction=True)
def test_a_form_in_chunks_is_read_all_the_same(program, whatsapp):
    number = program.conversation(whatsapp)["id"]

    async def chunks():
        body = form(content="Hi", message_type="incoming", source_id="WAID:1")
        yield body[:40]
        yield body[40:]

    async def send():
        headers = program.headers | {"Content-Type": FORM}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost") as client:
            return await client.post(
                f"{program.start}/conversations/{number}/messages", content=chunks(), headers=headers
            )

    answer = async_to_sync(send)()

    assert "content-length" not in answer.request.headers
    assert (answer.status_code, answer.json()["content"]) == (200, "Hi")


def test_a_list_takes_as_many_statements_for_ten_customers_as_for_one(program, whatsapp):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert program.get("contacts/search", q="guest").json()["payload"]
        return len(captured)

    make_ticket(whatsapp, author="guest 0")
    statements()
    one = statements()
    for number in range(1, 10):
        make_ticket(whatsapp, author=f"guest {number}")

    assert statements() == one


def test_another_organization_is_not_there(program, whatsapp, oscar):
    stranger = Program(oscar.organization, *EVERYTHING)
    stranger.start = program.start

    assert stranger.get("inboxes").status_code == 404


def test_what_a_program_says_is_promised_to_the_network_and_what_was_typed_there_is_not(program, whatsapp):
    number = program.conversation(whatsapp)["id"]

    program.said(number, content="On its way", message_type="outgoing")
    program.said(number, content="Typed on the phone", message_type="outgoing", source_id="WAID:2")

    assert list(Delivery.objects.values_list("message__text", flat=True)) == ["On its way"]
    shown = program.get(f"conversations/{number}/messages").json()["payload"]
    assert [(one["content"], one["message_type"]) for one in shown] == [("On its way", 1), ("Typed on the phone", 1)]


def test_the_guard_stops_words_of_a_program_as_well(program, whatsapp, northline):
    make_rule(northline, "guaranteed", outcome="block")
    number = program.conversation(whatsapp)["id"]

    answer = program.said(number, content="Guaranteed", message_type="outgoing")

    assert answer.status_code == 422
    assert not Delivery.objects.exists()


def test_a_file_in_a_reply_is_refused_rather_than_lost(program, whatsapp):
    number = program.conversation(whatsapp)["id"]

    for fields in ({"message_type": "outgoing"}, {"private": "true"}):
        assert program.said(number, ("a.png", PNG), content="x", **fields).status_code == 422
    assert not Message.objects.exists()


def test_a_conversation_is_resolved_and_opened_again(program, whatsapp):
    number = program.conversation(whatsapp)["id"]
    toggle = f"conversations/{number}/toggle_status"

    assert program.post(toggle, {"status": "resolved"}).json()["payload"]["current_status"] == "resolved"
    assert program.post(toggle, {"status": "resolved"}).status_code == 200
    assert program.post(toggle).json()["payload"]["current_status"] == "open"
    assert Ticket.objects.get().status == "open"


@pytest.mark.parametrize("scopes", [(), (Scope.TICKETS_READ,), (Scope.TICKETS_READ, Scope.MESSAGES_WRITE)])
def test_only_a_key_that_may_reply_speaks_for_the_brand(northline, whatsapp, scopes):
    ticket = make_ticket(whatsapp)

    answer = Program(northline, *scopes).said(ticket.number, content="Hi", message_type="outgoing")

    assert answer.status_code == 403
    assert not Delivery.objects.exists()


def test_the_customer_s_reading_is_heard_in_their_own_conversation_only(program, whatsapp):
    number = program.conversation(whatsapp)["id"]
    start = f"/public/api/v1/inboxes/{whatsapp.pk}/contacts"

    def seen(source):
        return Client().post(f"{start}/{source}/conversations/{number}/update_last_seen", headers=program.headers)

    assert seen("p@wa").status_code == 200
    assert seen("another").status_code == 404
