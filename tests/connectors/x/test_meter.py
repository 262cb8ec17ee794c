"""What X charges for is counted once, however many count; when the month's money is gone, it is said and kept to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from inbox import intake
from inbox.actions.cursors import open_cursor
from inbox.actions.deliveries import claim_due_deliveries
from inbox.connectors.network import cost_of
from inbox.connectors.registry import connector_for
from inbox.connectors.x.meter import DIRECT, LINKED_POST, POST, POST_READ, PRICES, USER_READ, BudgetSpent
from inbox.delivery import deliver, probe
from inbox.models import ChannelUse, Delivery, DeliveryState, Health, Ticket
from tests.cast import make_channel
from tests.connectors import conformance
from tests.connectors.x.stage import XStage

HELD = {"hold_replies": "yes"}


@pytest.fixture
def on_stage(rail, care):
    stage = XStage("", rail, care)
    yield stage
    stage.close()


def dispatch(channel):
    """Post what waits, here and not in a lane of its own, whose connection would not see this transaction."""
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(due_at=timezone.now())
    for delivery in claim_due_deliveries(limit=9):
        deliver(delivery)


def spend(channel, dollars):
    """Let the month have cost so much already."""
    channel.count_use({POST_READ: int(Decimal(dollars) / Decimal("0.005"))})


@pytest.mark.django_db(transaction=True)
def test_counting_at_the_same_time_loses_nothing(rail, care):
    channel = make_channel(rail, care, network="x")

    def count(_number):
        try:
            channel.count_use({POST: 1, POST_READ: 2})
            channel.count_use({USER_READ: 1}, once_a_day=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(100)))

    assert channel.used() == {POST: 100, POST_READ: 200, USER_READ: 1}
    assert cost_of(PRICES, channel.used()) == Decimal("2.510")


def test_counting_is_one_statement_and_a_new_month_begins_at_nothing(rail, care, django_assert_num_queries):
    channel = make_channel(rail, care, network="x")
    with django_assert_num_queries(1):
        channel.count_use({POST: 1, POST_READ: 2, DIRECT: 0})
    ChannelUse.objects.update(month=timezone.now().date().replace(day=1) - timedelta(days=1))

    assert channel.used() == {}
    assert ChannelUse.objects.count() == 2


def test_a_day_later_the_same_account_is_charged_again(rail, care):
    channel = make_channel(rail, care, network="x")
    channel.count_use({USER_READ: 1}, once_a_day=True)
    channel.count_use({USER_READ: 1}, once_a_day=True)
    ChannelUse.objects.update(counted_on=timezone.now().date() - timedelta(days=1))

    channel.count_use({USER_READ: 1}, once_a_day=True)

    assert channel.used() == {USER_READ: 2}


def test_what_x_pushes_is_counted_once_though_it_comes_and_is_read_again(on_stage, db):
    on_stage.say("Where is my train?")
    pushed = on_stage.outgoing[0]
    on_stage.pump()
    for _number in range(2):
        on_stage._push(pushed)
    intake.replay_payload(on_stage.channel.payloads.get())

    assert on_stage.channel.used() == {POST_READ: 1, USER_READ: 1}


def test_a_budget_that_is_spent_stops_the_asking_is_said_and_lets_replies_go(on_stage, agnes):
    on_stage.say("Where is my train?")
    on_stage.pump()
    channel = on_stage.channel
    channel.keep_access({"monthly_budget": "20", "ask": "yes"})
    spend(channel, 20)
    delivery = conformance.answer(Ticket.objects.get(), "At platform 4.", agnes)
    calls = len(on_stage.server.calls)

    assert not probe(channel)
    with pytest.raises(BudgetSpent):
        connector_for(channel).fetch("")
    assert len(on_stage.server.calls) == calls
    channel.refresh_from_db()
    assert channel.health == Health.DEGRADED
    assert "budget for X is spent ($20." in channel.health_words
    dispatch(channel)
    assert conformance.state_of(delivery) == DeliveryState.SENT


def test_replies_wait_where_the_manager_says_so_and_go_when_there_is_money_again(on_stage, agnes):
    on_stage.say("Where is my train?")
    on_stage.pump()
    channel = on_stage.channel
    channel.keep_access({"monthly_budget": "20", **HELD})
    spend(channel, 20)
    delivery = conformance.answer(Ticket.objects.get(), "At platform 4.", agnes)
    dispatch(channel)
    waiting = Delivery.objects.get(pk=delivery.pk)
    assert (waiting.state, waiting.attempt_count, on_stage.posts()) == (DeliveryState.QUEUED, 0, [])
    assert waiting.due_at > timezone.now() + timedelta(minutes=5)

    channel.keep_access({"monthly_budget": "50"})
    dispatch(channel)

    assert conformance.state_of(delivery) == DeliveryState.SENT


def test_a_budget_that_is_nearly_spent_is_remarked_upon(on_stage, db):
    on_stage.channel.keep_access({"monthly_budget": "20"})
    spend(on_stage.channel, 16)

    assert probe(on_stage.channel)
    on_stage.channel.refresh_from_db()
    assert on_stage.channel.health_words == "$16.01 of this month's $20.00 for X are spent."


def test_asking_for_mentions_a_cursor_that_waits_for_money_is_looked_at_again(on_stage, db):
    on_stage.channel.keep_access({"monthly_budget": "0", "ask": "yes"})
    cursor = open_cursor(on_stage.channel)

    assert intake.poll_channel(on_stage.channel)

    cursor.refresh_from_db()
    assert "budget for X is spent" in cursor.error
    assert cursor.due_at < timezone.now() + timedelta(minutes=15)


def test_a_reply_with_a_link_is_counted_at_its_price(on_stage, agnes):
    on_stage.say("Where is my train?")
    on_stage.pump()
    for text in ("At platform 4.", "See https://northline.example/delays"):
        conformance.answer(Ticket.objects.get(), text, agnes)
        dispatch(on_stage.channel)

    used = on_stage.channel.used()
    assert (used[POST], used[LINKED_POST]) == (1, 1)


def test_the_page_that_connects_a_channel_shows_what_it_has_cost(on_stage, max_):
    channel = on_stage.channel
    managers = Client()
    managers.force_login(max_)
    page = f"/console/inbox/channel/{channel.pk}/connect/"
    channel.count_use({LINKED_POST: 3})
    assert "Spent this month: $0.60, without a limit" in managers.get(page).content.decode()

    entered = {"client_id": channel.access()["client_id"], "api": channel.access()["api"]}
    refused = managers.post(page, {**entered, "monthly_budget": "plenty"}).content.decode()
    managers.post(page, {**entered, "monthly_budget": "49.90", "hold_replies": "on"})

    assert "Enter an amount such as 50 or 49.90." in refused
    assert channel.access()["hold_replies"] == "yes"
    shown = managers.get(page).content.decode()
    assert "Spent this month: $0.61 of $49.90" in shown
    managers.post(page, {**entered, "monthly_budget": ""})
    assert (channel.access()["monthly_budget"], channel.access()["hold_replies"]) == ("", "")
    assert "without a limit" in managers.get(page).content.decode()


def test_a_channel_of_a_network_that_charges_nothing_has_no_meter(rail, care, max_):
    channel = make_channel(rail, care, network="matrix")
    managers = Client()
    managers.force_login(max_)

    assert "Spent this month" not in managers.get(f"/console/inbox/channel/{channel.pk}/connect/").content.decode()
