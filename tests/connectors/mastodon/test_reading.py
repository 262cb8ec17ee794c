"""What Mastodon says, read: the notification has the form of the documentation's example (methods/streaming)."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from inbox.connectors.base import OutgoingReply
from inbox.connectors.mastodon import reading
from inbox.connectors.mastodon.reading import Notification, Policy, Status, age

PERSON = {
    "id": "108892712797543112",
    "username": "a",
    "acct": "a@pl.nulled.red",
    "display_name": "a",
    "locked": False,
    "bot": True,
    "url": "https://pl.nulled.red/users/a",
    "avatar": "https://files.mastodon.social/cache/accounts/avatars/108/original/5396d516ae170bb0.png",
    "avatar_static": "https://files.mastodon.social/cache/accounts/avatars/108/original/5396d516ae170bb0.png",
    "followers_count": 0,
    "fields": [],
}
STATUS = {
    "id": "108914343542683797",
    "created_at": "2022-08-30T23:09:52.359Z",
    "in_reply_to_id": None,
    "in_reply_to_account_id": None,
    "sensitive": False,
    "spoiler_text": "",
    "visibility": "unlisted",
    "language": None,
    "uri": "https://pl.nulled.red/objects/64b196c6-3bc5-44d5-8ffb-f760235ee6ca",
    "url": "https://pl.nulled.red/objects/64b196c6-3bc5-44d5-8ffb-f760235ee6ca",
    "edited_at": None,
    "content": '<span class="h-card"><a class="u-url mention" href="https://mastodon.social/@trwnh" '
    'rel="nofollow noopener noreferrer" target="_blank">@<span>trwnh</span></a></span> test',
    "filtered": [],
    "reblog": None,
    "account": PERSON,
    "media_attachments": [],
    "mentions": [{"id": "14715", "username": "trwnh", "acct": "trwnh", "url": "https://mastodon.social/@trwnh"}],
    "card": None,
    "poll": None,
}
NOTIFICATION = {
    "id": "68739215",
    "type": "mention",
    "created_at": "2022-08-30T23:09:54.070Z",
    "account": PERSON,
    "status": STATUS,
}


def status(**changes):
    return msgspec.json.decode(msgspec.json.encode({**STATUS, **changes}), type=Status)


def reply(text, visibility="public"):
    return OutgoingReply(uuid4(), "t", "1", text, visibility)


def test_a_mention_is_a_message():
    told = msgspec.json.decode(msgspec.json.encode(NOTIFICATION), type=Notification)
    message = reading.message_of(told.status, "1 2")

    assert (message.external_id, message.text, message.visibility) == ("108914343542683797", "@trwnh test", "public")
    assert (message.author.username, message.author.followers) == ("a@pl.nulled.red", 0)
    assert message.sent_at == datetime(2022, 8, 30, 23, 9, 52, 359000, tzinfo=UTC)
    assert (message.language, message.in_reply_to, message.attachments) == ("", "", ())


def test_markup_becomes_the_words_that_were_typed():
    content = (
        "<p>Hello &amp; goodbye &lt;3<br />next line</p><p>see "
        '<a href="https://northline.example/live/timetable?train=123"><span class="invisible">https://</span>'
        '<span class="ellipsis">northline.example/live/timet</span><span class="invisible">able?train=123</span></a>'
        "</p>"
    )
    expected = "Hello & goodbye <3\nnext line\n\nsee https://northline.example/live/timetable?train=123"

    assert reading.plain(content) == expected
    assert reading.text_of(status(content="<p>rant</p>", spoiler_text="Trains")) == "Trains\n\nrant"


@pytest.mark.parametrize(
    ("said", "seen"), [("public", "public"), ("unlisted", "public"), ("private", "direct"), ("direct", "direct")]
)
def test_what_is_not_for_everybody_counts_as_direct(said, seen):
    assert reading.message_of(status(visibility=said), "1 2").visibility == seen


@pytest.mark.parametrize(
    ("asked", "meant", "audience"),
    [
        ("public", "public", "public"),
        ("unlisted", "public", "unlisted"),
        ("private", "public", "direct"),
        ("direct", "public", "direct"),
        ("public", "direct", "direct"),
        ("something new", "public", "direct"),
    ],
)
def test_an_answer_is_seen_by_nobody_who_could_not_see_what_it_answers(asked, meant, audience):
    assert reading.audience_of(reply("x", meant), asked) == audience


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("At platform 4.", "@robin@shop.test At platform 4."),
        ("Hello @robin@shop.test, at platform 4.", "Hello @robin@shop.test, at platform 4."),
        ("Hello @Robin@shop.test.", "Hello @Robin@shop.test."),
        ("Hello @robin@shop.test.example", "@robin@shop.test Hello @robin@shop.test.example"),
        ("Hello @robin", "@robin@shop.test Hello @robin"),
        ("mail x@robin@shop.test", "@robin@shop.test mail x@robin@shop.test"),
    ],
)
def test_who_is_answered_is_named_once(text, sent):
    assert reading.words_for(reply(text), "robin@shop.test") == sent


def test_files_come_with_their_descriptions_from_wherever_they_are():
    media = [
        {"type": "image", "url": "https://files.example/1.png", "description": "A broken lid"},
        {"type": "unknown", "url": None, "remote_url": "https://elsewhere.example/2.ogg", "description": None},
        {"type": "image", "url": None, "remote_url": None},
    ]

    files = reading.attachments_of(status(media_attachments=media))

    assert [(one.url, one.name) for one in files] == [
        ("https://files.example/1.png", "A broken lid"),
        ("https://elsewhere.example/2.ogg", ""),
    ]


def test_ids_are_compared_as_numbers():
    assert max("9999", "10000", key=age) == "10000"


def test_what_breaks_all_bounds_is_left_out():
    assert reading.message_of(status(id="1" * 256), "1 2") is None


def test_a_policy_that_drops_mentions_is_noticed():
    assert not Policy().drops
    assert msgspec.convert({"for_new_accounts": "drop"}, Policy).drops
