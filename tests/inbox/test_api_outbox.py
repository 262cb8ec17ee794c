"""A connector leases replies and says what became of them; statuses only move forward, a dropped lease comes back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from inbox.actions.deliveries import expire_leases
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Attempt, Channel, Delivery, DeliveryState, Event, Message
from tests.cast import make_brand, make_channel, make_incoming, make_key, make_team, make_ticket
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


def report_all(api, outbox, *reports):
    answer = api.post(f"{outbox}/reports", {"reports": list(reports)})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_many_reports_are_each_answered_for_themselves(api, northline, outbox, channel, agnes):
    mine = [make_reply(make_ticket(channel), agnes) for _ in range(3)]
    bus = make_channel(make_brand(northline, "Northline Bus"), make_team(northline))
    foreign = make_reply(make_ticket(bus), agnes)
    leased(api, outbox)

    answer = report_all(
        api,
        outbox,
        {"delivery": mine[0].pk, "status": "sent", "external_id": "post-1", "url": "https://social.example/1"},
        {"delivery": foreign.pk, "status": "sent"},
        {"delivery": mine[1].pk, "status": "posted"},
        {"delivery": mine[2].pk, "status": "failed", "reason": "You are blocked"},
        "nonsense",
        {"delivery": mine[0].pk, "status": "read"},
    )

    assert [result["status"] for result in answer["results"]] == [
        "noted",
        "unknown",
        "invalid",
        "noted",
        "invalid",
        "noted",
    ]
    assert (answer["noted"], answer["unknown"], answer["invalid"]) == (3, 1, 2)
    assert answer["results"][2]["errors"][0]["field"] == "status"
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert [states[each.pk] for each in (*mine, foreign)] == ["read", "sending", "failed", "queued"]
    first = Delivery.objects.select_related("message").get(pk=mine[0].pk)
    assert (first.message.external_id, first.url) == ("post-1", "https://social.example/1")
    kinds = Event.objects.filter(message=first.message, kind__startswith="delivery.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["delivery.started", "delivery.sent", "delivery.read"]
    assert Attempt.objects.get(delivery=first).outcome == "sent"


def test_saying_everything_again_is_harmless_and_a_late_word_changes_nothing(api, outbox, channel, agnes):
    deliveries = [make_reply(make_ticket(channel), agnes) for _ in range(2)]
    leased(api, outbox)
    reports = [{"delivery": each.pk, "status": "delivered", "external_id": f"p{each.pk}"} for each in deliveries]
    report_all(api, outbox, *reports)
    logged = Event.objects.count()

    report_all(api, outbox, *reports)
    late = report_all(api, outbox, *({"delivery": each.pk, "status": "sent"} for each in deliveries))

    assert [result["delivery"]["state"] for result in late["results"]] == ["delivered", "delivered"]
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True))[logged:] == ["delivery.reported"] * 2


def test_a_receipt_takes_the_place_of_its_echo_also_among_many(api, outbox, channel, agnes):
    first, second = (make_reply(make_ticket(channel, thread=name), agnes) for name in ("a", "b"))
    leased(api, outbox)
    receive_messages(channel, [make_incoming("We are on it.", thread="a", external_id="e1", direction="outbound")])

    report_all(
        api,
        outbox,
        {"delivery": first.pk, "status": "sent", "external_id": "e1"},
        {"delivery": second.pk, "status": "sent", "external_id": "e2"},
    )

    assert set(Message.objects.filter(external_id__in=["e1", "e2"]).values_list("pk", flat=True)) == {
        first.message_id,
        second.message_id,
    }
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_two_replies_cant_be_the_same_post(api, outbox, channel, agnes):
    deliveries = [make_reply(make_ticket(channel), agnes) for _ in range(2)]
    leased(api, outbox)

    report_all(api, outbox, *({"delivery": each.pk, "status": "sent", "external_id": "one"} for each in deliveries))

    assert Message.objects.filter(external_id="one").count() == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_the_next_reply_of_a_ticket_may_go_once_the_first_is_reported_sent(api, outbox, channel, agnes):
    ticket = make_ticket(channel)
    first, second = make_reply(ticket, agnes), make_reply(ticket, agnes)
    assert [reply["id"] for reply in leased(api, outbox)] == [first.pk]

    report_all(api, outbox, {"delivery": first.pk, "status": "sent"})

    assert [reply["id"] for reply in leased(api, outbox)] == [second.pk]


def test_leasing_and_reporting_ten_take_as_many_statements_as_one(api, outbox, channel, agnes):
    counts = []
    # The first round also reads what a process keeps: the key, the rules.
    for many in (1, 1, 10):
        for _ in range(many):
            make_reply(make_ticket(channel), agnes)
        counts.append(statements(api, outbox))

    assert counts[2] == counts[1]


def statements(api, outbox):
    """Lease all and report all sent; return how many statements each took."""
    with CaptureQueriesContext(connection) as leasing:
        replies = leased(api, outbox, limit=50)
    reports = [{"delivery": reply["id"], "status": "sent", "external_id": f"p{reply['id']}"} for reply in replies]
    with CaptureQueriesContext(connection) as reporting:
        report_all(api, outbox, *reports)
    return len(leasing), len(reporting)


@pytest.mark.parametrize("body", [{}, {"reports": []}, {"reports": [{}] * 501}, {"reports": 1}])
def test_no_reports_and_too_many_are_refused(api, outbox, body):
    answer = api.post(f"{outbox}/reports", body)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
