"""What LINE pushes, read; and what the connector says to the Messaging API."""

import json
from datetime import UTC, datetime

import pytest

from inbox.connectors.base import (
    AccessDenied,
    BadSignature,
    MessageContinued,
    MessageRemoved,
    RateLimited,
    Rejected,
    WebhookRequest,
)
from inbox.connectors.line import reading
from inbox.connectors.line.connector import LineConnector, sign
from tests.connectors.fake import Answer
from tests.connectors.line.stage import CHANNEL_SECRET, TOKEN, FakeLine
from tests.connectors.meta.replies import make_reply

HOOK, FILES = "https://desk.example/webhooks/1/", "https://api-data.line.me"


@pytest.fixture
def network():
    fake = FakeLine()
    yield fake
    fake.close()


@pytest.fixture
def connector(network):
    return LineConnector(network.address, FILES, TOKEN, CHANNEL_SECRET, HOOK)


# Forms as in LINE's webhook.yml (MessageEvent, UnsendEvent, ImageMessageContent, FollowEvent).
def read(**said):
    told = {"timestamp": 1462629479859, "source": {"type": "user", "userId": "U4af"}, "type": "message", **said}
    return reading.read(json.dumps({"destination": "Ubot", "events": [told]}).encode(), files=FILES)


def test_a_text_says_who_wrote_it_and_when():
    (message,) = read(message={"id": "444573844083572737", "type": "text", "text": "Hello", "quoteToken": "q"})

    assert (message.external_id, message.thread_key, message.text) == ("444573844083572737", "U4af", "Hello")
    assert message.sent_at == datetime(2016, 5, 7, 13, 57, 59, 859000, tzinfo=UTC)
    assert message.visibility == "direct"


def test_pictures_sent_together_are_one_message():
    ids = [read(message={"id": str(n), "type": "image", "imageSet": {"id": "E0", "index": n}}) for n in (2, 1)]

    assert {each.external_id for pieces in ids for each in pieces} == {"set:E0"}
    first = ids[0][0].attachments[0]
    assert first.url == f"{FILES}/v2/bot/message/2/content"
    assert isinstance(ids[1][1], MessageContinued)


def test_what_is_unsent_is_erased():
    at = datetime(2016, 5, 7, 13, 57, 59, 859000, tzinfo=UTC)

    assert read(type="unsend", unsend={"messageId": "325708"}) == [MessageRemoved("325708", at, erase=True)]


def test_a_group_is_answered_as_a_group_and_is_not_private():
    source = {"type": "group", "groupId": "Ca56", "userId": "U4af"}
    (message,) = read(source=source, message={"id": "1", "type": "sticker", "keywords": ["cony", "sally"]})

    assert (message.thread_key, message.author.external_id, message.visibility) == ("Ca56", "U4af", "comment")
    assert message.text == "[sticker] cony sally"


def test_what_says_nothing_is_left_out_and_the_consoles_check_is_fine():
    assert read(type="follow", replyToken="r") == []
    assert reading.read(b'{"destination": "Ubot", "events": []}', files=FILES) == []


def test_a_webhook_is_verified_on_its_raw_bytes(connector):
    body = '{"events": [], "destination": "Ü"}'.encode()
    request = WebhookRequest(body, {"x-line-signature": sign(body, CHANNEL_SECRET).decode()})

    assert connector.verify_webhook(request) == connector.verify_webhook(request)
    for wrong in (WebhookRequest(body + b" ", request.headers), WebhookRequest(body)):
        with pytest.raises(BadSignature):
            connector.verify_webhook(wrong)


def test_the_same_key_again_is_the_same_message(network, connector):
    reply = make_reply("U4af")

    assert connector.post_reply(reply).external_id == connector.post_reply(reply).external_id
    assert len(network.posted) == 1


def test_a_plan_that_is_used_up_is_no_matter_of_patience(network, connector):
    cases = [
        (Answer({"message": "You have reached your monthly limit."}, 429), Rejected),
        (Answer({"message": "The API rate limit has been exceeded. Try again later."}, 429), RateLimited),
        (Answer({"message": "Authentication failed"}, 401), AccessDenied),
    ]
    for answer, error in cases:
        network.handle = lambda _call, answer=answer: answer
        with pytest.raises(error) as raised:
            connector.post_reply(make_reply("U4af"))
        assert raised.type is error


def test_asking_who_we_are_enters_our_address_once(network, connector):
    account = connector.probe()
    connector.probe()

    assert (account.handle, account.remarks, network.hook) == ("@northline", (), HOOK)
    assert sum(call.method == "PUT" for call in network.calls) == 1


def test_only_lines_own_files_are_asked_for_with_the_token(connector):
    assert connector.open_file(f"{FILES}/v2/bot/message/1/content").headers
    assert not connector.open_file("https://elsewhere.example/1.jpg").headers
    assert not connector.open_file(f"{FILES}.evil.example/1.jpg").headers
