"""What Telegram pushes, read; and what the connector says to the Bot API."""

import json
from datetime import UTC, datetime

import pytest

from inbox.connectors.base import (
    AccessDenied,
    BadSignature,
    MessageContinued,
    NotThere,
    RateLimited,
    Rejected,
    WebhookRequest,
)
from inbox.connectors.telegram import reading
from inbox.connectors.telegram.connector import TelegramConnector
from tests.connectors.meta.replies import make_reply
from tests.connectors.telegram.stage import SECRET, TOKEN, FakeTelegram, refused

HOOK = "https://desk.example/webhooks/1/"
# Forms as in the Bot API's reference (Update, Message).
SAID = {
    "message_id": 1365,
    "date": 1441645532,
    "chat": {"id": 1111111, "type": "private", "first_name": "Robin", "last_name": "Vale", "username": "robin"},
    "from": {"id": 1111111, "is_bot": False, "first_name": "Robin", "last_name": "Vale", "username": "robin"},
}


@pytest.fixture
def network():
    fake = FakeTelegram()
    yield fake
    fake.close()


@pytest.fixture
def connector(network):
    return TelegramConnector(network.address, TOKEN, SECRET, HOOK)


def read(kind="message", **said):
    body = json.dumps({"update_id": 10000, kind: {**SAID, **said}}).encode()
    return reading.read(body, files="https://api.telegram.org/files")


def test_a_message_says_who_wrote_it_and_when():
    (message,) = read(text="Where is my train?", reply_to_message={**SAID, "message_id": 1364})

    assert (message.external_id, message.thread_key, message.text) == ("1111111:1365", "1111111", "Where is my train?")
    assert (message.author.username, message.author.name) == ("@robin", "Robin Vale")
    assert message.sent_at == datetime(2015, 9, 7, 17, 5, 32, tzinfo=UTC)
    assert (message.visibility, message.in_reply_to) == ("direct", "1111111:1364")


def test_a_picture_is_taken_in_its_largest_size_and_an_animation_once():
    (picture,) = read(photo=[{"file_id": "s"}, {"file_id": "m"}, {"file_id": "l"}], caption="Look")
    moving = {"file_id": "gif", "mime_type": "video/mp4", "file_name": "a.mp4"}
    (animation,) = read(animation=moving, document=moving)

    assert [file.url for file in picture.attachments] == ["https://api.telegram.org/files/l"]
    assert [(file.type, file.name) for file in animation.attachments] == [("video/mp4", "a.mp4")]


def test_each_picture_of_an_album_is_a_piece_of_one_message():
    first = read(photo=[{"file_id": "1"}], media_group_id="77")
    second = read(message_id=1366, photo=[{"file_id": "2"}], media_group_id="77", caption="Both")

    assert {each.external_id for each in (*first, *second)} == {"1111111:album:77"}
    assert second[1] == MessageContinued("1111111:album:77", "Both", second[0].attachments)


def test_an_edit_names_the_message_and_its_moment():
    (edit,) = read("edited_message", text="At noon", edit_date=1441645600)

    assert (edit.external_id, edit.text) == ("1111111:1365", "At noon")
    assert edit.edited_at == datetime(2015, 9, 7, 17, 6, 40, tzinfo=UTC)


def test_what_is_said_in_groups_and_what_says_nothing_is_left_out():
    assert read(text="Hi", chat={"id": -100, "type": "supergroup"}) == []
    assert read(pinned_message=SAID) == []
    assert reading.read(b'{"update_id": 1, "my_chat_member": {}}', files="") == []
    (place,) = read(location={"latitude": 52.5, "longitude": 13.4})
    assert place.text == "[location] 52.5,13.4"


def test_only_who_knows_the_secret_is_heard(connector):
    body = b'{"update_id": 10000}'
    name = "x-telegram-bot-api-secret-token"

    assert connector.verify_webhook(WebhookRequest(body, {name: SECRET})).startswith("10000:")
    for headers in ({}, {name: "wrong"}, {name: ""}):
        with pytest.raises(BadSignature):
            connector.verify_webhook(WebhookRequest(body, headers))
    with pytest.raises(BadSignature):
        TelegramConnector("", TOKEN, "", HOOK).verify_webhook(WebhookRequest(body, {name: ""}))


def test_asking_who_we_are_has_updates_pushed_to_us_once(network, connector):
    assert connector.probe().handle == "@northline_bot"
    assert (network.hook["url"], network.hook["secret_token"]) == (HOOK, SECRET)

    connector.probe()

    assert sum(call.path.endswith("setWebhook") for call in network.calls) == 1


def test_a_file_is_read_where_telegram_says(network, connector):
    source = connector.open_file(f"{network.address}/files/l")

    assert source.address == f"{network.address}/file/bot{TOKEN}/photos/l"
    with pytest.raises(NotThere):
        connector.open_file("https://elsewhere.example/files/l")


def test_refusals_mean_what_telegram_means_and_never_name_the_token(network, connector):
    cases = [
        (refused(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}), RateLimited),
        (refused(403, "Forbidden: bot was blocked by the user"), Rejected),
        (refused(401, "Unauthorized"), AccessDenied),
    ]
    for answer, error in cases:
        network.handle = lambda _call, answer=answer: answer
        with pytest.raises(error) as raised:
            connector.post_reply(make_reply("1111111"))
        assert raised.type is error
        assert TOKEN not in str(raised.value)
        assert getattr(raised.value, "retry_after", None) == (7 if error is RateLimited else None)
