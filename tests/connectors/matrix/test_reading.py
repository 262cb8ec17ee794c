"""What Matrix's events become. The shapes are those of the client-server API, "Room Events" and "Instant Messaging"."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from inbox.connectors.base import (
    BadSignature,
    IncomingAttachment,
    MessageEdited,
    MessageRemoved,
    RateLimited,
    StatusReported,
    WebhookRequest,
)
from inbox.connectors.matrix.connector import MatrixConnector
from inbox.connectors.matrix.events import Event
from inbox.connectors.matrix.reading import names_in, read_events, read_receipts
from tests.connectors.matrix.simulator import BRAND, TOKEN, Homeserver

ROOM, ROBIN = "!a:shop.test", "@robin:shop.test"
SERVER = "https://matrix.brand.test"
WHEN = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def event(content, *, kind="m.room.message", sender=ROBIN, **rest):
    said = {
        "type": kind,
        "event_id": "$one",
        "sender": sender,
        "origin_server_ts": int(WHEN.timestamp() * 1000),
        "room_id": ROOM,
        "content": content,
        "unsigned": {"age": 1234},
    }
    return msgspec.json.decode(json.dumps(said | rest), type=Event)


def news_of(*events, names=None):
    return list(read_events(events, account=BRAND, server=SERVER, names=names or {}))


@pytest.fixture
def home():
    home = Homeserver()
    yield home
    home.close()


@pytest.fixture
def connector(home):
    return MatrixConnector(home.address, TOKEN, BRAND)


def test_a_text_is_a_direct_message_in_its_room():
    (message,) = news_of(event({"msgtype": "m.text", "body": "Hello"}), names={(ROOM, ROBIN): "Robin"})

    assert (message.external_id, message.thread_key, message.text) == ("$one", ROOM, "Hello")
    assert (message.direction, message.visibility, message.sent_at) == ("inbound", "direct", WHEN)
    assert (message.author.external_id, message.author.name) == (ROBIN, "Robin")


def test_who_invites_somebody_is_not_called_by_their_name():
    joined = event({"membership": "join", "displayname": "Robin"}, kind="m.room.member", state_key=ROBIN)
    invited = event({"membership": "invite", "displayname": "Northline"}, kind="m.room.member", state_key=BRAND)

    assert names_in(ROOM, [joined, invited]) == {(ROOM, ROBIN): "Robin", (ROOM, BRAND): "Northline"}


def test_the_quotation_before_a_reply_is_left_out():
    body = "> <@care:brand.test> At platform 4.\n> Have a good day\n\nThank you"
    markup = "<mx-reply><blockquote>At platform 4.</blockquote></mx-reply><b>Thank you</b>"
    rich = {"format": "org.matrix.custom.html", "formatted_body": markup}
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": "$zero"}}}

    (message,) = news_of(event({"msgtype": "m.text", "body": body, **rich, **relation}))

    assert (message.text, message.html, message.in_reply_to) == ("Thank you", "<b>Thank you</b>", "$zero")


def test_a_picture_with_a_caption_is_an_attachment_and_words():
    picture = {"msgtype": "m.image", "url": "mxc://shop.test/AbC_1", "info": {"mimetype": "image/png"}}

    (captioned,) = news_of(event({**picture, "body": "Look at this", "filename": "seat.png"}))
    (bare,) = news_of(event({**picture, "body": "seat.png"}))

    address = f"{SERVER}/_matrix/client/v1/media/download/shop.test/AbC_1"
    assert captioned.attachments == (IncomingAttachment(url=address, type="image/png", name="seat.png"),)
    assert (captioned.text, bare.text, bare.attachments) == ("Look at this", "", captioned.attachments)


def test_edits_removals_and_receipts_name_what_they_are_about():
    edit = {"m.new_content": {"msgtype": "m.text", "body": "b"}, "m.relates_to": {"rel_type": "m.replace"}}
    edit["m.relates_to"]["event_id"] = "$zero"
    receipt = {"$ours": {"m.read": {ROBIN: {"ts": 1}}}, "$theirs": {"m.read": {BRAND: {"ts": 1}}}}

    assert news_of(event({"msgtype": "m.text", "body": "* b", **edit})) == [MessageEdited("$zero", WHEN, text="b")]
    assert news_of(event({"redacts": "$zero"}, kind="m.room.redaction")) == [MessageRemoved("$zero", WHEN)]
    assert news_of(event({}, kind="m.room.redaction", redacts="$zero")) == [MessageRemoved("$zero", WHEN)]
    told = read_receipts([event(receipt, kind="m.receipt")], account=BRAND)
    assert list(told) == [StatusReported("read", "$ours")]


def test_what_cannot_be_read_is_said_and_what_nobody_wrote_is_left_out():
    (secret,) = news_of(event({"algorithm": "m.megolm.v1.aes-sha2"}, kind="m.room.encrypted"))

    assert "encrypted" in secret.text
    assert news_of(event({"msgtype": "m.notice", "body": "I am a bot"})) == []
    assert news_of(event({})) == []
    assert news_of(event({"msgtype": 5, "body": ["what?"]})) == []
    assert news_of(event({"m.relates_to": {}}, kind="m.reaction")) == []


def test_an_edit_by_somebody_else_is_not_believed(home, connector):
    said = home.say(ROOM, ROBIN, "I like you")
    relation = {"rel_type": "m.replace", "event_id": said}
    start = connector.fetch("").cursor
    new = {"msgtype": "m.text", "body": "I hate you"}
    home.say(ROOM, "@mallory:shop.test", "*", **{"m.new_content": new, "m.relates_to": relation})

    assert connector.fetch(start).news == []


def test_nothing_is_skipped_when_more_was_said_than_one_answer_holds(home, connector):
    home.say(ROOM, ROBIN, "first")
    start = connector.fetch("").cursor
    home.most = 30
    for number in range(250):
        home.say(ROOM, ROBIN, str(number))

    page = connector.fetch(start)

    assert [message.text for message in page.news] == [str(number) for number in range(250)]
    assert connector.fetch(page.cursor).news == []


def test_an_invitation_is_accepted_and_what_was_said_in_the_room_comes_at_once(home, connector):
    start = connector.fetch("").cursor
    home.invited.append(ROOM)
    home.say(ROOM, ROBIN, "Are you there?")

    first = connector.fetch(start)

    assert (list(first.news), first.more, home.invited) == ([], True, [])


def test_listening_ends_when_something_is_said_and_when_the_time_is_over(home, connector):
    start = connector.fetch("").cursor

    assert not connector.listen(start, seconds=0.2)
    home.say(ROOM, ROBIN, "Hello")
    assert connector.listen(start, seconds=5)


def test_how_long_to_wait_stands_in_the_body_of_older_servers(home, connector, make_reply):
    home.faults.append("rate_limit")

    with pytest.raises(RateLimited) as refused:
        connector.post_reply(make_reply(ROOM))

    assert refused.value.retry_after == pytest.approx(4.133)


def test_the_same_key_is_posted_once_and_found_again(home, connector, make_reply):
    reply = make_reply(ROOM)
    assert connector.find_reply(reply) is None

    first, again = connector.post_reply(reply), connector.post_reply(reply)

    assert first == again == connector.find_reply(reply)
    assert connector.find_reply(make_reply(ROOM)) is None


def test_only_our_homeserver_pushes(home):
    body = json.dumps({"events": []}).encode()
    address = "https://onevoice.test/webhooks/7/_matrix/app/v1/transactions/42?x=1"
    connector = MatrixConnector(home.address, TOKEN, BRAND, secret="known to both")

    good = WebhookRequest(body, {"authorization": "Bearer known to both"}, address)
    assert connector.verify_webhook(good) == "42"
    for shown in ({}, {"authorization": "Bearer something else"}):
        with pytest.raises(BadSignature):
            connector.verify_webhook(WebhookRequest(body, shown, address))
    with pytest.raises(BadSignature):
        MatrixConnector(home.address, TOKEN, BRAND).verify_webhook(WebhookRequest(body, {"authorization": "Bearer "}))
