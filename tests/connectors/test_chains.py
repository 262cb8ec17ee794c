"""Replies that are too long for one post, on every network that has threads: in order, once, and none of them lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox import budgets
from inbox import delivery as dispatcher
from inbox.actions.deliveries import retry_delivery
from inbox.models import Delivery, DeliveryState, Message
from tests.connectors.conformance import answer, only_ticket
from tests.connectors.stages import STAGES

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCES = [
    f"Number {number} of what there is to say about the train from platform {number}. " * 3 for number in "123"
]
LONG = {"bluesky": "".join(SENTENCES), "x": "".join(SENTENCES), "mastodon": "".join(SENTENCES) * 2}


@pytest.fixture(params=LONG)
def stage(request, site, rail, care):
    stage = STAGES[request.param](site, rail, care)
    stage.say("Where is my train?")
    stage.pump()
    yield stage
    stage.close()


def dispatch(stage):
    budgets.forget(stage.channel.pk)
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    dispatcher.deliver_due()
    return Delivery.objects.get()


def words(stage):
    return " ".join(post.text for post in stage.posts()).split()


def test_a_long_reply_goes_out_in_order_and_comes_back_as_no_message_of_its_own(stage, agnes):
    text = LONG[stage.network]
    answer(only_ticket(stage), text, agnes)

    delivery = dispatch(stage)
    stage.pump()

    posts = stage.posts()
    assert (delivery.state, len(posts) > 1) == (DeliveryState.SENT, True)
    assert words(stage) == text.split()
    assert delivery.posted == [post.external_id for post in posts]
    assert Message.objects.get(direction="outbound").external_id == posts[-1].external_id


def test_a_retry_goes_on_below_what_is_there(stage, agnes, monkeypatch):
    connector = type(dispatcher.connector_for(stage.channel))
    post, calls = connector.post_reply, []

    def second_is_refused(self, reply):
        calls.append(reply.in_reply_to)
        if len(calls) == 2:
            raise dispatcher.Rejected("Not now")
        return post(self, reply)

    monkeypatch.setattr(connector, "post_reply", second_is_refused)
    answer(only_ticket(stage), LONG[stage.network], agnes)
    failed = dispatch(stage)
    assert failed.state == DeliveryState.FAILED
    assert "Only 1 of" in failed.error
    retry_delivery(failed, by=agnes)

    assert dispatch(stage).state == DeliveryState.SENT
    assert words(stage) == LONG[stage.network].split()
    # The second was tried again below the first.
    assert calls[1] == calls[2] == stage.posts()[0].external_id


def test_an_answer_that_never_came_leaves_no_post_twice(stage, agnes):
    stage.fail_next("timeout_after_send")
    answer(only_ticket(stage), LONG[stage.network], agnes)

    dispatch(stage)
    delivery = dispatch(stage)
    said = [post.text for post in stage.posts()]

    assert len(said) == len(set(said))
    assert delivery.state in (DeliveryState.SENT, DeliveryState.UNCERTAIN)
