"""A reply that WhatsApp takes as several messages: what is out is never sent again, what is lost is sent once more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox import budgets
from inbox import delivery as dispatcher
from inbox.actions.deliveries import retry_delivery
from inbox.actions.taking_back import TakeBackNotAllowed, take_back_reply
from inbox.connectors.base import StatusReported
from inbox.intake import take_news
from inbox.models import Delivery, DeliveryState
from tests.connectors.conformance import answer, only_ticket
from tests.connectors.meta.simulator import error
from tests.connectors.meta.stage import WhatsAppStage

pytestmark = pytest.mark.django_db(transaction=True)
# What does not fit below a picture goes before it.
LONG = "At platform 4. " * 80
NOT_TAKEN = error(131053, "Media upload error")


@pytest.fixture
def stage(site, rail, care):
    stage = WhatsAppStage(site, rail, care)
    stage.say("Where is my train?")
    stage.pump()
    yield stage
    stage.close()


@pytest.fixture
def picky(stage, monkeypatch):
    """WhatsApp, refusing pictures until the list that is returned is empty."""
    refusals = [NOT_TAKEN]
    post = stage.graph._post

    def refuse(parts, body):
        return refusals.pop() if refusals and body.get("type") == "image" else post(parts, body)

    monkeypatch.setattr(stage.graph, "_post", refuse)
    return refusals


def dispatch(stage):
    budgets.forget(stage.channel.pk)
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    dispatcher.deliver_due()
    return Delivery.objects.get()


def said(stage):
    return [(post.text.strip()[:14], post.files) for post in stage.graph.posted]


def test_a_retry_goes_on_behind_what_is_out(stage, picky, agnes):
    answer(only_ticket(stage), LONG, agnes, pictures=1)
    failed = dispatch(stage)
    assert (failed.state, said(stage)) == (DeliveryState.FAILED, [("At platform 4.", 0)])
    assert "Only 1 of 2 parts were sent" in failed.error

    retry_delivery(failed, by=agnes)

    assert dispatch(stage).state == DeliveryState.SENT
    assert said(stage) == [("At platform 4.", 0), ("", 1)]


def test_a_network_that_is_away_in_between_is_asked_for_the_rest_by_itself(stage, picky, agnes):
    picky[:] = [error(2, "Try again")]
    answer(only_ticket(stage), LONG, agnes, pictures=1)

    assert dispatch(stage).state == DeliveryState.QUEUED
    assert dispatch(stage).state == DeliveryState.SENT
    assert said(stage) == [("At platform 4.", 0), ("", 1)]


def test_what_is_half_out_can_not_be_taken_back(stage, picky, agnes):
    answer(only_ticket(stage), LONG, agnes, pictures=1)

    with pytest.raises(TakeBackNotAllowed):
        take_back_reply(dispatch(stage), by=agnes)


def test_a_first_part_that_did_not_arrive_fails_the_reply_and_is_sent_alone(stage, agnes):
    answer(only_ticket(stage), LONG, agnes, pictures=1)
    delivery = dispatch(stage)
    first, last = stage.graph.posted
    lost = StatusReported("failed", first.id, key=delivery.idempotency_key, part=1, words="Undeliverable")

    for news in ([lost], [StatusReported("delivered", last.id)], [lost]):
        assert take_news(stage.channel, news) == []

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "Part 1 did not arrive: Undeliverable")
    retry_delivery(delivery, by=agnes)
    take_news(stage.channel, [StatusReported("read", last.id)])
    assert dispatch(stage).state == DeliveryState.SENT
    assert said(stage) == [("At platform 4.", 0), ("", 1), ("At platform 4.", 0)]


def test_a_last_part_that_did_not_arrive_is_sent_alone(stage, agnes):
    answer(only_ticket(stage), LONG, agnes, pictures=1)
    delivery = dispatch(stage)
    lost = StatusReported("failed", stage.graph.posted[1].id, key=delivery.idempotency_key, words="No")

    take_news(stage.channel, [lost])
    retry_delivery(delivery, by=agnes)

    assert dispatch(stage).state == DeliveryState.SENT
    assert said(stage) == [("At platform 4.", 0), ("", 1), ("", 1)]


def test_a_part_whose_answer_never_came_is_known_by_its_status(stage, agnes):
    stage.fail_next("timeout_after_send")
    answer(only_ticket(stage), LONG, agnes, pictures=1)
    delivery = dispatch(stage)
    assert delivery.state == DeliveryState.UNCERTAIN
    (first,) = stage.graph.posted

    take_news(stage.channel, [StatusReported("sent", first.id, key=delivery.idempotency_key, part=1)])
    retry_delivery(delivery, by=agnes)

    assert dispatch(stage).state == DeliveryState.SENT
    assert said(stage) == [("At platform 4.", 0), ("", 1)]
