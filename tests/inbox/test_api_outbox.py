"""A connector leases replies and says what became of them; statuses only move forward, a dropped lease comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.actions.deliveries import expire_leases
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Channel, Delivery, DeliveryState, Message
from tests.cast import make_brand, make_channel, make_key, make_team, make_ticket
from tests.inbox.doors import PROBLEM, Api


@pytest.fixture
def api(northline):
    return Api(make_key(northline, Scope.OUTBOX)[1])


@pytest.fixture
def outbox(channel):
    return f"channels/{channel.pk}/outbox"


def make_reply(ticket, by, text="We are on it."):
    message = send_reply(ticket, NewReply(text=text, visibility="public", seen=0, confirm_stale=True), by=by)
    return Delivery.objects.get(message=message)


def leased(api, outbox, **query):
    answer = api.get(outbox, **query)
    assert answer.status_code == 200, answer.content
    return answer.json()["deliveries"]


def test_a_leased_reply_says_all_that_posting_it_needs_and_is_leased_once(api, outbox, channel, agnes):
    ticket = make_ticket(channel, thread="t", external_id="post-1")
    delivery = make_reply(ticket, agnes)

    first, second = leased(api, outbox), leased(api, outbox)

    assert len(first) == 1
    reply = first[0]
    assert {name: reply[name] for name in ("id", "key", "ticket", "thread_key", "in_reply_to", "text")} == {
        "id": delivery.pk,
        "key": str(delivery.idempotency_key),
        "ticket": ticket.number,
        "thread_key": "t",
        "in_reply_to": "post-1",
        "text": "We are on it.",
    }
    assert (reply["visibility"], reply["attempts"]) == ("public", 1)
    assert second == []


def test_a_lease_that_nobody_reports_on_comes_back(api, outbox, channel, agnes):
    make_reply(make_ticket(channel), agnes)
    leased(api, outbox, lease=5)

    expire_leases(timezone.now() + timedelta(seconds=6))
    Delivery.objects.update(due_at=timezone.now())

    assert [reply["attempts"] for reply in leased(api, outbox)] == [2]


def test_no_more_are_leased_than_were_asked_for(api, outbox, channel, agnes):
    for _ in range(3):
        make_reply(make_ticket(channel), agnes)

    assert [len(leased(api, outbox, limit=2)), len(leased(api, outbox, limit=2))] == [2, 1]


def test_reports_move_forward_only(api, outbox, channel, agnes):
    delivery = make_reply(make_ticket(channel), agnes)
    leased(api, outbox)

    def report(**fields):
        answer = api.post(f"{outbox}/{delivery.pk}", fields)
        assert answer.status_code == 200, answer.content
        return answer.json()["state"]

    assert report(status="sent", external_id="post-9", url="https://social.example/9") == "sent"
    assert report(status="read") == "read"
    assert report(status="delivered") == "read"
    assert report(status="failed", reason="late news") == "read"
    assert Message.objects.get(pk=delivery.message_id).external_id == "post-9"


def test_a_failure_keeps_the_networks_words(api, outbox, channel, agnes):
    delivery = make_reply(make_ticket(channel), agnes)
    leased(api, outbox)

    answer = api.post(f"{outbox}/{delivery.pk}", {"status": "failed", "reason": "You are blocked by this user"})

    assert answer.json()["reason"] == "You are blocked by this user"
    assert Delivery.objects.get().state == DeliveryState.FAILED


@pytest.mark.parametrize(
    ("body", "field"),
    [({"status": "posted"}, "status"), ({}, "status"), ({"status": "sent", "url": "javascript:1"}, "url")],
)
def test_a_bad_report_is_refused(api, outbox, channel, agnes, body, field):
    delivery = make_reply(make_ticket(channel), agnes)

    answer = api.post(f"{outbox}/{delivery.pk}", body)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["errors"][0]["field"] == field


def test_a_reply_of_another_channel_is_not_there(api, northline, outbox, agnes):
    bus = make_channel(make_brand(northline, "Northline Bus"), make_team(northline))
    foreign = make_reply(make_ticket(bus), agnes)

    assert leased(api, outbox) == []
    assert api.post(f"{outbox}/{foreign.pk}", {"status": "sent"}).status_code == 404
    assert Delivery.objects.get().state == DeliveryState.QUEUED


def test_the_outbox_of_a_channel_that_we_post_to_ourselves_is_empty(api, outbox, channel, agnes):
    Channel.objects.filter(pk=channel.pk).update(external=False)
    make_reply(make_ticket(channel), agnes)

    assert leased(api, outbox) == []
