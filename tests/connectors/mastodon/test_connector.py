"""The connector against the simulated server: pages, conversations, who may see what, keys, and the stream."""

import dataclasses
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from inbox.actions.cursors import listen_to
from inbox.connectors.base import (
    AccessDenied,
    MessageEdited,
    MessageRemoved,
    NotThere,
    OutgoingReply,
    RateLimited,
    Recipient,
    Rejected,
    Unavailable,
)
from inbox.connectors.mastodon.connector import MastodonConnector
from inbox.connectors.mastodon.server import Server
from inbox.models import Cursor
from tests.connectors.fake import Answer
from tests.connectors.mastodon.simulator import BRAND, TOKEN, MastodonServer
from tests.connectors.mastodon.stage import MastodonStage


@pytest.fixture
def server():
    server = MastodonServer()
    yield server
    server.close()


@pytest.fixture
def connector(server):
    return MastodonConnector(Server(server.address, TOKEN))


def say(server, text="Where is my train?", author="robin", **more):
    status = server.write(author, f"@northline {text}", **more)
    server.mention(status)
    return status


def reply_to(status, text="At platform 4.", visibility="public", **fields):
    return OutgoingReply(uuid4(), "t", status, text, visibility, created_at=datetime.now(UTC), **fields)


def messages(page):
    return [one for one in page.news if not isinstance(one, MessageEdited | MessageRemoved)]


def read_all(connector, cursor):
    news, more = [], True
    while more:
        page = connector.fetch(cursor)
        news, cursor, more = news + messages(page), page.cursor, page.more
    return news, cursor


def test_many_mentions_since_the_last_look_are_all_read(server, connector):
    say(server, "first")
    cursor = connector.fetch("").cursor
    for number in range(300):
        say(server, f"number {number}")

    news, cursor = read_all(connector, cursor)

    assert {one.text for one in news} >= {f"@northline number {number}" for number in range(300)}
    assert messages(connector.fetch(cursor)) == []


def test_a_notification_that_is_there_later_than_a_newer_one_is_not_skipped(server, connector):
    say(server, "first")
    say(server, "committed late")
    say(server, "third")
    late = server.notifications.pop(1)
    cursor = connector.fetch("").cursor
    server.notifications.insert(1, late)

    assert [one.text for one in messages(connector.fetch(cursor))] == ["@northline committed late"]


def test_what_was_deleted_is_told_and_what_was_only_dismissed_is_not(server, connector):
    gone, kept = say(server, "forget it"), say(server, "still there")
    cursor = connector.fetch("").cursor
    server.delete(gone)
    server.cleared = {one["id"] for one in server.notifications if one["status"] == kept}

    page = connector.fetch(cursor)

    assert [one.external_id for one in page.news if isinstance(one, MessageRemoved)] == [gone]
    assert connector.fetch(page.cursor).news == []


def test_an_edit_is_told_once(server, connector):
    said = say(server, "I hate you")
    cursor = connector.fetch("").cursor
    server.edit(said, "I like you")

    page = connector.fetch(cursor)

    assert [(one.external_id, one.text) for one in page.news] == [(said, "I like you")]
    assert connector.fetch(page.cursor).news == []


def test_each_who_writes_in_a_thread_has_a_conversation_of_their_own(server, connector):
    news = server.write(BRAND, "New timetable!")
    first = say(server, "Great", parent=news)
    say(server, "Not great", author="kai", parent=news)
    say(server, "Why not?", parent=first)

    keys = [one.thread_key for one in messages(connector.fetch(""))]

    assert len(set(keys)) == 2
    assert keys[0] == keys[2]


def test_a_conversation_stays_one_when_its_beginning_is_deleted(server, connector):
    root = server.write("kai", "Trains are late again")
    first = say(server, "Yes, why?", parent=root)
    page = connector.fetch("")
    server.delete(root)
    say(server, "Hello?", parent=first)

    (second,) = messages(connector.fetch(page.cursor))

    assert second.thread_key == messages(page)[0].thread_key


def test_what_the_brand_writes_elsewhere_comes_as_its_own_and_news_of_its_own_does_not(server, connector):
    asked = say(server)
    page = connector.fetch("")
    first = server.write(BRAND, "@robin At platform 4 …", parent=asked)
    server.write(BRAND, "… in ten minutes.", parent=first)
    news = server.write(BRAND, "New timetable!")
    server.write(BRAND, "It is on our page.", parent=news)

    own = messages(connector.fetch(page.cursor))

    assert [(one.text, one.direction) for one in own] == [
        ("@robin At platform 4 …", "outbound"),
        ("… in ten minutes.", "outbound"),
    ]
    assert {one.thread_key for one in own} == {messages(page)[0].thread_key}


@pytest.mark.parametrize(
    ("asked", "audience"), [("public", "public"), ("unlisted", "unlisted"), ("private", "direct"), ("direct", "direct")]
)
def test_a_reply_is_for_whom_the_question_was_for(server, connector, asked, audience):
    question = say(server, visibility=asked)

    receipt = connector.post_reply(reply_to(question, language="en"))

    (posted,) = server.of_brand()
    assert (posted["id"], posted["visibility"]) == (receipt.external_id, audience)
    assert (posted["source"], posted["in_reply_to_id"]) == ("@robin@shop.test At platform 4.", question)
    assert (posted["language"], receipt.url) == ("en", posted["url"])


