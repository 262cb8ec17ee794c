"""Deliveries move forward only, go out in order, come back when they are dropped, and are never taken twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.actions import deliveries as actions
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.reports import UnknownReport
from inbox.connectors.base import Receipt
from inbox.models import DELIVERY_MOVES, Delivery, DeliveryState, Event, Message
from tests.cast import make_incoming, make_rule, make_ticket

QUEUED, HELD, SENDING, SENT, DELIVERED, READ, FAILED, UNCERTAIN = (
    DeliveryState.QUEUED,
    DeliveryState.HELD,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
    DeliveryState.FAILED,
    DeliveryState.UNCERTAIN,
)
REPORTED = (SENT, DELIVERED, READ, FAILED)


@pytest.fixture
def push(channel):
    """The channel, posted to by our own connector."""
    channel.external = False
    channel.save(update_fields=["external"])
    return channel


def make_delivery(ticket, by, text="We are on it.", **fields):
    message = send_reply(ticket, NewReply(text=text, visibility="public", seen=0, confirm_stale=True), by=by)
    Delivery.objects.filter(message=message).update(**fields)
    return Delivery.objects.get(message=message)


def fresh(delivery):
    return Delivery.objects.select_related("message").get(pk=delivery.pk)


def kinds(delivery):
    events = Event.objects.filter(message=delivery.message_id).order_by("pk")
    return [kind for kind in events.values_list("kind", flat=True) if kind.startswith("delivery.")]


@pytest.mark.parametrize(("state", "report"), list(product(DeliveryState, REPORTED)))
def test_a_report_moves_a_delivery_where_the_table_allows_it_and_is_logged_where_not(channel, agnes, state, report):
    delivery = make_delivery(make_ticket(channel), agnes, state=state)

    actions.report_status(delivery, report, words="the network's words")

    allowed = report in DELIVERY_MOVES[state]
    assert fresh(delivery).state == (report if allowed else state)
    expected = [] if state == report else [f"delivery.{report}" if allowed else "delivery.reported"]
    assert kinds(delivery) == expected


@pytest.mark.parametrize("state", DeliveryState)
def test_only_what_failed_is_held_or_is_doubted_can_be_retried(channel, agnes, state):
    delivery = make_delivery(make_ticket(channel), agnes, state=state, error="no")

    if state in (FAILED, HELD, UNCERTAIN):
        actions.retry_delivery(delivery, by=agnes)
        assert (fresh(delivery).state, fresh(delivery).error) == (QUEUED, "")
        assert Event.objects.get(kind="delivery.retried").actor == agnes
    elif state in (DeliveryState.SCHEDULED, DeliveryState.HELD_BACK):
        # What was for later goes out now.
        actions.retry_delivery(delivery, by=agnes)
        assert fresh(delivery).state == QUEUED
        assert Event.objects.filter(message=delivery.message_id).latest("pk").kind == "reply.queued"
    else:
        with pytest.raises(actions.RetryNotAllowed):
            actions.retry_delivery(delivery, by=agnes)
        assert fresh(delivery).state == state


@pytest.mark.parametrize("state", DeliveryState)
@pytest.mark.parametrize(
    ("record", "to"),
    [
        (lambda d: actions.record_rejected(d, "too rude"), FAILED),
        (lambda d: actions.record_unavailable(d, "busy"), QUEUED),
        (lambda d: actions.record_uncertain(d, "no answer"), UNCERTAIN),
    ],
)
def test_an_outcome_counts_only_while_its_attempt_is_running(channel, agnes, state, record, to):
    delivery = make_delivery(make_ticket(channel), agnes, state=state, attempt_count=1)

    record(delivery)

    assert fresh(delivery).state == (to if state == SENDING else state)


def test_an_outcome_of_an_earlier_attempt_does_not_disturb_the_running_one(push, agnes):
    make_delivery(make_ticket(push), agnes)
    (straggler,) = actions.claim_due_deliveries()
    Delivery.objects.update(state=QUEUED, due_at=timezone.now())
    (running,) = actions.claim_due_deliveries()

    actions.record_unavailable(straggler, "busy")

    assert running.attempt_count == 2
    assert fresh(running).state == SENDING


def test_an_unknown_report_is_refused_with_the_words_that_are_allowed(channel, agnes):
    delivery = make_delivery(make_ticket(channel), agnes)

    with pytest.raises(UnknownReport, match="sent, delivered, read, failed"):
        actions.report_status(delivery, "teleported")


def test_reports_in_any_order_end_at_the_furthest(channel, agnes):
    delivery = make_delivery(make_ticket(channel), agnes, state=SENDING)

    actions.report_status(delivery, "read")
    actions.report_status(delivery, "sent", external_id="their-1", url="https://example.org/1")
    actions.report_status(delivery, "delivered")

    assert fresh(delivery).state == READ
    assert (fresh(delivery).message.external_id, fresh(delivery).url) == ("their-1", "https://example.org/1")


def test_a_connectors_word_is_believed_after_its_lease_has_run_out(channel, agnes):
    make_delivery(make_ticket(channel), agnes)
    (leased,) = actions.lease_deliveries(channel, limit=10, seconds=30)
    actions.expire_leases(timezone.now() + timedelta(seconds=31))
    assert fresh(leased).state == QUEUED

    actions.report_status(leased, "sent", external_id="their-1")

    assert fresh(leased).state == SENT
    assert actions.lease_deliveries(channel, limit=10, seconds=30) == []


def test_a_lease_that_nobody_acknowledges_comes_back(channel, agnes):
    make_delivery(make_ticket(channel), agnes)
    (first,) = actions.lease_deliveries(channel, limit=10, seconds=30)
    assert actions.lease_deliveries(channel, limit=10, seconds=30) == []

    assert actions.expire_leases(timezone.now() + timedelta(seconds=29)) == 0
    assert actions.expire_leases(timezone.now() + timedelta(seconds=31)) == 1
    Delivery.objects.update(due_at=timezone.now())
    (second,) = actions.lease_deliveries(channel, limit=10, seconds=30)

    assert (first.pk, first.idempotency_key) == (second.pk, second.idempotency_key)
    assert [attempt.outcome for attempt in second.attempts.order_by("number")] == ["queued", ""]


def test_a_lease_that_always_comes_back_fails_in_the_end(channel, agnes):
    delivery = make_delivery(make_ticket(channel), agnes)
    for _ in range(8):
        Delivery.objects.update(due_at=timezone.now())
        assert len(actions.lease_deliveries(channel, limit=1, seconds=1)) == 1
        actions.expire_leases(timezone.now() + timedelta(seconds=2))

    assert fresh(delivery).state == FAILED
    assert "did not say" in fresh(delivery).error


def test_a_lease_gives_only_the_channels_own_and_a_push_channel_none(channel, push, agnes, rail, care):
    make_delivery(make_ticket(push), agnes)

    assert actions.lease_deliveries(push, limit=10, seconds=30) == []
    assert len(actions.claim_due_deliveries(limit=10)) == 1


def test_replies_of_one_ticket_go_out_in_order_and_other_tickets_do_not_wait(push, agnes):
    ticket = make_ticket(push)
    first = make_delivery(ticket, agnes, "one")
    second = make_delivery(ticket, agnes, "two")
    other = make_delivery(make_ticket(push), agnes, "elsewhere")

    claimed = actions.claim_due_deliveries(limit=10)
    assert {delivery.pk for delivery in claimed} == {first.pk, other.pk}
    assert actions.claim_due_deliveries(limit=10) == []

    actions.record_sent(first, Receipt("1"))
    assert [delivery.pk for delivery in actions.claim_due_deliveries(limit=10)] == [second.pk]


@pytest.mark.parametrize("state", [QUEUED, HELD, SENDING, UNCERTAIN])
def test_a_reply_waits_while_an_earlier_one_of_its_ticket_is_undecided(push, agnes, state):
    ticket = make_ticket(push)
    make_delivery(ticket, agnes, state=state, due_at=timezone.now() + timedelta(hours=1))
    make_delivery(ticket, agnes)

    assert actions.claim_due_deliveries(limit=10) == []


@pytest.mark.parametrize("state", [SENT, DELIVERED, READ, FAILED])
def test_a_reply_does_not_wait_for_what_is_decided(push, agnes, state):
    ticket = make_ticket(push)
    make_delivery(ticket, agnes, state=state)
    make_delivery(ticket, agnes)

    assert len(actions.claim_due_deliveries(limit=10)) == 1


def test_waiting_in_line_is_not_held_against_a_reply(push, agnes):
    ticket = make_ticket(push)
    long_ago = timezone.now() - timedelta(hours=3)
    doubted = make_delivery(ticket, agnes, state=UNCERTAIN, due_at=long_ago)
    behind = make_delivery(ticket, agnes, due_at=long_ago)
    assert actions.fail_hanging(timezone.now()) == 0

    actions.report_status(doubted, "sent")

    assert actions.fail_hanging(timezone.now()) == 0
    assert fresh(behind).state == QUEUED


def test_what_nobody_takes_for_an_hour_fails_and_says_why(channel, agnes):
    lonely = make_delivery(make_ticket(channel), agnes, due_at=timezone.now() - timedelta(minutes=61))
    recent = make_delivery(make_ticket(channel), agnes, due_at=timezone.now() - timedelta(minutes=59))

    assert actions.fail_hanging(timezone.now()) == 1

    assert (fresh(lonely).state, fresh(lonely).error) == (FAILED, "No connector has taken this reply for an hour.")
    assert fresh(recent).state == QUEUED


def test_the_pause_doubles_and_the_eighth_refusal_in_a_row_is_the_last(push, agnes):
    delivery = make_delivery(make_ticket(push), agnes)
    pauses = []
    for _ in range(8):
        Delivery.objects.update(due_at=timezone.now())
        (claimed,) = actions.claim_due_deliveries()
        actions.record_unavailable(claimed, "We are closed for maintenance")
        pauses.append((fresh(delivery).due_at - timezone.now()).total_seconds())

    assert fresh(delivery).state == FAILED
    assert fresh(delivery).error == "We are closed for maintenance"
    assert all(5 * 2**n - 1 < pause < 5 * 2**n * 1.26 for n, pause in enumerate(pauses[:7]))

    actions.retry_delivery(delivery, by=agnes)
    (claimed,) = actions.claim_due_deliveries()
    actions.record_unavailable(claimed, "busy")
    assert fresh(delivery).state == QUEUED


def test_the_networks_own_pause_is_obeyed(push, agnes):
    make_delivery(make_ticket(push), agnes)
    (claimed,) = actions.claim_due_deliveries()

    actions.record_unavailable(claimed, "slow down", retry_after=286)

    assert 285 < (fresh(claimed).due_at - timezone.now()).total_seconds() < 286 * 1.26


def test_our_own_post_that_came_back_before_its_receipt_is_shown_once(push, agnes):
    ticket = make_ticket(push, thread="t")
    delivery = make_delivery(ticket, agnes, state=SENDING)
    receive_messages(push, [make_incoming("We are on it.", thread="t", external_id="their-1", direction="outbound")])
    assert ticket.messages.filter(direction="outbound").count() == 2
    echo = Message.objects.get(external_id="their-1")

    actions.record_sent(delivery, Receipt("their-1"))

    (ours,) = ticket.messages.filter(direction="outbound")
    assert (ours.pk, ours.external_id) == (delivery.message_id, "their-1")
    assert Event.objects.get(kind="message.seen_on_network").message == ours
    assert Event.objects.get(kind="delivery.sent").facts["replaced"] == echo.pk


def test_our_own_post_that_comes_back_after_its_receipt_is_a_duplicate(push, agnes):
    ticket = make_ticket(push, thread="t")
    actions.record_sent(make_delivery(ticket, agnes, state=SENDING), Receipt("their-1"))

    echo = make_incoming("We are on it.", thread="t", external_id="their-1", direction="outbound")
    (received,) = receive_messages(push, [echo])

    assert received.status == "duplicate"
    assert ticket.messages.count() == 2


def test_an_id_that_belongs_to_another_message_does_not_spoil_the_report(push, agnes):
    ticket = make_ticket(push, external_id="theirs")
    delivery = make_delivery(ticket, agnes, state=SENDING)

    actions.record_sent(delivery, Receipt("theirs"))

    assert (fresh(delivery).state, fresh(delivery).message.external_id) == (SENT, None)


def test_an_address_that_is_none_is_not_kept(channel, agnes):
    delivery = make_delivery(make_ticket(channel), agnes, state=SENDING)

    actions.report_status(delivery, "sent", url="javascript:alert(1)")

    assert fresh(delivery).url == ""


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_take_each_delivery_once(push, agnes):
    tickets = [make_ticket(push) for _ in range(10)]
    for ticket, _ in product(tickets, range(3)):
        make_delivery(ticket, agnes)

    def work(_):
        taken = []
        try:
            while Delivery.objects.filter(state=QUEUED).exists():
                for delivery in actions.claim_due_deliveries(limit=2):
                    taken.append(delivery.pk)
                    actions.record_sent(delivery, Receipt(f"post-of-{delivery.pk}"))
        finally:
            connections.close_all()
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [pk for part in pool.map(work, range(8)) for pk in part]

    assert sorted(taken) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert set(Delivery.objects.values_list("state", "attempt_count")) == {(SENT, 1)}
    for ticket in tickets:
        events = Event.objects.filter(ticket=ticket, kind="delivery.sent").order_by("pk")
        posted = list(events.values_list("message", flat=True))
        assert posted == sorted(posted)


@pytest.mark.django_db(transaction=True)
def test_eight_connectors_at_once_lease_each_delivery_once(channel, agnes):
    for _ in range(24):
        make_delivery(make_ticket(channel), agnes)

    def lease(_):
        try:
            return [delivery.pk for delivery in actions.lease_deliveries(channel, limit=24, seconds=60)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        leased = [pk for part in pool.map(lease, range(8)) for pk in part]

    assert len(leased) == len(set(leased)) == 24


@pytest.mark.django_db(transaction=True)
def test_receipt_and_echo_in_the_same_instant_leave_one_message(push, agnes):
    ticket = make_ticket(push, thread="t")
    for number in range(10):
        delivery = make_delivery(ticket, agnes, state=SENDING)
        echo = make_incoming(thread="t", external_id=f"their-{number}", direction="outbound")

        def receipt(delivery=delivery, number=number):
            actions.record_sent(delivery, Receipt(f"their-{number}"))
            connections.close_all()

        def receive(echo=echo):
            receive_messages(push, [echo])
            connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(receive), pool.submit(receipt)]:
                future.result()

    ours = ticket.messages.filter(direction="outbound")
    assert sorted(ours.values_list("external_id", flat=True)) == [f"their-{n}" for n in range(10)]
    assert not ours.filter(delivery=None).exists()


def test_words_withdrawn_after_sending_hold_the_reply_and_let_the_next_ticket_go(push, agnes, northline):
    held = make_delivery(make_ticket(push), agnes, "Our legendary service is on it.")
    free = make_delivery(make_ticket(push), agnes, "We are on it.")
    make_rule(northline, "legendary", reason="We do not boast.")

    (claimed,) = actions.claim_due_deliveries(limit=1)

    assert claimed.pk == free.pk
    assert (fresh(held).state, fresh(held).error) == (HELD, "We do not boast.")
    assert kinds(held) == ["delivery.held"]


def test_taking_ten_costs_the_same_statements_as_taking_one(channel, agnes):
    for _ in range(11):
        make_delivery(make_ticket(channel), agnes)
    with CaptureQueriesContext(connection) as one:
        assert len(actions.lease_deliveries(channel, limit=1, seconds=9)) == 1
    with CaptureQueriesContext(connection) as ten:
        assert len(actions.lease_deliveries(channel, limit=10, seconds=9)) == 10

    assert len(ten) == len(one)
