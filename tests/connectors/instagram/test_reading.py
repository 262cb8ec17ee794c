"""What an Instagram account's webhooks say, how its comments are answered, and that its token is renewed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inbox.connectors.base import StatusReported
from inbox.connectors.instagram import reading
from inbox.connectors.instagram.connector import InstagramConnector
from tests.connectors.meta.replies import make_graph, make_reply
from tests.connectors.meta.simulator import ACCOUNT

CUSTOMER = "6254012345"


def connector_of(network, kept=None, renewed_at=""):
    return InstagramConnector(make_graph(network), ACCOUNT, "", renewed_at, (kept if kept is not None else {}).update)


# Forms as in Meta's examples of Instagram webhooks (comments, live_comments, messages, messaging_seen).
def entry(**said):
    body = {"object": "instagram", "entry": [{"id": ACCOUNT, "time": 1749416383, **said}]}
    return reading.read(json.dumps(body).encode(), account=ACCOUNT)


def comment(field="comments", **said):
    value = {
        "id": "179",
        "from": {"id": "62", "username": "robin"},
        "media": {"id": "5"},
        "text": "Late again?",
        **said,
    }
    return entry(changes=[{"field": field, "value": value}])


def test_comments_hold_together_by_the_one_that_began():
    (first,), (second,) = comment(), comment(id="180", parent_id="179")
    (ours,) = comment("live_comments", id="181", parent_id="179", **{"from": {"id": ACCOUNT, "username": "northline"}})

    assert {each.thread_key for each in (first, second, ours)} == {"comment:179"}
    assert (first.author.username, first.visibility, ours.direction) == ("robin", "comment", "outbound")
    assert first.sent_at == datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC)
    assert entry(changes=[{"field": "mentions", "value": {"media_id": "5", "comment_id": "9"}}]) == []


def test_a_reply_to_a_story_shows_the_story():
    story = {"story": {"url": "https://lookaside.example/story", "id": "7"}}
    told = {"sender": {"id": CUSTOMER}, "recipient": {"id": ACCOUNT}, "timestamp": 1749416383000}

    (message,) = entry(messaging=[{**told, "message": {"mid": "aWd_1", "text": "Nice", "reply_to": story}}])
    (seen,) = entry(messaging=[{**told, "read": {"mid": "aWd_2"}}])

    assert [(file.url, file.name) for file in message.attachments] == [("https://lookaside.example/story", "story")]
    assert seen == StatusReported("read", "aWd_2")


def test_a_comment_is_answered_below_the_one_that_began_or_privately(network):
    connector = connector_of(network)
    public = make_reply("comment:179", in_reply_to="180", visibility="comment")
    placed = connector.post_reply(public)
    connector.post_reply(make_reply("comment:179", in_reply_to="180", visibility="direct"))

    assert network.posted[0].place == "179"
    assert network.posted[1].body["recipient"] == {"comment_id": "180"}
    assert connector.find_reply(public).external_id == placed.external_id
    message = make_reply(CUSTOMER)
    sent = connector.post_reply(message)
    assert connector.find_reply(message).external_id == sent.external_id


def test_a_token_of_instagrams_own_login_is_renewed_every_week(network, monkeypatch):
    kept = {}
    connector = connector_of(network, kept)
    assert connector.probe().handle == "northline"
    assert kept == {}, "a Page's token does not end"
    own_login = network.address.replace("127.0.0.1", "graph.instagram.localhost")
    known = {**network.known(), "refresh_access_token": {"access_token": "IGnew"}}
    network.known = lambda: known
    monkeypatch.setattr("socket.getaddrinfo", _loopback)

    for renewed_at, expected in (("", "IGnew"), (_days_ago(8), "IGnew"), (_days_ago(1), None)):
        kept.clear()
        fresh = connector_of(network, kept, renewed_at)
        replace(fresh, graph=replace(fresh.graph, address=own_login)).probe()
        assert kept.get("token") == expected


def _days_ago(days):
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


def _loopback(_host, port, *_rest, **_more):
    return [(2, 1, 6, "", ("127.0.0.1", port))]
