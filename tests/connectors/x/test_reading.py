"""What X's Activity API pushes, read: events as X's documentation has them (event-payloads, August 2026), shortened."""

import json
from datetime import UTC, datetime

import pytest

from inbox.connectors.base import (
    AccessRevoked,
    BadSignature,
    MessageEdited,
    MessageRemoved,
    StatusReported,
    WebhookRequest,
)
from inbox.connectors.x import reading
from inbox.connectors.x.posts import Post, moment_of, says
from inbox.connectors.x.signatures import Secrets
from tests.connectors.x.simulator import envelope, signature

US, THEM = "1111111111111111111", "2222222222222222222"
OTHER = {
    "public_metrics": {"followers_count": 97, "followers_count_str": "97"},
    "username": "OtherUser",
    "name": "Other User",
    "profile_image_url": "https://pbs.twimg.com/profile_images/1/example_normal.jpg",
    "id": THEM,
}
MENTION = {
    "created_at": "2026-07-24T21:23:23.000Z",
    "edit_history_tweet_ids": ["2080765813578191303"],
    "conversation_id": "2080765813578191303",
    "text": "hey @ExampleUser",
    "entities": {"mentions": [{"start": 4, "start_str": "4", "end": 16, "username": "ExampleUser", "id": US}]},
    "author_id": THEM,
    "id": "2080765813578191303",
    "lang": "und",
}
REPLY = {
    "created_at": "2026-08-12T18:00:00.000Z",
    "edit_history_tweet_ids": ["2090000000000000001"],
    "conversation_id": "2080761390344937796",
    "in_reply_to_tweet_id": "2080761390344937796",
    "in_reply_to_user_id": US,
    "referenced_tweets": [{"type": "replied_to", "id": "2080761390344937796"}],
    "text": "@ExampleUser Great post — thanks for sharing!",
    "author_id": THEM,
    "id": "2090000000000000001",
    "lang": "en",
}
QUOTE = {
    "conversation_id": "2090000000000000002",
    "referenced_tweets": [{"type": "quoted", "id": "2080761390344937796"}],
    "text": "Adding some context to this. https://t.co/xxxxxxxx",
    "entities": {
        "urls": [
            {
                "start": 29,
                "url": "https://t.co/xxxxxxxx",
                "expanded_url": "https://twitter.com/ExampleUser/status/2080761390344937796",
                "display_url": "x.com/ExampleUser/st…",
            }
        ]
    },
    "author_id": THEM,
    "id": "2090000000000000002",
    "lang": "en",
}
DIRECT = {
    "direct_message_events": [
        {
            "type": "message_create",
            "id": "2080765901528535096",
            "created_timestamp": "1784928224372",
            "message_create": {
                "target": {"recipient_id": US},
                "sender_id": THEM,
                "message_data": {"text": "hello! &lt;3", "entities": {"hashtags": [], "urls": []}},
            },
        }
    ],
    "users": {THEM: {"data": OTHER}, US: {"data": {"id": US, "username": "ExampleUser"}}},
}


def read(kind, payload, *, account=US, includes=None):
    return reading.read(envelope(kind, payload, account=account, includes=includes), account=US)


@pytest.mark.parametrize("users", [[OTHER], [{"data": OTHER}]], ids=["flat", "one level deeper"])
def test_a_mention_says_who_wrote_it_and_when(users):
    (message,) = read("post.mention.create", MENTION, includes={"users": users})

    assert (message.external_id, message.text) == ("2080765813578191303", "hey @ExampleUser")
    assert message.thread_key == f"2080765813578191303-{THEM}"
    assert message.sent_at == datetime(2026, 7, 24, 21, 23, 23, tzinfo=UTC)
    assert (message.author.username, message.author.name, message.author.followers) == ("OtherUser", "Other User", 97)
    assert message.author.avatar_url.startswith("https://pbs.twimg.com/")
    assert (message.direction, message.visibility, message.language, message.in_reply_to) == (
        "inbound",
        "public",
        "",
        "",
    )


def test_a_reply_is_read_without_the_names_that_x_puts_before_it():
    (message,) = read("post.reply.create", REPLY)

    assert message.text == "Great post — thanks for sharing!"
    assert (message.in_reply_to, message.language) == ("2080761390344937796", "en")
    assert (message.author.external_id, message.author.username) == (THEM, "")


def test_two_customers_under_one_post_are_two_conversations():
    other = {"id": "2090000000000000009", "edit_history_tweet_ids": ["2090000000000000009"]}
    (theirs,) = read("post.reply.create", REPLY)
    (another,) = read("post.reply.create", {**REPLY, **other, "author_id": "3"})

    assert theirs.thread_key != another.thread_key


