"""What a Page's webhooks say, and how comments and late messages are answered."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from inbox.connectors.base import AccessDenied, MessageEdited, MessageRemoved, StatusReported
from inbox.connectors.facebook import reading
from inbox.connectors.facebook.connector import FacebookConnector
from inbox.connectors.meta.talk import CLOCKS
from tests.connectors.meta.replies import hours_ago, make_graph, make_reply
from tests.connectors.meta.simulator import PAGE

CUSTOMER = "6254012345"
AT = datetime(2016, 3, 22, 17, 47, 36, tzinfo=UTC)
MILLISECONDS = 1458668856000
# Forms as in Meta's reference of the Messenger webhooks (messages, message-echoes, message-edits, message-deliveries,
# message-reads) and of the Page's field "feed".
COMMENT = {
    "item": "comment",
    "verb": "add",
    "post_id": f"{PAGE}_55",
    "parent_id": f"{PAGE}_55",
    "comment_id": "55_900",
    "from": {"id": "777", "name": "Robin Vale"},
    "message": "Is the 8:15 running?",
    "created_time": 1458668856,
}


def event(**said):
    told = {"sender": {"id": CUSTOMER}, "recipient": {"id": PAGE}, "timestamp": MILLISECONDS, **said}
    return read({"object": "page", "entry": [{"id": PAGE, "time": MILLISECONDS, "messaging": [told]}]})


def feed(**changed):
    change = {"field": "feed", "value": {**COMMENT, **changed}}
    return read({"object": "page", "entry": [{"id": PAGE, "time": 1458668900, "changes": [change]}]})


def read(body, page=PAGE):
    return reading.read(json.dumps(body).encode(), page=page)


def test_a_message_with_pictures_is_one():
    files = [{"type": "image", "payload": {"url": f"https://scontent.example/{n}.jpg"}} for n in range(2)]
    files += [{"type": "fallback", "payload": None}, {"type": "template"}]

    (message,) = event(message={"mid": "m_1", "text": "Look", "attachments": files})

    assert (message.text, message.thread_key, message.sent_at) == ("Look", CUSTOMER, AT)
    assert [file.url for file in message.attachments] == [f"https://scontent.example/{n}.jpg" for n in range(2)]


def test_an_echo_is_outbound_and_ours_says_which_reply_it_is():
    key = uuid4()
    told = {"sender": {"id": PAGE}, "recipient": {"id": CUSTOMER}}

    (typed,) = event(**told, message={"mid": "m_2", "text": "Typed", "is_echo": True, "metadata": "a bot's"})
    ours, status = event(**told, message={"mid": "m_3", "text": "Ours", "is_echo": True, "metadata": str(key)})

    assert (typed.direction, typed.thread_key) == (ours.direction, ours.thread_key) == ("outbound", CUSTOMER)
    assert status == StatusReported("sent", "m_3", key=key)


def test_edits_unsends_and_buttons():
    assert event(message_edit={"mid": "m_1", "text": "New", "num_edit": "1"}) == [MessageEdited("m_1", AT, text="New")]
    assert event(message={"mid": "m_1", "is_deleted": True}) == [MessageRemoved("m_1", AT, erase=True)]
    (pressed,) = event(postback={"mid": "m_7", "title": "Get started", "payload": "START"})
    assert pressed.text == "Get started"


def test_receipts_cover_all_up_to_their_moment():
    until = AT + CLOCKS
    delivered = event(delivery={"mids": ["m_3"], "watermark": MILLISECONDS})

    assert delivered == [
        StatusReported("delivered", "m_3"),
        StatusReported("delivered", thread_key=CUSTOMER, until=until),
    ]
    assert event(read={"watermark": MILLISECONDS}) == [StatusReported("read", thread_key=CUSTOMER, until=until)]


@pytest.mark.parametrize(
    "said", [{"reaction": {"mid": "m_1", "emoji": "❤"}}, {"referral": {}}, {"account_linking": {}}]
)
def test_what_says_nothing_in_words_is_left_out(said):
    assert event(**said) == []


def test_a_comment_begins_a_thread_and_those_under_it_go_on_with_it():
    (first,) = feed()
    (second,) = feed(comment_id="55_901", parent_id="55_900", message="Hello?")
    (ours,) = feed(comment_id="55_902", parent_id="55_900", **{"from": {"id": PAGE, "name": "Northline"}})

    assert first.thread_key == second.thread_key == ours.thread_key == "comment:55_900"
    assert (first.visibility, first.author.name, first.sent_at) == ("comment", "Robin Vale", AT)
    assert (first.in_reply_to, second.in_reply_to, ours.direction) == (f"{PAGE}_55", "55_900", "outbound")


def test_comments_are_changed_taken_away_and_hidden():
    at = datetime.fromtimestamp(1458668900, UTC)

    assert feed(verb="edited", message="Was it?") == [MessageEdited("55_900", at, text="Was it?")]
    assert feed(verb="remove") == [MessageRemoved("55_900", at)]
    assert feed(verb="hide") == []
    assert feed(item="reaction") == []


def test_another_page_of_the_same_app_is_none_of_ours():
    body = {"object": "page", "entry": [{"id": "99", "messaging": [{"message": {"mid": "m_1", "text": "Hi"}}]}]}

    assert read(body) == []


def test_a_comment_is_answered_below_it_or_privately_as_the_agent_chose(network):
    connector = FacebookConnector(make_graph(network), PAGE, "")
    asked = {"in_reply_to": "55_901"}

    public = connector.post_reply(make_reply("comment:55_900", "In public", visibility="comment", **asked))
    connector.post_reply(make_reply("comment:55_900", "In private", visibility="direct", **asked))

    comment, message = network.posted
    assert (comment.place, comment.text, comment.id) == ("55_900", "In public", public.external_id)
    assert public.url.startswith("https://facebook.example/")
    assert message.body["recipient"] == {"comment_id": "55_901"}


def test_after_a_day_a_message_is_marked_as_written_by_a_person(network):
    connector = FacebookConnector(make_graph(network), PAGE, "")
    connector.post_reply(make_reply(CUSTOMER, heard_at=hours_ago(23)))
    connector.post_reply(make_reply(CUSTOMER, heard_at=hours_ago(25)))

    soon, late = (post.body for post in network.posted)
    assert (soon["messaging_type"], soon.get("tag")) == ("RESPONSE", None)
    assert (late["messaging_type"], late["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_an_earlier_attempt_is_found_but_never_an_older_message_that_says_the_same(network):
    connector = FacebookConnector(make_graph(network), PAGE, "")
    older = connector.post_reply(make_reply(CUSTOMER))
    reply = make_reply(CUSTOMER, earlier=(older.external_id,))
    assert connector.find_reply(reply) is None

    placed = connector.post_reply(reply)

    assert connector.find_reply(reply).external_id == placed.external_id
    assert connector.find_reply(make_reply(CUSTOMER, "Something else")) is None
    future = make_reply(CUSTOMER, created_at=datetime.now(UTC) + timedelta(minutes=5))
    assert connector.find_reply(future) is None
    comment = make_reply("comment:55_900", visibility="comment")
    assert connector.find_reply(comment) is None
    there = connector.post_reply(comment)
    assert connector.find_reply(comment).external_id == there.external_id


def test_a_token_that_is_not_the_pages_is_noticed(network):
    assert FacebookConnector(make_graph(network), PAGE, "").probe().name == "Northline Rail"
    with pytest.raises(AccessDenied, match="not the Page's own"):
        FacebookConnector(make_graph(network), "another", "").probe()
