"""The fast intake stores requests that wait together in one transaction, and no request fails for its neighbour."""

import asyncio
import json

import pytest
from django.utils import timezone

from accounts.models.keys import Scope
from inbox import outbox
from inbox.api import throttling
from inbox.api.fast_intake import FastIntake
from inbox.models import Event, Message, Ticket
from tests.cast import make_brand, make_channel, make_key, make_team
from tests.inbox.doors import PROBLEM, Fast, View, a_database_that_chokes, bearer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def secret(northline):
    return make_key(northline, Scope.MESSAGES_WRITE)[1]


def make_request(channel, secret, number, text="Where is my train?"):
    item = {
        "external_id": f"post-{number}",
        "thread_key": f"thread-{number}",
        "author": {"external_id": "priya"},
        "sent_at": timezone.now().isoformat(),
        "text": text,
    }
    return f"/api/v1/channels/{channel.pk}/messages", json.dumps(item).encode(), bearer(secret)


def post_together(requests):
    return asyncio.run(Fast().post_together(requests))


def test_requests_that_wait_together_share_transactions(channel, secret):
    answers = post_together([make_request(channel, secret, number) for number in range(40)])

    assert [answer.json()["created"] for answer in answers] == [1] * 40
    assert sorted(answer.json()["results"][0]["ticket"] for answer in answers) == list(range(1, 41))
    assert Event.objects.values("transaction").distinct().count() <= 10


def test_the_same_message_in_requests_that_wait_together_is_stored_once(channel, secret):
    answers = post_together([make_request(channel, secret, 1) for _ in range(12)])

    assert sum(answer.json()["created"] for answer in answers) == 1
    assert len({answer.json()["results"][0]["ticket"] for answer in answers}) == 1
    assert (Message.objects.count(), Ticket.objects.count()) == (1, 1)


def test_a_request_that_the_database_chokes_on_fails_alone(channel, secret):
    texts = ["good", "good", "poison", "good", "good"]

    with a_database_that_chokes("22000"):
        answers = post_together([make_request(channel, secret, number, text) for number, text in enumerate(texts)])

    assert [answer.status for answer in answers] == [200, 200, 500, 200, 200]
    assert answers[2].media_type == PROBLEM
    assert Message.objects.count() == 4


@pytest.mark.parametrize("door", [View(), Fast()], ids=["view", "fast"])
def test_while_the_database_cannot_be_reached_the_sender_is_told_to_come_again(channel, secret, door):
    with a_database_that_chokes("57P03"):
        answer = door.post(*make_request(channel, secret, 1, "poison"))

    assert (answer.status, answer.media_type) == (503, PROBLEM)
    assert {name.lower(): value for name, value in answer.headers.items()}["retry-after"] == "1"
    assert door.post(*make_request(channel, secret, 1)).json()["created"] == 1


def test_a_broken_body_among_those_that_wait_together_is_refused_alone(channel, secret):
    requests = [make_request(channel, secret, number) for number in range(4)]
    requests[1] = (requests[1][0], b"{", requests[1][2])

    answers = post_together(requests)

    assert [answer.status for answer in answers] == [200, 400, 200, 200]


def test_keys_and_channels_do_not_mix(northline, channel, secret):
    bus = make_channel(make_brand(northline, "Northline Bus"), make_team(northline))
    other_key, other_secret = make_key(northline, Scope.MESSAGES_WRITE)
    requests = [
        make_request(to, key, number)
        for number, (to, key) in enumerate([(channel, secret), (bus, secret), (channel, other_secret)] * 3)
    ]

    answers = post_together(requests)

    assert [answer.status for answer in answers] == [200] * 9
    assert (channel.messages.count(), bus.messages.count()) == (6, 3)
    assert Event.objects.filter(kind="message.received", key=other_key).count() == 3


def test_a_client_that_hangs_up_leaves_nothing_behind(channel, secret):
    path, body, headers = make_request(channel, secret, 1)
    app, sent = FastIntake(None), []
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    messages = [{"type": "http.request", "body": body[:10], "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))

    assert sent == []
    assert app.lines == {}
    assert not Message.objects.exists()


def test_with_valkey_down_messages_are_taken_uncounted(channel, northline, settings, monkeypatch):
    secret = make_key(northline, Scope.MESSAGES_WRITE, per_minute=1)[1]
    monkeypatch.setattr(throttling, "_resting_until", 0.0)
    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    settings.VALKEY_URL = "unix:///nowhere/valkey.sock"
    outbox.valkey.cache_clear()

    try:
        answers = [Fast().post(*make_request(channel, secret, number)) for number in range(3)]
    finally:
        outbox.valkey.cache_clear()

    assert [answer.status for answer in answers] == [200, 200, 200]