def test_a_quote_shows_what_it_quotes():
    (message,) = read("post.quote.create", QUOTE)

    assert message.text == "Adding some context to this. https://twitter.com/ExampleUser/status/2080761390344937796"
    assert message.sent_at == moment_of("2090000000000000002")


def test_an_edit_changes_the_post_that_it_was():
    first, second = "2080765813578191303", "2080765999999999999"
    edited = {**MENTION, "id": second, "edit_history_tweet_ids": [first, second], "text": "hello @ExampleUser"}

    message, edit = read("post.mention.create", {**edited, "created_at": "2026-07-24T21:25:00.000Z"})

    assert (message.external_id, message.sent_at) == (first, moment_of(first))
    assert edit == MessageEdited(first, datetime(2026, 7, 24, 21, 25, tzinfo=UTC), text="hello @ExampleUser")


def test_the_new_names_of_x_are_read_too():
    renamed = {
        name: value for name, value in REPLY.items() if "tweet" not in name and name != "edit_history_tweet_ids"
    } | {
        "referenced_posts": REPLY["referenced_tweets"],
        "edit_history_post_ids": ["2090000000000000001"],
        "note_post": {"text": "@ExampleUser Great post &amp; the whole of it"},
    }

    (message,) = read("post.reply.create", renamed)

    assert (message.text, message.in_reply_to) == ("Great post & the whole of it", "2080761390344937796")


def test_pictures_and_the_best_video_come_along_and_their_link_does_not():
    variants = [
        {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/list.m3u8"},
        {"bit_rate": 256000, "content_type": "video/mp4", "url": "https://video.twimg.com/small.mp4"},
        {"bit_rate": 832000, "content_type": "video/mp4", "url": "https://video.twimg.com/large.mp4"},
    ]
    media = [
        {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/1.jpg"},
        {"media_key": "7_2", "type": "video", "preview_image_url": "https://pbs.twimg.com/2.jpg", "variants": variants},
    ]
    link = {"url": "https://t.co/p", "expanded_url": "https://x.com/o/status/1/photo/1", "display_url": "pic.x.com/p"}
    shown = {"attachments": {"media_keys": ["3_1", "7_2"]}, "entities": {"urls": [link]}}
    post = {**MENTION, **shown, "text": "@ExampleUser look https://t.co/p"}

    (message,) = read("post.mention.create", post, includes={"media": media})
    (blind,) = read("post.mention.create", post)

    assert [file.url for file in message.attachments] == [
        "https://pbs.twimg.com/1.jpg",
        "https://video.twimg.com/large.mp4",
    ]
    assert message.text == "@ExampleUser look"
    assert (blind.text, blind.attachments) == ("@ExampleUser look https://x.com/o/status/1/photo/1", ())


def test_what_the_brand_answers_on_x_itself_is_outbound_and_what_it_says_to_all_is_no_conversation():
    typed = {**REPLY, "author_id": US, "in_reply_to_user_id": THEM, "text": "@OtherUser You are welcome"}
    (message,) = read("post.create", typed)

    assert (message.direction, message.thread_key) == ("outbound", f"2080761390344937796-{THEM}")
    assert message.text == "You are welcome"
    assert read("post.create", {**MENTION, "author_id": US, "text": "Hello from the Activity API"}) == []
    assert read("post.create", {**typed, "in_reply_to_user_id": US}) == []


def test_direct_messages_are_direct_whoever_wrote_them():
    (heard,) = read("dm.received", DIRECT)
    event = DIRECT["direct_message_events"][0]
    turned = {"target": {"recipient_id": THEM}, "sender_id": US, "message_data": {"text": "Thanks for the update!"}}
    (said,) = read("dm.sent", {**DIRECT, "direct_message_events": [{**event, "message_create": turned}]})

    assert (heard.external_id, heard.thread_key) == ("dm:2080765901528535096", f"dm:{THEM}")
    assert (heard.text, heard.visibility, heard.direction) == ("hello! <3", "direct", "inbound")
    assert heard.author.username == "OtherUser"
    assert heard.sent_at == datetime(2026, 7, 24, 21, 23, 44, 372000, tzinfo=UTC)
    assert (said.thread_key, said.direction, said.visibility) == (f"dm:{THEM}", "outbound", "direct")


def test_a_picture_in_a_direct_message_is_a_file_and_not_a_link():
    address = "https://ton.twitter.com/1.1/ton/data/dm/1/2/p.jpg"
    media = {"type": "photo", "media_url_https": address, "url": "https://t.co/q"}
    told = json.loads(json.dumps(DIRECT))
    told["direct_message_events"][0]["message_create"]["message_data"] = {
        "text": "this one https://t.co/q https://t.co/r",
        "entities": {"urls": [{"url": "https://t.co/r", "expanded_url": "https://shop.example/r"}]},
        "attachment": {"type": "media", "media": media},
    }

    (message,) = read("dm.received", told)

    assert message.text == "this one  https://shop.example/r"
    assert [file.url for file in message.attachments] == [address]


def test_what_a_customer_has_read_is_read_up_to_then():
    seen = {"created_timestamp": "1784928224372", "sender_id": THEM, "target": {"recipient_id": US}}
    (status,) = read("dm.read", {"direct_message_mark_read_events": [{**seen, "last_read_event_id": "9"}]})

    assert isinstance(status, StatusReported)
    assert (status.status, status.thread_key) == ("read", f"dm:{THEM}")
    assert status.until == datetime(2026, 7, 24, 21, 23, 47, 372000, tzinfo=UTC)
    assert read("dm.read", {"direct_message_mark_read_events": [{**seen, "sender_id": US}]}) == []


def test_own_posts_that_are_deleted_and_a_permission_that_is_taken_back_are_told():
    (gone,) = read("post.delete", {"id": "2080761269309813134", "author_id": US})
    (revoked,) = read("oauth.revoke", {"date_time": "2026-07-23T21:44:05+00:00", "user_id": US}, account="")

    assert isinstance(gone, MessageRemoved)
    assert gone.external_id == "2080761269309813134"
    assert isinstance(revoked, AccessRevoked)
    assert read("oauth.revoke", {"user_id": "4"}, account="") == []


@pytest.mark.parametrize(
    ("kind", "payload", "account"),
    [
        ("like.create", {"id": "87719f50ee17bdfa", "liked_tweet_id": "1"}, US),
        ("chat.received", {"id": "e4f4d3fc", "encoded_event": "CwABAAAAEzIw"}, US),
        ("dm.indicate_typing", {"sender_id": THEM}, US),
        ("post.mention.create", MENTION, "9"),
    ],
)
def test_other_events_and_other_accounts_are_left_out(kind, payload, account):
    assert read(kind, payload, account=account) == []


def test_bodies_of_other_products_are_left_out():
    assert reading.read(b'{"for_user_id": "1", "tweet_create_events": []}', account=US) == []


# X's links are 23 characters, whatever they lead to, and & is written as in HTML.
@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("Terms & conditions: northline.example/t (see there)", True),
        ("Terms & conditions:  https://northline.example/t\n(see there)", True),
        ("Terms & conditions: northline.example/t (see here)", False),
        ("Terms", False),
    ],
)
def test_a_post_of_ours_is_known_by_its_words(words, same):
    link = {"url": "https://t.co/abc", "expanded_url": "http://northline.example/t"}
    told = {"id": "1", "text": "@robin Terms &amp; conditions: https://t.co/abc (see there)"}
    post = {**told, "entities": {"urls": [link]}, "in_reply_to_tweet_id": "9"}

    assert says(reading.msgspec.convert(post, Post), words) is same


