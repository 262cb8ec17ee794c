"""Our connector on a real Bluesky: every case of the conformance suite, and what only a real one shows."""

import dataclasses
import json
from uuid import uuid4

import pytest
from django.utils import timezone

from brandvoice.limits import count
from inbox.connectors.base import AccessDenied, NotThere, OutgoingReply, Rejected, Uncertain
from inbox.connectors.registry import connector_for
from inbox.models import Message
from tests.connectors.conformance import CASES, answer, dispatch, lacking, only_ticket
from tests.networks.bluesky_stage import RealBlueskyStage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(bluesky, rail, care):
    stage = RealBlueskyStage(bluesky, rail, care)
    yield stage
    stage.close()


@pytest.mark.parametrize("case", [case for case in CASES if not lacking("bluesky", RealBlueskyStage, case)])
def test_the_connector_conforms(case, stage, agnes):
    CASES[case](stage, agnes)


def test_a_reply_reaches_its_customer_with_a_real_mention_and_a_real_link(stage, agnes):
    stage.say("Where is my train?")
    stage.pump()
    robin = stage.people["robin"]
    answer(only_ticket(stage), f"@{robin.handle} See https://northline.example/live", agnes)
    dispatch(stage.channel)

    told = robin.await_notification()

    assert (told["reason"], told["author"]["did"]) == ("mention", stage.account.did)
    whole = told["record"]["text"].encode()
    marked = {
        whole[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(): one["features"][0]
        for one in told["record"]["facets"]
    }
    assert marked[f"@{robin.handle}"]["did"] == robin.did
    assert marked["https://northline.example/live"]["uri"] == "https://northline.example/live"


def test_the_same_reply_twice_is_one_post_and_is_found(stage):
    asked = stage.say("Where is my train?")
    door = connector_for(stage.channel)
    reply = OutgoingReply(uuid4(), "t", asked, "At platform 4.", "public", created_at=timezone.now())
    receipt = door.post_reply(reply)

    with pytest.raises(Uncertain):
        door.post_reply(reply)

    assert door.find_reply(reply) == receipt
    assert door.find_reply(dataclasses.replace(reply, key=uuid4())) is None
    assert len(stage.posts()) == 1


def test_what_the_server_does_not_take_is_refused_in_its_words(stage):
    asked = stage.say("Where is my train?")
    door = connector_for(stage.channel)

    for text in ("x" * 301, "👩‍👩‍👧‍👦" * 300):
        with pytest.raises(Rejected, match=r"too big"):
            door.post_reply(OutgoingReply(uuid4(), "t", asked, text, "public", created_at=timezone.now()))
        assert count(text, "bluesky").over


@pytest.mark.parametrize("token", ["not a token", "a.b.c"])
def test_a_session_goes_on_by_its_refresh_token(stage, token):
    door = connector_for(stage.channel)
    door.probe()
    kept = json.loads(stage.channel.access()["session"])
    stage.channel.keep_access({"session": json.dumps({**kept, "access": token})})

    assert connector_for(stage.channel).probe().external_id == stage.account.did

    assert json.loads(stage.channel.access()["session"])["access"] != token
    assert [call.path for call in stage.server.calls].count("/xrpc/com.atproto.server.createSession") == 1


def test_a_wrong_password_is_access_that_was_denied(stage):
    stage.channel.keep_access({"password": "another"})

    with pytest.raises(AccessDenied, match="Invalid identifier or password"):
        connector_for(stage.channel).probe()


def test_a_customer_whom_the_account_has_blocked_has_not_taken_anything_away(stage, agnes):
    stage.say("Where is my train?")
    stage.pump()
    stage.account.block(stage.people["robin"].did)
    stage.expected = dict.fromkeys(stage.expected, False)
    stage.pump()

    assert Message.objects.get().removed_at is None


def test_a_post_that_is_gone_can_t_be_answered(stage):
    asked = stage.say("Where is my train?")
    stage.pump()
    stage.remove(asked)
    stage.pump()

    with pytest.raises(NotThere, match="no longer on Bluesky"):
        connector_for(stage.channel).post_reply(OutgoingReply(uuid4(), "t", asked, "At 4.", "public"))
