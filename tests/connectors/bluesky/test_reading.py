"""What Bluesky says, read: the notification is one that a real server (@atproto/dev-env 0.6.7) sent."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from inbox.connectors.bluesky import reading, writing
from inbox.connectors.bluesky.reading import Listing, Post
from inbox.connectors.listing import taken_away

ROBIN, BRAND = "did:plc:r43dsb3ddxxssr42xcbbhzqc", "did:plc:xiuobvgpsqyfdlmhc7ivgatr"
ASKED = f"at://{ROBIN}/app.bsky.feed.post/3mheov3bdjs2k"
NOTIFICATION = {
    "uri": ASKED,
    "cid": "bafyreihcaofylmaxf4fnrpdw7drlmafmbbzwajh5tqabhnmqq42wneuqwm",
    "author": {
        "did": ROBIN,
        "handle": "robin.test",
        "displayName": "Robin Meyer",
        "viewer": {"muted": False, "blockedBy": False},
        "labels": [],
        "createdAt": "2026-11-24T17:30:11.121Z",
        "indexedAt": "2026-11-24T17:30:11.221Z",
    },
    "reason": "mention",
    "record": {
        "$type": "app.bsky.feed.post",
        "text": "@northline.test wo bleibt mein Zug? 🚆 northline.example/live/timet…",
        "langs": ["de-DE"],
        "facets": [
            {
                "index": {"byteStart": 0, "byteEnd": 15},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": BRAND}],
            },
            {
                "index": {"byteStart": 41, "byteEnd": 72},
                "features": [
                    {
                        "$type": "app.bsky.richtext.facet#link",
                        "uri": "https://northline.example/live/timetable?train=123",
                    }
                ],
            },
        ],
        "createdAt": "2026-11-24T17:30:12.000Z",
    },
    "isRead": False,
    "indexedAt": "2026-11-24T17:30:12.345Z",
    "labels": [],
}


def told(**changes):
    """Return the notification, with changes to its record."""
    record = {**NOTIFICATION["record"], **changes}
    said = {"notifications": [{**NOTIFICATION, "record": record}], "cursor": "2026-11-24T17:30:12.345Z"}
    return msgspec.json.decode(msgspec.json.encode(said), type=Listing).notifications[0]


def post(text="", **fields):
    return msgspec.convert({"text": text, **fields}, Post)


def answer(root, parent):
    return {"root": {"uri": root, "cid": "r"}, "parent": {"uri": parent, "cid": "p"}}


def test_a_mention_is_a_public_message_with_its_links_in_full():
    message = reading.message_of(told(), {})

    assert (message.external_id, message.author.external_id, message.author.username) == (ASKED, ROBIN, "robin.test")
    expected = "@northline.test wo bleibt mein Zug? 🚆 https://northline.example/live/timetable?train=123"
    assert message.text == expected
    assert (message.visibility, message.language, message.in_reply_to) == ("public", "de", "")
    assert message.sent_at == datetime(2026, 11, 24, 17, 30, 12, tzinfo=UTC)


def test_under_one_post_each_customer_has_a_conversation_of_their_own():
    root = f"at://{BRAND}/app.bsky.feed.post/3mheov3bdjs2a"
    hers = reading.message_of(told(reply=answer(root, root)), {})
    later = reading.message_of(told(reply=answer(root, f"at://{BRAND}/app.bsky.feed.post/3mheov3bdjs2z")), {})

    assert hers.thread_key == later.thread_key == f"{root} {ROBIN}"
    assert hers.in_reply_to == root
    assert reading.thread_key(root, "did:plc:kai") != hers.thread_key
    assert len(reading.thread_key(root, "did:web:" + "a" * 250)) <= 255


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("2026-11-24T17:30:12.000Z", "2026-11-24T17:30:12+00:00"),
        ("2026-11-25T17:30:12.000Z", "2026-11-24T17:30:12.345000+00:00"),
        ("1999-01-01T00:00:00.000Z", "2026-11-24T17:30:12.345000+00:00"),
        ("last night", "2026-11-24T17:30:12.345000+00:00"),
    ],
)
def test_an_authors_clock_is_believed_within_reason(said, seen):
    assert reading.message_of(told(createdAt=said), {}).sent_at.isoformat() == seen


def test_what_is_under_a_post_is_read_with_it():
    card = {"$type": "app.bsky.embed.external", "external": {"uri": "https://shop.example/1", "title": "x"}}
    quoted = f"at://{BRAND}/app.bsky.feed.post/3mheov3bdjs2a"
    quote = {"$type": "app.bsky.embed.record", "record": {"uri": quoted, "cid": "c"}}
    both = {"$type": "app.bsky.embed.recordWithMedia", "record": quote, "media": card}

    assert reading.text_of(post("Look", embed=card)) == "Look\nhttps://shop.example/1"
    address = f"https://bsky.app/profile/{BRAND}/post/3mheov3bdjs2a"
    assert reading.text_of(post("Oh?", embed=quote)) == f"Oh?\n{address}"
    assert reading.text_of(post("Oh?", embed=both)) == f"Oh?\nhttps://shop.example/1\n{address}"


def test_a_link_under_other_words_or_with_broken_bytes_leaves_the_words_alone():
    facet = {"index": {"byteStart": 0, "byteEnd": 4}, "features": [{"uri": "https://elsewhere.example"}]}

    assert reading.text_of(post("here you go", facets=[facet])) == "here you go"
    facet["index"] = {"byteStart": 90, "byteEnd": 4}
    assert reading.text_of(post("here…", facets=[facet])) == "here…"


def test_pictures_come_by_the_addresses_that_the_network_shows_them_at():
    image = {"fullsize": "https://cdn.example/1.jpg", "alt": "A broken lid"}
    view = msgspec.convert({"uri": ASKED, "embed": {"media": {"images": [image, image]}}}, reading.PostView)
    still = msgspec.convert({"uri": ASKED, "embed": {"thumbnail": "https://cdn.example/v.jpg"}}, reading.PostView)

    files = reading.attachments_of(view)
    assert [(one.url, one.name) for one in files] == [("https://cdn.example/1.jpg", "A broken lid")] * 2
    assert [one.url for one in reading.attachments_of(still)] == ["https://cdn.example/v.jpg"]
    assert reading.attachments_of(None) == ()


def test_what_nobody_could_read_is_left_out():
    assert reading.message_of(told(text=7), {}) is None
    assert reading.message_of(told(text="x" * 100_001), {}) is None


@pytest.mark.parametrize(
    ("known", "listed", "whole", "gone"),
    [
        ("cba", "cba", True, ""),
        ("cba", "ca", True, "b"),
        ("cba", "", True, "cba"),
        ("cba", "ed", False, ""),
        ("cba", "edb", False, "c"),
        ("cba", "edc", False, ""),
        ("", "a", True, ""),
    ],
)
def test_what_is_missing_was_taken_away_unless_it_only_moved_down(known, listed, whole, gone):
    assert taken_away(list(known), list(listed), whole=whole) == list(gone)


def test_whom_an_answer_of_ours_is_for_is_found_through_our_own_additions():
    mine = f"at://{BRAND}/app.bsky.feed.post/1"
    first = post("1/2", reply=answer(ASKED, ASKED))
    second = post("2/2", reply=answer(ASKED, mine))

    assert reading.customer_behind(first, BRAND, {}.get) == ROBIN
    assert reading.customer_behind(second, BRAND, {mine: first}.get) == ROBIN
    assert reading.customer_behind(second, BRAND, {}.get) is None
    assert reading.customer_behind(post("news"), BRAND, {}.get) is None
    assert reading.customer_behind(post("more", reply=answer(mine, mine)), BRAND, {mine: post("news")}.get) is None


def test_a_page_that_was_emptied_still_says_how_far_it_went():
    moment = datetime(2026, 11, 24, tzinfo=UTC)

    assert Listing(cursor="2026-11-23T00:00:00.000Z").reaches(moment)
    assert not Listing(cursor="2026-11-25T00:00:00.000Z").reaches(moment)
    assert not Listing(cursor="opaque").reaches(moment)
    assert Listing([told()], cursor="opaque").reaches(told().indexed_at)
    assert not Listing([told()], cursor="opaque").reaches(told().indexed_at - timedelta(seconds=1))


def test_links_and_mentions_are_marked_by_bytes():
    text = "Hallo 👩‍👩‍👧 @robin.test, siehe https://northline.example/ä_(x). (Oder https://b.example)"

    facets = writing.facets_of(text, {"robin.test": ROBIN}.get)

    whole = text.encode()
    marked = {whole[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"][0] for f in facets}
    assert set(marked) == {"@robin.test", "https://northline.example/ä_(x)", "https://b.example"}
    assert marked["@robin.test"]["did"] == ROBIN
    assert writing.facets_of("mail robin@shop.example or @nobody.test", lambda _: "") == []


def test_keys_are_as_the_network_makes_them_and_sort_as_time_does():
    # From the specification of record keys: the all-zero identifier, and its alphabet.
    assert writing.tid(0) == "2222222222222"
    now = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    keys = [writing.tid_at(now + timedelta(milliseconds=number)) for number in range(50)]
    assert keys == sorted(keys)
    assert all(len(key) == 13 and set(key) <= set("234567abcdefghijklmnopqrstuvwxyz") for key in keys)
