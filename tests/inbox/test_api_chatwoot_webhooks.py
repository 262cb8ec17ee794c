"""Programs written for Chatwoot hear what happens, and post the replies that they hear of: once, in order, honestly."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from inbox import calls
from inbox.actions import deliveries
from inbox.actions.endpoints import call_again, tell_endpoints
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.tickets import resolve_ticket
from inbox.actions.told_replies import claim_replies
from inbox.connectors.base import IncomingAttachment
from inbox.models import (
    Attempt,
    Call,
    CallState,
    Channel,
    ChannelKey,
    Delivery,
    DeliveryState,
    Endpoint,
    Message,
    Ticket,
)
from tests.cast import make_brand, make_channel, make_rule, make_ticket
from tests.inbox.chatwoot_program import Ear, Program, listening

EVERYTHING = tuple(Scope.values)
FILE = IncomingAttachment(url="https://cdn.example/board.jpg")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def address(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with listening() as address:
        yield address


@pytest.fixture
def program(northline, rail, care):
    return Program(northline, *EVERYTHING)


@pytest.fixture
def inbox(program, address):
    """The channel that the program has made for itself."""
    made = program.post("inboxes/", {"name": "WhatsApp", "channel": {"type": "api", "webhook_url": address}}).json()
    Channel.objects.filter(pk=made["id"]).update(undo_seconds=0)
    return Channel.objects.get(pk=made["id"])


@pytest.fixture
def number(program, inbox):
    """The conversation of a customer who has asked something."""
    number = program.conversation(inbox)["id"]
    program.said(number, content="Where is my train?", message_type="incoming", source_id="WAID:1")
    calls.call_endpoints()
    Ear.heard.clear()
    return number


def answer(number, text, by):
    ticket = Ticket.objects.get(number=number)
    return send_reply(ticket, NewReply(text, "", seen=ticket.messages.latest("pk").pk), by=by)


def state_of(message):
    return Delivery.objects.get(message=message).state


def test_a_program_makes_its_own_inbox_and_finds_it_again(program, inbox, address, rail, care):
    assert (inbox.name, inbox.brand, inbox.team, inbox.external) == ("WhatsApp", rail, care, True)
    shown = program.get("inboxes").json()["payload"]
    assert shown == [program.get(f"inboxes/{inbox.pk}").json()]
    assert (shown[0]["name"], shown[0]["webhook_url"]) == ("WhatsApp", address)


def test_a_reply_is_told_as_chatwoot_tells_it_and_is_sent_once_that_is_taken(number, inbox, agnes):
    reply = answer(number, "At platform 4.", agnes)

    calls.call_endpoints()
    calls.call_endpoints()

    (told,) = Ear.heard
    assert (told["event"], told["id"], told["content"]) == ("message_created", reply.pk, "At platform 4.")
    assert (told["message_type"], told["private"], told["source_id"]) == ("outgoing", False, None)
    assert told["inbox"] == {"id": inbox.pk, "name": "WhatsApp"}
    assert told["sender"]["name"] == told["conversation"]["messages"][0]["sender"]["available_name"] == "Agnes Berg"
    around = told["conversation"]
    assert (around["id"], around["status"], around["contact_inbox"]) == (number, "open", {"source_id": "p@wa"})
    assert (around["meta"]["sender"]["identifier"], around["meta"]["sender"]["phone_number"]) == ("p@wa", "+4912")
    assert (around["messages"][0]["id"], around["messages"][0]["attachments"]) == (reply.pk, [])
    assert state_of(reply) == DeliveryState.SENT
    assert Call.objects.get(delivery__message=reply).state == CallState.TAKEN


def test_a_reply_is_told_when_it_can_no_longer_be_undone(number, inbox, agnes):
    Channel.objects.update(undo_seconds=10)
    reply = answer(number, "At platform 4.", agnes)
    calls.call_endpoints()
    assert Ear.heard == []
    Delivery.objects.update(due_at=timezone.now())

    calls.call_endpoints()

    assert [told["id"] for told in Ear.heard] == [reply.pk]


def test_replies_of_a_conversation_are_told_in_their_order_each_after_the_one_before(number, agnes):
    said = [f"Part {n}" for n in range(5)]
    for text in said:
        answer(number, text, agnes)

    calls.call_endpoints()

    assert [told["content"] for told in Ear.heard] == said


@pytest.mark.parametrize(
    ("status", "state"),
    [(None, DeliveryState.UNCERTAIN), (500, DeliveryState.UNCERTAIN), (404, DeliveryState.FAILED), (302, "failed")],
)
def test_what_may_have_been_posted_is_asked_about_and_what_was_refused_has_failed(number, agnes, status, state):
    Ear.status = status
    reply = answer(number, "At platform 4.", agnes)

    for _ in range(3):
        calls.call_endpoints()

    assert len(Ear.heard) == 1
    assert state_of(reply) == state


@pytest.mark.parametrize("status", [429, 503])
def test_a_program_that_is_busy_is_told_again(number, agnes, status):
    Ear.status, Ear.headers_of_answer = status, {"Retry-After": "1"}
    reply = answer(number, "At platform 4.", agnes)
    calls.call_endpoints()
    assert state_of(reply) == DeliveryState.QUEUED
    Ear.status = 200
    Delivery.objects.update(due_at=timezone.now())

    calls.call_endpoints()

    assert state_of(reply) == DeliveryState.SENT
    assert len(Ear.heard) == 2


def test_a_program_that_is_away_loses_no_reply_and_is_told_when_it_is_back(number, inbox, agnes, address):
    Endpoint.objects.update(url="http://127.0.0.1:9/")
    reply = answer(number, "At platform 4.", agnes)
    calls.call_endpoints()
    assert (state_of(reply), Ear.heard) == (DeliveryState.QUEUED, [])
    Endpoint.objects.update(url=address)
    Delivery.objects.update(due_at=timezone.now())

    calls.call_endpoints()

    assert state_of(reply) == DeliveryState.SENT
    assert [told["id"] for told in Ear.heard] == [reply.pk]
    assert list(Attempt.objects.order_by("pk").values_list("outcome", flat=True)) == ["queued", "sent"]


def test_a_worker_that_dies_in_a_call_leaves_a_doubt_and_no_second_post(number, agnes):
    reply = answer(number, "At platform 4.", agnes)
    assert len(claim_replies(limit=5)) == 1
    later = timezone.now() + timedelta(minutes=2)
    Call.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    calls.call_endpoints()
    deliveries.expire_leases(later)
    calls.call_endpoints()
    deliveries.expire_leases(later)

    assert state_of(reply) == DeliveryState.UNCERTAIN
    assert Ear.heard == []
    assert Call.objects.get(delivery__message=reply).state == CallState.FAILED


def test_a_late_answer_settles_a_doubt(number, agnes):
    reply = answer(number, "At platform 4.", agnes)
    (call,) = claim_replies(limit=5)
    deliveries.expire_leases(timezone.now() + timedelta(minutes=2))

    calls._record(call, calls._call(call))

    assert state_of(reply) == DeliveryState.SENT


def test_an_endpoint_that_is_deleted_meanwhile_leaves_no_reply_in_the_air(number, agnes):
    reply = answer(number, "At platform 4.", agnes)
    (call,) = claim_replies(limit=5)
    Endpoint.objects.all().delete()

    calls._record(call, calls._call(call))

    assert state_of(reply) == DeliveryState.SENT


def test_two_workers_tell_of_a_reply_once(number, agnes):
    answer(number, "At platform 4.", agnes)

    assert [len(claim_replies(limit=5)), len(claim_replies(limit=5))] == [1, 0]


def test_what_the_guard_holds_back_meanwhile_is_not_told(number, agnes, northline):
    reply = answer(number, "Guaranteed", agnes)
    make_rule(northline, "guaranteed", outcome="block")

    calls.call_endpoints()

    assert (state_of(reply), Ear.heard) == (DeliveryState.HELD, [])


def test_the_console_does_not_call_again_what_posts_a_reply(number, agnes, olga):
    answer(number, "At platform 4.", agnes)
    calls.call_endpoints()

    assert call_again(list(Call.objects.exclude(delivery=None)), by=olga) == 0


@pytest.mark.parametrize("status", [200, 500])
def test_an_echo_is_the_receipt_of_the_reply_that_it_repeats(program, number, agnes, status):
    Ear.status = status
    reply = answer(number, "At platform 4.", agnes)
    calls.call_endpoints()

    echo = program.said(number, content="At platform 4.", message_type="outgoing", source_id="WAID:2").json()
    again = program.said(number, content="At platform 4.", message_type="outgoing", source_id="WAID:2").json()

    assert echo["id"] == again["id"] == reply.pk
    assert state_of(reply) == DeliveryState.SENT
    assert Message.objects.get(pk=reply.pk).external_id == "WAID:2"
    assert Message.objects.filter(direction="outbound").count() == 1


def test_the_same_words_typed_on_the_phone_later_are_a_message_of_their_own(program, number, agnes):
    reply = answer(number, "Hello!", agnes)
    calls.call_endpoints()
    Delivery.objects.update(settled_at=timezone.now() - timedelta(minutes=5))

    typed = program.said(number, content="Hello!", message_type="outgoing", source_id="WAID:2").json()

    assert typed["id"] != reply.pk


def test_what_was_typed_on_the_network_is_not_told_to_whoever_would_post_it(program, number, agnes):
    program.said(number, content="Typed on the phone", message_type="outgoing", source_id="WAID:2")
    write_note(Ticket.objects.get(number=number), "For colleagues", by=agnes)

    calls.call_endpoints()

    assert Ear.heard == []


def test_a_customers_message_its_removal_and_what_becomes_of_the_conversation_are_told(program, number, agnes):
    asked = program.said(number, content="Hello?", message_type="incoming", source_id="WAID:2").json()["id"]
    calls.call_endpoints()
    program.ask("delete", f"conversations/{number}/messages/{asked}")
    calls.call_endpoints()
    resolve_ticket(Ticket.objects.get(number=number), by=agnes)
    calls.call_endpoints()

    came, gone, resolved = Ear.heard
    assert (came["event"], came["message_type"], came["source_id"]) == ("message_created", "incoming", "WAID:2")
    assert (gone["event"], gone["id"], gone["content_attributes"]) == ("message_updated", asked, {"deleted": True})
    assert (resolved["event"], resolved["status"], resolved["id"]) == (
        "conversation_status_changed",
        "resolved",
        number,
    )
    assert resolved["meta"]["sender"]["identifier"] == "p@wa"
    assert "conversation" not in resolved


def test_a_conversation_says_who_wrote_what(program, number, agnes, client):
    program.said(number, content="Typed on the phone", message_type="outgoing", source_id="WAID:2")
    program.said(number, content="It could not be sent", private="true")
    program.said(number, content="Hello from a bot", message_type="outgoing")
    client.force_login(agnes)

    page = client.get(f"/tickets/{number}/", headers={"HX-Request": "true"}).content.decode()

    for author in ("Written on the network", "Written by a program", "Sent through the API"):
        assert page.count(author) == 1


def test_another_channel_is_no_business_of_the_program(number, rail, care, agnes):
    elsewhere = make_ticket(make_channel(rail, care, network="other"))
    send_reply(elsewhere, NewReply("Hi", "", seen=elsewhere.messages.get().pk), by=agnes)

    calls.call_endpoints()

    assert Ear.heard == []
    assert Delivery.objects.get().state == DeliveryState.QUEUED


def test_telling_of_events_takes_as_many_statements_for_ten_as_for_one(inbox):
    def statements(count):
        for n in range(count):
            make_ticket(inbox, author=f"guest {count}-{n}", attachments=(FILE,))
        with CaptureQueriesContext(connection) as captured:
            assert tell_endpoints()
        return len(captured)

    statements(1)

    assert statements(10) == statements(1)


def test_telling_of_replies_takes_as_many_statements_for_ten_as_for_one(program, inbox, agnes):
    def statements(count):
        for n in range(count):
            ticket = make_ticket(inbox, author=f"guest {count}-{n}")
            send_reply(ticket, NewReply("Hi", "", seen=ticket.messages.get().pk), by=agnes)
        with CaptureQueriesContext(connection) as captured:
            assert len(claim_replies(limit=20)) == count
        return len(captured)

    statements(1)

    assert statements(10) == statements(1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": {"type": "api", "webhook_url": "http://10.0.0.1/"}}, "channel.webhook_url"),
        ({"channel": {"type": "web_widget"}}, "channel.type"),
        ({"name": ""}, "name"),
        ({"brand_id": 10**9}, "brand_id"),
    ],
)
def test_an_inbox_that_can_t_be_is_refused(program, settings, changes, field):
    settings.ALLOW_PRIVATE_ADDRESSES = False

    refused = program.post("inboxes", {"name": "WhatsApp", "channel": {"type": "api"}} | changes)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert not Channel.objects.exists()
    assert not Endpoint.objects.exists()


def test_where_there_are_several_brands_one_must_be_named_and_be_ours(program, northline, rail, oscar):
    freight, theirs = make_brand(northline, "Northline Freight"), make_brand(oscar.organization)
    new = {"name": "WhatsApp", "channel": {"type": "api"}}

    unnamed, foreign, ours = (
        program.post("inboxes", new | brand) for brand in ({}, {"brand_id": theirs.pk}, {"brand_id": freight.pk})
    )

    assert [one.status_code for one in (unnamed, foreign, ours)] == [422, 422, 200]
    assert Channel.objects.get().brand == freight


def test_only_a_key_that_may_makes_an_inbox(northline, rail, care, oscar, program):
    new = {"name": "WhatsApp", "channel": {"type": "api"}}
    lacking = Program(northline, *(scope for scope in EVERYTHING if scope != Scope.CHANNELS_WRITE))
    stranger = Program(oscar.organization, *EVERYTHING)
    stranger.start = program.start

    assert [one.post("inboxes", new).status_code for one in (lacking, stranger)] == [403, 404]
    assert not Channel.objects.exists()


def test_a_key_of_some_channels_speaks_for_those_that_it_makes(northline, rail, care, channel):
    bound = Program(northline, *EVERYTHING, all_channels=False)

    made = bound.post("inboxes", {"name": "WhatsApp", "channel": {"type": "api"}}).json()["id"]

    assert [one["id"] for one in bound.get("inboxes").json()["payload"]] == [made]
    assert list(ChannelKey.objects.values_list("channel", flat=True)) == [made]


def test_a_manager_lets_a_program_post_for_a_channel_that_it_serves_and_for_no_other(max_, client, rail, care, address):
    client.force_login(max_)
    served = make_channel(rail, care, network="other")
    ours = make_channel(rail, care, network="sandbox", external=False)
    form = {"name": "WhatsApp", "url": address, "active": "on", "kinds": "", "shape": "chatwoot"}

    for refused in ("", ours.pk):
        client.post("/console/inbox/endpoint/add/", form | {"channel": refused})
    assert not Endpoint.objects.exists()
    client.post("/console/inbox/endpoint/add/", form | {"channel": served.pk})
    client.post("/console/inbox/endpoint/add/", form | {"channel": served.pk, "name": "A second would post twice"})

    assert Endpoint.objects.get().channel == served
