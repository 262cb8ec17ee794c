"""The connector against the simulated X: tokens, replies in public and directly, what X refuses, pages of mentions."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from django.db import connections
from django.test import Client

from inbox import delivery as dispatcher
from inbox import intake
from inbox.actions.deliveries import claim_due_deliveries
from inbox.connectors import registry
from inbox.connectors.base import (
    AccessDenied,
    NotThere,
    OutgoingFile,
    OutgoingPost,
    OutgoingReply,
    RateLimited,
    Receipt,
    Recipient,
    Rejected,
    Unavailable,
    Uncertain,
)
from inbox.connectors.x.api import Duplicate
from inbox.connectors.x.meter import DIRECT_READ, POST, POST_READ, USER_READ
from inbox.connectors.x.pushing import EVENTS, OWN_EVENTS
from inbox.models import Channel, DeliveryState, Health, Message, Ticket
from tests.connectors.conformance import answer, state_of
from tests.connectors.stage import Pushed
from tests.connectors.x.simulator import APP_TOKEN, BRAND, CLIENT, PEOPLE, REFRESH, envelope, problem, stamp, user
from tests.connectors.x.stage import XStage
from tests.pictures import png

ROBIN = PEOPLE["robin"]


@pytest.fixture
def stage(rail, care):
    stage = XStage("", rail, care)
    yield stage
    stage.close()


@pytest.fixture
def connector(stage):
    return registry.connector_for(stage.channel)


def reply_to(asked, text="At platform 4.", visibility="public", **fields):
    told = {"created_at": datetime.now(UTC), "recipient": Recipient(ROBIN), **fields}
    return OutgoingReply(uuid4(), f"1-{ROBIN}", asked, text, visibility, **told)


def session_of(channel):
    return msgspec.json.decode(channel.access()["session"])


def test_who_we_are_is_asked_with_a_token_that_is_had_for_the_refresh_token(stage, connector):
    account = connector.probe()

    assert (account.external_id, account.handle, account.name) == (BRAND, "NorthlineRail", "Northline Rail")
    kept = session_of(stage.channel)
    assert (kept["access"], kept["refresh"], kept["account"]) == ("access-1", "refresh-1", BRAND)
    assert kept["ends_at"] > time.time() + 7000
    registry.connector_for(stage.channel).probe()
    assert stage.server.renewals == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ended", ["at once for all", "on X's side only"])
def test_workers_that_find_the_token_ended_exchange_it_once(stage, ended):
    stage.say("Where is my train?")
    registry.connector_for(stage.channel).probe()
    if ended == "on X's side only":
        stage.server.access = "taken back"
    else:
        kept = {**session_of(stage.channel), "ends_at": 0}
        stage.channel.keep_access({"session": msgspec.json.encode(kept).decode()})
    ready = threading.Barrier(4)

    def work(_number):
        try:
            connector = registry.connector_for(Channel.objects.get(pk=stage.channel.pk))
            ready.wait()
            return connector.probe().external_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, range(4)))

    assert found == [BRAND] * 4
    assert stage.server.renewals == 2
    assert session_of(stage.channel)["refresh"] == stage.server.refresh == "refresh-2"


def test_a_new_token_is_kept_before_it_is_used(stage, connector, monkeypatch):
    seen = []
    handle = stage.server.handle
    monkeypatch.setattr(stage.server, "handle", lambda call: seen.append(call.path) or handle(call))
    keep = connector.api.keep
    monkeypatch.setattr(Channel, "keep_access", lambda self, changes: seen.append("kept") or keep(changes))

    registry.connector_for(stage.channel).probe()

    assert seen[:3] == ["/2/oauth2/token", "kept", "/2/users/me"]


def test_a_refresh_token_that_was_used_elsewhere_asks_for_a_manager(stage, connector):
    stage.server.refresh = "refresh-77"

    with pytest.raises(AccessDenied, match="gives no token any more"):
        connector.probe()
    stage.channel.keep_access({"refresh_token": "refresh-77"})
    assert registry.connector_for(stage.channel).probe().external_id == BRAND


def test_what_a_manager_enters_anew_begins_a_session_of_its_own(stage, connector):
    connector.probe()
    stage.server.access, stage.server.refresh = "", "refresh-of-another"
    stage.channel.keep_access({"refresh_token": "refresh-of-another"})

    registry.connector_for(stage.channel).probe()

    assert session_of(stage.channel)["refresh"] == "refresh-2"
    assert stage.channel.access()["refresh_token"] != REFRESH


def test_a_reply_says_what_it_answers_and_a_link_to_it_is_had(stage, connector):
    receipt = connector.post_reply(reply_to("2080765813578191303"))

    (post,) = stage.server.posted
    assert post.body == {"text": "At platform 4.", "reply": {"in_reply_to_tweet_id": "2080765813578191303"}}
    assert (receipt.external_id, receipt.url) == (post.id, f"https://x.com/i/status/{post.id}")


def test_an_attempt_is_found_by_what_it_answers_and_says_and_not_where_it_is_known_already(stage, connector):
    reply = reply_to("22", "Terms & conditions: https://northline.example/terms apply")
    assert connector.find_reply(reply) is None
    connector.post_reply(reply_to("21", reply.text))
    posted = connector.post_reply(reply)

    assert connector.find_reply(reply) == posted
    assert connector.find_reply(reply_to("22", "Something else")) is None
    assert connector.find_reply(reply_to("22", reply.text, earlier=(posted.external_id,))) is None
    later = datetime.now(UTC) + timedelta(minutes=10)
    assert connector.find_reply(reply_to("22", reply.text, created_at=later)) is None
    assert stage.channel.used()[POST_READ] == 6


def test_a_planned_post_answers_nobody_and_is_found_among_what_we_wrote_though_x_links_its_picture(stage, connector):
    picture = OutgoingFile("way.png", "image/png", 4, lambda: png(4, 3), "https://files.example/1", "The way")
    words = "The timetable changes. https://northline.example/new"
    post = OutgoingPost(uuid4(), words, datetime.now(UTC), files=(picture,))
    connector.post_reply(reply_to("77", words))
    assert connector.find_post(post) is None

    receipt = connector.publish(post)

    sent = stage.server.posted[-1]
    assert "reply" not in sent.body
    assert connector.find_post(post) == receipt == Receipt(sent.id, url=f"https://x.com/i/status/{sent.id}")
    assert connector.find_post(replace(post, text="The timetable changes.")) is None
    connector.publish(replace(post, files=()))
    with pytest.raises(Duplicate):
        connector.publish(replace(post, files=(), created_at=datetime.now(UTC) + timedelta(hours=1)))


def test_a_direct_message_goes_to_its_customer_and_is_found_again(stage, connector):
    reply = reply_to("dm:9", "Just between us", "direct")
    sent = connector.post_reply(reply)

    assert [(post.to, post.body) for post in stage.server.posted] == [(ROBIN, {"text": "Just between us"})]
    assert sent.external_id == f"dm:{stage.server.posted[0].id}"
    assert connector.find_reply(reply) == sent
    assert connector.find_reply(reply_to("dm:9", "Another", "direct")) is None
    assert stage.channel.used()[DIRECT_READ] == 2


def test_what_was_written_directly_is_not_answered_in_public(connector):
    with pytest.raises(Rejected, match="wrote directly"):
        connector.post_reply(reply_to("dm:9"))
    with pytest.raises(Rejected, match="whom to write to"):
        connector.post_reply(reply_to("9", visibility="direct", recipient=Recipient()))


def test_too_many_direct_messages_hold_up_no_posts(stage, connector):
    connector.probe()
    stage.fail_next("rate_limit")

    with pytest.raises(Unavailable) as limit:
        connector.post_reply(reply_to("dm:9", visibility="direct"))

    assert not isinstance(limit.value, RateLimited)
    assert 200 < limit.value.retry_after <= 300


def refusal(status, detail="", kind="about:blank"):
    return status, {"title": "Refused", "detail": detail, "type": kind}


@pytest.mark.parametrize(
    ("refused", "error", "words"),
    [
        (refusal(402, "Your account does not have any credits."), Unavailable, "until the app has credits"),
        (refusal(403, "Reply to this conversation is not allowed because …"), Rejected, "mentioned or quoted"),
        (refusal(403, "", "https://api.twitter.com/2/problems/client-forbidden"), AccessDenied, "Refused"),
        (refusal(403, "You attempted to reply to a Tweet that is deleted."), Rejected, "deleted"),
        (refusal(404), NotThere, "Refused"),
    ],
)
def test_what_x_refuses_is_said_for_what_it_is(stage, connector, refused, error, words):
    connector.probe()
    stage.server.refusal = refused

    with pytest.raises(error, match=words) as said:
        connector.post_reply(reply_to("9"))
    assert type(said.value) is error
    assert POST not in stage.channel.used()


def test_a_day_that_is_used_up_is_waited_for(stage, connector):
    connector.probe()
    reset = str(int(time.time()) + 7200)
    headers = {"x-rate-limit-reset": str(int(time.time()) + 60), "x-user-limit-24hour-remaining": "0"}
    limit = problem(429, "Too Many Requests", headers={**headers, "x-user-limit-24hour-reset": reset})
    stage.server.refuse = lambda _fault: limit
    stage.fail_next("rate_limit")

    with pytest.raises(RateLimited) as limited:
        connector.post_reply(reply_to("9"))
    assert 7100 < limited.value.retry_after <= 7200


def test_words_that_x_has_already_are_looked_for_rather_than_refused(stage, connector):
    first = connector.post_reply(reply_to("9"))

    assert connector.post_reply(reply_to("9")) == first
    with pytest.raises(Duplicate):
        connector.post_reply(reply_to("9", earlier=(first.external_id,)))


def test_a_post_whose_answer_is_lost_is_counted_since_x_may_have_charged(stage, connector):
    connector.probe()
    stage.fail_next("server_error")

    with pytest.raises(Uncertain):
        connector.post_reply(reply_to("9"))
    assert stage.channel.used()[POST] == 1


def test_a_file_of_a_direct_message_is_read_through_x_with_our_token_and_no_other_file_is(connector):
    private = connector.open_file("https://ton.twitter.com/1.1/ton/data/dm/10348/10347/oP5p359h.jpg")
    public = connector.open_file("https://pbs.twimg.com/1.jpg")
    elsewhere = connector.open_file("https://ton.twitter.com.evil.example/1.1/ton/data/dm/1/2/p.jpg")

    assert private.address == f"{connector.api.address}/2/dm_conversations/media/10348/10347/oP5p359h.jpg"
    assert private.headers == {"Authorization": "Bearer access-1"}
    assert (public.address, public.headers, elsewhere.headers) == ("https://pbs.twimg.com/1.jpg", {}, {})


def direct_from(name, text, number, at):
    said = {"target": {"recipient_id": BRAND}, "sender_id": PEOPLE[name], "message_data": {"text": text}}
    told = {"type": "message_create", "id": number, "created_timestamp": str(int(at.timestamp() * 1000))}
    return {"direct_message_events": [{**told, "message_create": said}], "users": {PEOPLE[name]: {"data": user(name)}}}


def push(stage, kind, payload, uuid):
    body = envelope(kind, payload, uuid=uuid)
    stage.outgoing.append(Pushed(body, stage.server.sign(body)))
    stage.pump()


def test_a_direct_message_is_answered_directly_and_its_being_read_is_shown(stage, agnes):
    push(stage, "dm.received", direct_from("robin", "My ticket number is 12345", "77", datetime.now(UTC)), "a")
    ticket = Ticket.objects.get()
    delivery = answer(ticket, "Thank you, we look into it.", agnes)
    for claimed in claim_due_deliveries(limit=1):
        dispatcher.deliver(claimed)
    stage.threads, stage.pump = {}, super(XStage, stage).pump
    seen = {"sender_id": ROBIN, "created_timestamp": str(int(time.time() * 1000))}
    push(stage, "dm.read", {"direct_message_mark_read_events": [seen]}, "b")

    assert (ticket.visibility, Message.objects.get(delivery=delivery).visibility) == ("direct", "direct")
    assert [post.to for post in stage.server.posted] == [ROBIN]
    assert state_of(delivery) == DeliveryState.READ


def test_a_permission_that_is_taken_back_is_said(stage):
    body = envelope("oauth.revoke", {"user_id": BRAND, "date_time": "2026-07-23T21:44:05+00:00"}, account="")
    stage.outgoing.append(Pushed(body, stage.server.sign(body)))
    stage.pump()

    stage.channel.refresh_from_db()
    assert stage.channel.health == Health.NEEDS_AUTHORISATION


def mention(stage, number, author="robin"):
    at = stage.server.tick()
    name = stage.server.id_at(at)
    told = {"id": name, "text": f"@NorthlineRail number {number}", "author_id": PEOPLE[author]}
    stage.server.mentions.append({**told, "created_at": stamp(at), "conversation_id": name})
    return name


def read_all(connector, cursor=""):
    news, more = [], True
    while more:
        page = connector.fetch(cursor)
        news += page.news
        cursor, more = page.cursor, page.more
    return news, cursor


def test_mentions_are_asked_for_page_by_page_and_none_is_skipped(stage, monkeypatch):
    monkeypatch.setattr("inbox.connectors.x.asking.MENTIONS", 5)
    stage.channel.keep_access({"ask": "yes"})
    connector = registry.connector_for(stage.channel)
    first = [mention(stage, number) for number in range(12)]

    news, cursor = read_all(connector)
    assert sorted(one.external_id for one in news) == sorted(first)
    assert {one.author.name for one in news} == {"Robin"}
    page = connector.fetch(cursor)
    assert (page.news, page.more) == ([], False)

    later = [mention(stage, number, "kai") for number in range(7)]
    between = connector.fetch(cursor)
    later.append(mention(stage, 99))
    rest, cursor = read_all(connector, between.cursor)
    again, _cursor = read_all(connector, cursor)
    told = {one.external_id for one in [*between.news, *rest, *again]}
    assert told == set(later)
    assert stage.channel.used()[POST_READ] >= 20
    assert stage.channel.used()[USER_READ] >= 3


def test_another_account_is_read_from_its_own_beginning(stage):
    stage.channel.keep_access({"ask": "yes"})
    connector = registry.connector_for(stage.channel)
    mention(stage, 1)
    _news, cursor = read_all(connector)

    other = cursor.replace(BRAND, "9")

    assert len(read_all(connector, other)[0]) == 1
    assert len(read_all(connector, "no JSON")[0]) == 1


def test_a_channel_that_x_pushes_to_is_not_asked(stage):
    assert not isinstance(registry.connector_for(stage.channel), intake.Polls)
    stage.channel.keep_access({"ask": "yes"})
    assert isinstance(registry.connector_for(stage.channel), intake.Polls)


def connect(stage, **entered):
    stage.channel.keep_access({"app_token": APP_TOKEN, **entered})
    return intake.subscribe(stage.channel)


def test_x_is_told_where_to_push_and_what_once(stage, settings):
    settings.SITE_URL = "https://desk.example"
    assert connect(stage) == ""
    assert connect(stage) == ""

    assert [hook["url"] for hook in stage.server.hooks] == [f"https://desk.example/webhooks/{stage.channel.pk}/"]
    told = stage.server.subscriptions
    assert [one["event_type"] for one in told] == list(EVENTS)
    assert {(one["filter"]["user_id"], one["webhook_id"]) for one in told} == {(BRAND, "777")}
    connect(stage, own_posts="yes")
    assert [one["event_type"] for one in told[len(EVENTS) :]] == list(OWN_EVENTS)


def test_what_goes_elsewhere_comes_here_and_an_address_that_x_gave_up_is_shown_again(stage):
    connect(stage)
    stage.server.subscriptions[0]["webhook_id"] = "another"
    stage.server.hooks[0]["valid"] = False

    assert connect(stage) == ""

    assert {one["webhook_id"] for one in stage.server.subscriptions} == {"777"}
    assert (len(stage.server.subscriptions), stage.server.hooks[0]["valid"]) == (len(EVENTS), True)


def test_why_x_does_not_push_is_said_to_the_manager(stage, max_):
    stage.server.reaches_us = False
    stage.channel.keep_access({"app_token": APP_TOKEN})
    managers = Client()
    managers.force_login(max_)
    entered = {"client_id": CLIENT, "api": stage.server.address}

    page = managers.post(f"/console/inbox/channel/{stage.channel.pk}/connect/", entered, follow=True)

    assert "does not push yet: CrcValidationFailed (400)" in page.content.decode()
    assert connect(stage, app_token="wrong") == "Unauthorized (401)"
    stage.channel.refresh_from_db()
    assert stage.channel.health == Health.OK


def test_nothing_is_registered_without_the_apps_token_or_where_x_is_asked(stage):
    assert connect(stage, app_token="") == connect(stage, ask="yes") == ""
    assert stage.server.hooks == []
