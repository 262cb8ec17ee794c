"""The connector against the simulated server: sessions, pages, what was taken away, and posts whose answer was lost."""

import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from inbox.connectors.base import (
    AccessDenied,
    MessageRemoved,
    NotThere,
    OutgoingReply,
    Recipient,
    Rejected,
    Uncertain,
)
from inbox.connectors.bluesky.connector import OVERLAP, BlueskyConnector
from inbox.connectors.bluesky.writing import record_key
from inbox.connectors.bluesky.xrpc import Door
from tests.connectors.bluesky.simulator import BRAND, HANDLE, PASSWORD, BlueskyServer, did


@pytest.fixture
def server():
    server = BlueskyServer()
    yield server
    server.close()


@pytest.fixture
def kept():
    return {"session": ""}


@pytest.fixture
def connector(server, kept):
    return connector_of(server, kept)


def connector_of(server, kept, password=PASSWORD):
    keep = lambda session: kept.update(session=session)  # noqa: E731 - as short as what it does
    return BlueskyConnector(Door(server.address, HANDLE, password, lambda: kept["session"], keep))


def reply_to(uri, text="At platform 4.", **fields):
    return OutgoingReply(uuid4(), "t", uri, text, "public", created_at=datetime.now(UTC), **fields)


def heard(page):
    return [one.text for one in page.news if not isinstance(one, MessageRemoved)]


def test_a_session_is_begun_once_and_renewed_without_the_password(server, connector):
    for _ in range(3):
        connector.fetch("")
    server.access = "ended"
    connector.fetch("")
    connector.probe()

    assert server.logins == 1


def test_a_session_that_another_worker_renewed_is_taken_over(server, kept):
    one, other = connector_of(server, kept), connector_of(server, kept)
    stale = one.door.session()
    server.access = "ended"
    other.probe()

    assert one.door._renew(stale).access == server.access
    assert len([call for call in server.calls if call.path.endswith("refreshSession")]) == 1


def test_a_session_that_can_t_be_renewed_is_begun_anew(server, connector):
    connector.probe()
    server.access = server.renewal = "ended"

    assert connector.probe().external_id == BRAND
    assert server.logins == 2


def test_another_password_means_another_session(server, kept, connector):
    connector.probe()

    with pytest.raises(AccessDenied, match="Invalid identifier or password"):
        connector_of(server, kept, password="revoked").probe()


def test_many_mentions_since_the_last_look_are_read_page_by_page(server, connector):
    server.publish(did("robin"), "first", reason="mention")
    page = connector.fetch("")
    for number in range(250):
        server.publish(did("robin"), str(number), reason="mention")

    seen, more = [], True
    while more:
        page = connector.fetch(page.cursor)
        seen += heard(page)
        more = page.more

    assert set(seen) >= {str(number) for number in range(250)}
    assert len([call for call in server.calls if call.path.endswith("listNotifications")]) == 4


def test_quiet_channels_cost_one_page(server, connector):
    for number in range(250):
        uri = server.publish(did("robin"), str(number))
        server.notify(uri, "mention", datetime.now(UTC) - OVERLAP - timedelta(minutes=number + 1))
    page = connector.fetch("")

    assert not page.more
    assert not connector.fetch(page.cursor).more


def test_a_post_that_names_an_earlier_time_is_seen_below_newer_ones(server, connector):
    server.publish(did("robin"), "now", reason="mention")
    cursor = connector.fetch("").cursor
    late = server.publish(did("kai"), "written on a train without a network")
    server.notify(late, "mention", datetime.now(UTC) - timedelta(hours=2))

    assert "written on a train without a network" in heard(connector.fetch(cursor))