def test_only_what_x_has_signed_is_taken_with_one_secret_or_the_other():
    body = envelope("post.mention.create", MENTION)
    both = Secrets("client", "key")
    for header, secret in (("", "client"), ("-oauth2", "client"), ("", "key")):
        headers = {f"x-twitter-webhooks-signature{header}": signature(body, secret)}
        taken = Secrets("client") if (header, secret) == ("", "client") else both
        taken.verify(WebhookRequest(body, headers))

    bad = [
        (both, {}),
        (both, {"x-twitter-webhooks-signature": signature(body, "client")}),
        (both, {"x-twitter-webhooks-signature-oauth2": signature(body + b" ", "client")}),
        (Secrets(), {"x-twitter-webhooks-signature-oauth2": signature(body, "")}),
    ]
    for secrets, headers in bad:
        with pytest.raises(BadSignature):
            secrets.verify(WebhookRequest(body, headers))


def test_the_challenge_is_answered_and_signs_nothing_that_could_be_an_event():
    said = json.loads(Secrets("client").answer({"crc_token": "NjRkYmMxYTgtYTk2OS00OTNk", "nonce": "1"}))
    assert said == {"response_token": signature(b"NjRkYmMxYTgtYTk2OS00OTNk", "client")}
    assert json.loads(Secrets("client", "key").answer({"crc_token": "a"}))["response_token"] == signature(b"a", "key")

    forged = envelope("post.mention.create", MENTION).decode()
    for secrets, query in (
        (Secrets("client"), {"crc_token": forged}),
        (Secrets("client"), {}),
        (Secrets(), {"crc_token": "a"}),
    ):
        with pytest.raises(BadSignature):
            secrets.answer(query)


def test_a_delivery_is_known_by_its_name_or_by_what_it_says():
    assert reading.key_of(envelope("post.create", {}, uuid="2080765813578191303")) == "2080765813578191303"
    assert len(reading.key_of(b"no JSON")) == 64