def test_an_addition_to_our_own_answer_still_names_the_customer(server, connector):
    question = say(server)
    own = server.write(BRAND, "@robin@shop.test At platform 4 …", parent=question)
    customer = Recipient(server.people["robin"]["id"], "robin@shop.test")

    connector.post_reply(reply_to(own, "… in ten minutes.", recipient=customer))

    assert server.of_brand()[-1]["source"] == "@robin@shop.test … in ten minutes."


def test_the_same_key_is_one_post_and_is_found_when_the_server_has_forgotten_it(server, connector):
    reply = reply_to(say(server), "See https://northline.example/live/timetable?train=123&day=today")
    receipt = connector.post_reply(reply)

    assert connector.post_reply(reply) == receipt
    server.keys.clear()
    assert connector.find_reply(reply) == receipt
    assert connector.find_reply(dataclasses.replace(reply, text="Something else")) is None
    assert len(server.of_brand()) == 1


def test_what_is_gone_can_t_be_answered(server, connector):
    question = say(server)
    server.delete(question)

    with pytest.raises(NotThere, match="no longer on Mastodon"):
        connector.post_reply(reply_to(question))
    with pytest.raises(Rejected, match="no status on Mastodon"):
        connector.post_reply(reply_to(""))


def test_refusals_mean_what_they_say(server, connector, monkeypatch):
    question = say(server)
    with pytest.raises(Rejected, match=r"character limit of 500 exceeded \(422\)"):
        connector.post_reply(reply_to(question, "x" * 501))
    server.fail_next("rate_limit")
    with pytest.raises(RateLimited) as limited:
        connector.post_reply(reply_to(question))
    assert 80 < limited.value.retry_after <= 90
    refusal = Answer({"error": "This action is outside the authorized scopes"}, 403)
    monkeypatch.setattr(server, "_publish", lambda _call: refusal)
    with pytest.raises(AccessDenied, match="authorized scopes"):
        connector.post_reply(reply_to(question))


def test_a_token_that_was_taken_back_is_noticed_everywhere(server, connector):
    question, cursor = say(server), connector.fetch("").cursor
    server.expired = True

    for ask in (connector.probe, lambda: connector.fetch(cursor), lambda: connector.listen(cursor, seconds=1.0)):
        with pytest.raises(AccessDenied, match="access token is invalid"):
            ask()
    with pytest.raises(AccessDenied):
        connector.post_reply(reply_to(question))


def test_another_token_begins_afresh(server, connector, monkeypatch):
    say(server)
    cursor = connector.fetch("").cursor
    monkeypatch.setattr("tests.connectors.mastodon.simulator.TOKEN", "another")

    assert len(messages(MastodonConnector(Server(server.address, "another")).fetch(cursor))) == 1


def test_a_probe_says_who_we_are_and_what_is_unusual(server, connector):
    account = connector.probe()
    assert (account.handle, account.name, account.remarks) == ("northline", "Brand", ())

    server.limit, server.policy = 1000, {"for_not_followers": "drop"}
    remarks = connector.probe().remarks
    assert "takes 1000 characters" in remarks[0]
    assert "never arrive" in remarks[1]

    server.policy = None
    assert len(connector.probe().remarks) == 1


def test_listening_ends_when_somebody_speaks_or_when_nobody_does(server, connector):
    cursor = connector.fetch("").cursor
    assert connector.listen(cursor, seconds=0.3) is False

    threading.Timer(0.3, say, [server]).start()
    began = time.monotonic()
    assert connector.listen(cursor, seconds=20.0) is True
    assert time.monotonic() - began < 10
    assert len(messages(connector.fetch(cursor))) == 1


def test_a_server_that_can_t_be_reached_is_unavailable():
    nobody = MastodonConnector(Server("http://127.0.0.1:9", TOKEN))

    for ask in (nobody.probe, lambda: nobody.fetch(""), lambda: nobody.listen("", seconds=1.0)):
        with pytest.raises(Unavailable):
            ask()


@pytest.mark.django_db(transaction=True)
def test_a_channel_is_asked_at_its_networks_pace_and_rarely_while_somebody_listens(rail, care):
    stage = MastodonStage("", rail, care)
    stage.pump()
    alone = Cursor.objects.get().due_at - timezone.now()

    assert listen_to(stage.channel, until=timezone.now() + timedelta(seconds=30))
    stage.pump()
    heard = Cursor.objects.get().due_at - timezone.now()
    stage.close()

    assert timedelta(seconds=15) < alone <= timedelta(seconds=20)
    assert timedelta(seconds=50) < heard <= timedelta(seconds=60)


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ("wss://streaming.northline.social", "https://streaming.northline.social"),
        ("wss://northline.social/", "https://northline.social"),
        ("ws://northline.social", "http://northline.social"),
        ("ws://inside.test", "https://northline.social"),
        ("", "https://northline.social"),
    ],
)
def test_where_news_is_said_is_kept_safe(told, used):
    assert Server("https://northline.social", TOKEN).stream_at(told) == used