def test_what_was_taken_away_is_told_once_and_what_is_only_hidden_is_not(server, connector):
    gone = server.publish(did("robin"), "forget it", reason="mention")
    server.publish(did("kai"), "blocked since", reason="mention")
    cursor = connector.fetch("").cursor
    server.delete(gone)
    server.hidden.add(did("kai"))

    page = connector.fetch(cursor)

    assert [one.external_id for one in page.news if isinstance(one, MessageRemoved)] == [gone]
    assert not [one for one in connector.fetch(page.cursor).news if isinstance(one, MessageRemoved)]


def test_a_reply_names_what_it_answers_and_where_the_thread_began(server, connector):
    first = server.publish(did("robin"), "Where is my train?", reason="mention")
    second = server.publish(did("robin"), "Hello?", parent=first, reason="reply")
    recipient = Recipient(did("robin"), "robin.test")

    receipt = connector.post_reply(reply_to(second, "@robin.test It is late.", recipient=recipient, language="en"))

    record = server.records[receipt.external_id]["value"]
    assert (record["reply"]["root"]["uri"], record["reply"]["parent"]["uri"]) == (first, second)
    assert record["reply"]["parent"]["cid"] == server.records[second]["cid"]
    assert record["facets"][0]["features"][0]["did"] == did("robin")
    assert record["langs"] == ["en"]
    assert receipt.url == f"https://bsky.app/profile/{HANDLE}/post/{receipt.external_id.rsplit('/', 1)[-1]}"


def test_the_same_reply_again_is_not_a_second_post(server, connector):
    asked = server.publish(did("robin"), "Where is my train?", reason="mention")
    reply = reply_to(asked)
    receipt = connector.post_reply(reply)

    with pytest.raises(Uncertain):
        connector.post_reply(reply)

    assert connector.find_reply(reply) == receipt
    assert connector.find_reply(reply_to(asked)) is None
    assert len(server.of_brand()) == 1


def test_a_key_belongs_to_one_reply():
    now = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    one = OutgoingReply(UUID(int=1), "t", "", "a", "public", created_at=now)
    keys = {record_key(dataclasses.replace(one, key=UUID(int=number))) for number in range(200)}

    assert record_key(one) == record_key(dataclasses.replace(one, text="b")) == "3n336bpb7qnpt"
    assert len(keys) == 200


def test_a_post_that_is_gone_can_t_be_answered(server, connector):
    asked = server.publish(did("robin"), "Where is my train?", reason="mention")
    server.delete(asked)

    with pytest.raises(NotThere, match="no longer on Bluesky"):
        connector.post_reply(reply_to(asked))
    with pytest.raises(Rejected, match="no post on Bluesky"):
        connector.post_reply(reply_to(""))


def test_the_networks_words_about_a_post_that_it_does_not_take_are_kept(server, connector):
    asked = server.publish(did("robin"), "Where is my train?", reason="mention")

    with pytest.raises(Rejected, match=r"grapheme too big .* \(400\)"):
        connector.post_reply(reply_to(asked, "x" * 301))


def test_what_the_brand_writes_elsewhere_comes_as_its_own_and_news_of_its_own_does_not(server, connector):
    asked = server.publish(did("robin"), "Where is my train?", reason="mention")
    cursor = connector.fetch("").cursor
    first = server.publish(BRAND, "At platform 4 …", parent=asked)
    server.publish(BRAND, "… in ten minutes.", parent=first)
    news = server.publish(BRAND, "New timetable!")
    server.publish(BRAND, "It is on our page.", parent=news)

    own = [one for one in connector.fetch(cursor).news if one.direction == "outbound"]

    assert [(one.text, one.thread_key) for one in own] == [
        ("At platform 4 …", f"{asked} {did('robin')}"),
        ("… in ten minutes.", f"{asked} {did('robin')}"),
    ]


def test_what_is_meant_for_one_is_never_posted(server, connector):
    reply = dataclasses.replace(reply_to("at://did:plc:robin/app.bsky.feed.post/3"), visibility="direct")
    before = len(server.calls)

    with pytest.raises(Rejected, match="no direct messages"):
        connector.post_reply(reply)

    assert len(server.calls) == before
