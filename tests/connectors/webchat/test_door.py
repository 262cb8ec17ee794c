"""What the chat's public door lets in, from where, and how often."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inbox import delivery as dispatcher
from inbox import intake
from inbox.actions.replies import NewReply, send_reply
from inbox.chat import page
from inbox.chat.sites import MINUTE, Pace
from inbox.chat.views import widget
from inbox.connectors.base import Budget
from inbox.connectors.registry import connector_for
from inbox.connectors.webchat import lines, tokens
from inbox.connectors.webchat.models import Line, Visitor
from inbox.connectors.webchat.origins import mistakes_in, origins_in
from inbox.models import Channel, DeliveryState, Health, Message, Payload, Ticket
from tests.cast import make_channel, make_ticket
from tests.connectors.webchat.conftest import SHOP, Browser

pytestmark = pytest.mark.django_db
# A worker delivers from threads of its own, which see only what is committed.
DELIVERED = pytest.mark.django_db(transaction=True)


def answer(ticket, text, by):
    """Answer as an agent does, and let a worker deliver it."""
    newest = ticket.messages.latest("pk").pk
    sent = send_reply(ticket, NewReply(text, "", seen=newest, purpose="inform"), by=by)
    dispatcher.deliver_due()
    return sent.delivery


def ask(visitor, text="Where is my train?"):
    """Let a visitor write, and a worker read it; return the ticket."""
    assert visitor.say(text).status_code == 201
    intake.process_payloads()
    return Ticket.objects.get(identity__external_id=str(tokens.visitor_in(visitor.token, visitor.channel.pk)))


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def test_the_script_is_small_plain_and_can_be_cached():
    answer = Client().get("/chat/widget.js")

    assert len(widget()) < 22_000
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "max-age=3600" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert Client().get("/chat/widget.js", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@DELIVERED
def test_what_a_visitor_says_becomes_a_direct_conversation_and_the_answer_comes_back(robin, agnes):
    ticket = ask(robin)
    answer(ticket, "At platform 4.", agnes)

    message = Message.objects.get(direction="inbound")
    assert (message.text, message.visibility, ticket.subject) == ("Where is my train?", "direct", "")
    told = robin.hear().json()
    assert [(line["number"], line["ours"], line["text"]) for line in told["lines"]] == [
        (1, False, "Where is my train?"),
        (2, True, "At platform 4."),
    ]
    assert "key" not in told["lines"][1]


@DELIVERED
def test_a_reply_is_delivered_when_the_widget_asks_beyond_it_and_read_when_it_says_so(robin, agnes):
    delivery = answer(ask(robin), "At platform 4.", agnes)
    assert state_of(delivery) == DeliveryState.SENT

    robin.hear(since=1)
    assert state_of(delivery) == DeliveryState.SENT
    robin.hear(since=2)
    assert state_of(delivery) == DeliveryState.DELIVERED
    robin.read(upto=2)
    assert state_of(delivery) == DeliveryState.READ


@DELIVERED
def test_a_widget_that_claims_more_than_there_is_does_not_read_what_comes_later(robin, agnes):
    ticket = ask(robin)
    robin.hear(since=900)
    robin.read(upto=900)

    delivery = answer(ticket, "At platform 4.", agnes)

    assert state_of(delivery) == DeliveryState.SENT
    robin.read(upto=2)
    assert state_of(delivery) == DeliveryState.READ


def test_the_same_key_again_says_nothing_new(robin):
    key = uuid4()
    first, second = robin.say("Hello", key), robin.say("Hello, again", key)
    intake.process_payloads()

    assert first.json() == second.json()
    assert (Line.objects.count(), Payload.objects.count(), Message.objects.get().text) == (1, 1, "Hello")


def test_opening_a_chat_stores_nothing(shop):
    Browser(shop).start()

    assert not Visitor.objects.exists()


def test_who_comes_back_is_known_by_the_token_and_gets_a_fresh_one(robin):
    before = robin.token
    robin.start()

    assert tokens.visitor_in(before, robin.channel.pk) == tokens.visitor_in(robin.token, robin.channel.pk)


@pytest.mark.parametrize("token", ["", "guessed", "0" * 32, "0" * 32 + ":1abcde:" + "a" * 43])
@pytest.mark.parametrize("what", ["say", "hear", "read"])
def test_without_a_token_of_ours_nobody_says_or_hears_anything(robin, what, token):
    robin.token = token
    body = None if what == "hear" else {"key": str(uuid4()), "text": "Hi", "upto": 1}

    answer = robin.ask(what, body)

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (401, SHOP)
    assert not Line.objects.exists()


def test_a_token_is_good_on_its_own_channel_only_and_not_for_ever(robin, rail, care, monkeypatch):
    other = make_channel(rail, care, network="webchat", external=False)
    other.keep_access({"origins": SHOP})
    stranger = Browser(other)
    stranger.token = robin.token
    assert stranger.say("Hello").status_code == 401

    monkeypatch.setattr(tokens, "LIFETIME", timedelta(seconds=-1))
    assert robin.hear().status_code == 401


def test_nobody_hears_another_visitor(robin, shop):
    robin.say("My number is 12")
    kai = Browser(shop)
    kai.start()

    assert kai.hear().json()["lines"] == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://www.northline.example", f"{SHOP}:444"])
def test_other_websites_are_refused_without_a_word_that_their_scripts_could_read(robin, origin):
    robin.origin = origin

    for refused in (robin.start(), robin.say("Hello"), robin.ask("say", method="OPTIONS")):
        assert refused.status_code == 403
        assert "Access-Control-Allow-Origin" not in refused.headers
    assert not Line.objects.exists()


@pytest.mark.parametrize("origin", [SHOP, "https://help.northline.example:8443"])
def test_allowed_websites_may_ask_and_are_told_so_before(shop, origin):
    visitor = Browser(shop, origin)
    asked = visitor.ask("say", method="OPTIONS")

    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, origin)
    assert "Authorization" in asked["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert "Origin" in asked["Vary"]
    assert visitor.start().status_code == 200


def test_origins_are_read_as_browsers_write_them():
    access = {"origins": "HTTPS://Shop.Example:443/, http://localhost:3000 shop.example https://a.example/path *"}

    assert origins_in(access) == {"https://shop.example", "http://localhost:3000"}
    assert mistakes_in(access) == ["shop.example", "https://a.example/path", "*"]


@pytest.mark.parametrize("changes", [{"active": False}, {"external": True}, {"network": "other"}])
def test_a_channel_that_is_not_ours_to_speak_for_has_no_chat(robin, changes):
    Channel.objects.update(**changes)
    robin.origin = ""

    for refused in (robin.ask("start", {}), robin.say("Hello"), robin.hear(), robin.read(1)):
        assert refused.status_code == 404
    assert Client().get(f"/chat/{robin.channel.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        ({"key": "no", "text": "Hi"}, 400),
        ({"key": str(uuid4()), "text": " \n "}, 400),
        ({"key": str(uuid4()), "text": "a" * 2001}, 400),
        ({"key": str(uuid4()), "text": "Hi", "name": "a" * 81}, 400),
        ({"key": str(uuid4()), "text": "a" * 20_001}, 413),
        ({"key": str(uuid4()), "text": "ñ" * 2000}, 201),
    ],
)
def test_lengths_and_shapes_are_checked(robin, body, status):
    assert robin.ask("say", body).status_code == status
    assert Line.objects.count() == (status == 201)


def test_a_text_with_what_no_database_takes_is_refused_and_not_kept(robin):
    for body in (b'"nothing\\u0000here"', b'"half a pair \\ud83d"'):
        said = b'{"key": "%s", "text": %s}' % (str(uuid4()).encode(), body)
        assert robin.ask("say", said).status_code == 400
    assert robin.say("Hi", name="\x00").status_code == 400
    assert not Payload.objects.exists()


def test_a_visitor_is_stopped_after_twenty_lines_and_told_for_how_long(robin, shop):
    said = [robin.say(f"line {number}").status_code for number in range(22)]
    refused = robin.say("more")

    assert said[:20] == [201] * 20
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert "Retry-After" in refused["Access-Control-Expose-Headers"]
    kai = Browser(shop, ip="203.0.113.9")
    kai.start()
    assert kai.say("Me too").status_code == 201


def test_one_address_can_not_be_many_visitors(shop):
    started = [Browser(shop, ip=f"2001:db8:1:2::{number:x}").start().status_code for number in range(65)]

    assert started[:60] == [200] * 60
    assert started[-1] == 429
    assert Browser(shop, ip="2001:db8:1:3::1").start().status_code == 200


@DELIVERED
def test_nothing_new_is_said_in_two_words_and_few_queries(robin, agnes):
    ask(robin)
    tag = robin.hear()["ETag"]
    robin.hear(since=1, tag=tag)

    with CaptureQueriesContext(connection) as asked:
        nothing = robin.hear(since=1, tag=tag)

    assert (nothing.status_code, nothing.content) == (304, b"")
    # The channel, its websites, the visitor.
    assert len(asked) == 3
    answer(Ticket.objects.get(), "At platform 4.", agnes)
    assert [line["text"] for line in robin.hear(since=1, tag=tag).json()["lines"]] == ["At platform 4."]


@pytest.mark.parametrize("count", [1, 10])
def test_hearing_takes_as_many_queries_for_ten_lines_as_for_one(robin, count):
    for number in range(count):
        robin.say(f"line {number}")

    with CaptureQueriesContext(connection) as asked:
        assert len(robin.hear().json()["lines"]) == count

    assert len(asked) == 5


def test_of_a_long_conversation_the_newest_lines_are_heard(robin, monkeypatch):
    monkeypatch.setattr(lines, "MOST_LINES", 3)
    for number in range(5):
        robin.say(f"line {number}")

    told = robin.hear().json()

    assert [line["text"] for line in told["lines"]] == ["line 2", "line 3", "line 4"]
    assert told["newest"] == 5


@DELIVERED
def test_a_reply_to_a_conversation_that_no_visitor_began_fails_and_says_why(shop, agnes):
    ticket = make_ticket(shop, "From elsewhere", thread="not-a-visitor", visibility="direct")
    delivery = answer(ticket, "Hello", agnes)

    assert state_of(delivery) == DeliveryState.FAILED
    assert "website chat" in delivery.error


def test_nobody_pushes_webhooks_into_a_chat(shop):
    assert Client().post(f"/webhooks/{shop.pk}/", b"{}", content_type="application/json").status_code == 403
    assert not Payload.objects.exists()


def test_whoever_deletes_the_channel_deletes_its_visitors(robin, shop):
    robin.say("Hello")
    Payload.objects.all().delete()
    shop.delete()

    assert not Visitor.objects.exists()


def test_a_website_that_can_not_be_read_is_named_when_the_channel_is_connected(rail, care, max_):
    channel = make_channel(rail, care, network="webchat")
    client, address = Client(), f"/console/inbox/channel/{channel.pk}/connect/"
    client.force_login(max_)

    wrong = client.post(address, {"origins": "www.northline.example"}, follow=True).content.decode()
    assert "is no website" in wrong
    right = client.post(address, {"origins": SHOP}, follow=True).content.decode()

    assert "It works" in right
    assert f"data-channel=&quot;{channel.pk}&quot;" in right
    assert "/chat/widget.js" in right
    channel.refresh_from_db()
    assert (channel.health, channel.external) == (Health.OK, False)
    assert connector_for(channel).probe().external_id == str(channel.pk)


@DELIVERED
def test_without_a_script_there_is_a_plain_page(shop, agnes):
    client, address = Client(), f"/chat/{shop.pk}/"
    first = client.get(address)
    assert "Northline Rail" in first.content.decode()
    assert first.cookies["chat"]["httponly"]
    key = str(first.context["form"]["key"].value())

    for _ in range(2):
        assert client.post(address, {"key": key, "text": "<b>Where</b> is my train?"}).status_code == 302
    intake.process_payloads()
    delivery = answer(Ticket.objects.get(), "At platform 4: https://northline.example/4", agnes)

    shown = client.get(address).content.decode()
    assert "&lt;b&gt;Where&lt;/b&gt; is my train?" in shown
    assert 'href="https://northline.example/4"' in shown
    assert state_of(delivery) == DeliveryState.READ
    assert client.post(address, {"key": str(uuid4()), "text": ""}).status_code == 422


def test_the_plain_page_asks_for_its_cookie_and_keeps_what_was_written(shop):
    refused = Client().post(f"/chat/{shop.pk}/", {"key": str(uuid4()), "text": "Hello"})

    assert refused.status_code == 422
    assert "cookie" in refused.content.decode()
    assert ">Hello</textarea>" in refused.content.decode()
    assert not Line.objects.exists()


def test_the_plain_page_is_guarded_against_forms_of_others(shop):
    client = Client(enforce_csrf_checks=True)
    client.get(f"/chat/{shop.pk}/")

    assert client.post(f"/chat/{shop.pk}/", {"key": str(uuid4()), "text": "Hello"}).status_code == 403


def test_the_plain_page_says_so_when_it_is_asked_too_often(shop, monkeypatch):
    monkeypatch.setattr(page, "HEAR", Pace(Budget(2, MINUTE), Budget(2, MINUTE)))
    monkeypatch.setattr(page, "SAY", page.HEAR)
    client, address = Client(), f"/chat/{shop.pk}/"
    client.get(address)

    said = [client.post(address, {"key": str(uuid4()), "text": "Hello"}) for _ in range(3)]
    looked = [client.get(address) for _ in range(3)]

    assert [answer.status_code for answer in said] == [302, 302, 429]
    assert ">Hello</textarea>" in said[-1].content.decode()
    assert looked[-1].status_code == 429
    assert "Try again in" in looked[-1].content.decode()
