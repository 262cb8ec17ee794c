"""A private reply stays private: where a network has none, it is not offered, not taken and not posted."""

import json

import pytest

from accounts.models.keys import Scope
from inbox.actions.replies import NewReply, NoPrivateReply, send_reply
from inbox.models import Message
from tests.cast import make_channel, make_key, make_ticket
from tests.inbox.doors import bearer


@pytest.fixture
def post(rail, care):
    """Something that was asked in public on Bluesky, which our own connector serves."""
    return make_ticket(make_channel(rail, care, network="bluesky", external=False))


def test_it_is_not_offered(page, post, rail, care):
    elsewhere = make_ticket(make_channel(rail, care, network="mastodon", external=False))

    shown = [page.get(f"/tickets/{one.number}/", headers={"HX-Request": "true"}).content for one in (post, elsewhere)]

    assert [b"Private reply" in one for one in shown] == [False, True]


def test_it_is_not_taken(page, post, agnes, northline):
    with pytest.raises(NoPrivateReply):
        send_reply(post, NewReply("My number is 12", "direct", seen=10**9), by=agnes)
    form = {"text": "Between us", "visibility": "direct", "seen": 10**9, "purpose": "inform"}
    composed = page.post(f"/tickets/{post.number}/reply/", form, headers={"HX-Request": "true"})
    secret = make_key(northline, Scope.TICKETS_WRITE)[1]
    body = json.dumps({"text": "Between us", "visibility": "direct", "seen": 10**9})
    address = f"/api/v1/tickets/{post.number}/replies"
    asked = page.post(address, body, content_type="application/json", headers=bearer(secret))

    assert (composed.status_code, "This network has no private replies." in composed.content.decode()) == (422, True)
    assert (asked.status_code, asked.json()["errors"][0]["field"]) == (422, "visibility")
    assert not Message.objects.filter(direction="outbound").exists()
