"""POST /api/v1/channels/{id}/messages: both doors take the same messages and give the same answers."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.keys import revoke_key
from accounts.models.keys import Scope
from inbox.actions.tickets import resolve_ticket
from inbox.models import Channel, ChannelKey, Message, ReopenPolicy, Status, Ticket
from tests.cast import make_brand, make_channel, make_key, make_team
from tests.inbox.doors import BOTH_DOORS, PROBLEM, Fast, View, bearer


@pytest.fixture
def door(request):
    return {"view": View, "fast": Fast}[request.param]()


@pytest.fixture
def secret(northline):
    return make_key(northline, Scope.MESSAGES_WRITE)[1]


@pytest.fixture
def post(door, channel, secret):
    """Post a body to the channel through the door under test."""

    def post_body(body, *, to=None, key=secret, **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return door.post(address(to or channel), content, bearer(key) | headers)

    return post_body


def address(channel):
    return f"/api/v1/channels/{channel.pk}/messages"


def make_item(number=1, **fields):
    return {
        "external_id": f"post-{number}",
        "thread_key": f"thread-{number}",
        "author": {"external_id": "priya", "username": "@priya", "name": "Priya"},
        "sent_at": timezone.now().isoformat(),
        "text": "Where is my train?",
    } | fields


def results_of(answer):
    assert (answer.status, answer.media_type) == (200, "application/json"), answer.body
    return answer.json()["results"]


# What is stored -------------------------------------------------------------------------------------


@BOTH_DOORS
def test_a_message_is_created_once_and_a_duplicate_ever_after(post, channel):
    item = make_item()

    first, second = post(item), post(item)

    message = Message.objects.get(channel=channel)
    assert first.json() == {
        "created": 1,
        "duplicate": 0,
        "invalid": 0,
        "results": [
            {"index": 0, "external_id": "post-1", "status": "created", "ticket": 1, "message": message.pk},
        ],
    }
    assert results_of(second)[0]["status"] == "duplicate"
    assert (message.text, message.ticket.number) == ("Where is my train?", 1)


@BOTH_DOORS
def test_valid_items_are_stored_although_others_are_not(post):
    batch = [make_item(1), make_item(2, author={"external_id": ""}), make_item(3, visibility="secret"), "four"]

    results = results_of(post(batch))

    assert [result["status"] for result in results] == ["created", "invalid", "invalid", "invalid"]
    assert [result["external_id"] for result in results] == ["post-1", "post-2", "post-3", None]
    assert results[1]["errors"] == [
        {"field": "author.external_id", "message": "Must be a text of 1 to 255 characters."}
    ]
    assert results[2]["errors"] == [{"field": "visibility", "message": "Must be one of “comment”, “direct”, “public”."}]
    assert Message.objects.count() == 1


def make_bad_item(case):
    return {name: value for name, value in (make_item() | BAD_ITEMS[case][0]).items() if value is not None}


BAD_ITEMS = {
    "a missing field": ({"thread_key": None}, "thread_key", "a text of 1 to 255 characters"),
    "an unknown field": ({"colour": "red"}, "colour", "allowed are external_id, thread_key"),
    "a time without a zone": ({"sent_at": "2026-01-01T00:00:00"}, "sent_at", "a time with its zone"),
    "a time far ahead": ({"sent_at": "2226-01-01T00:00:00Z"}, "sent_at", "a day ahead"),
    "a time long ago": ({"sent_at": "0001-01-01T00:00:00+14:00"}, "sent_at", "between 1970 and 9998"),
    "a time in no zone of this world": ({"sent_at": "2026-01-01T00:00:00+20:47"}, "sent_at", "-15:00 and +15:00"),
    "nothing said": ({"text": " "}, "text", "text, html and attachments"),
    "a NUL in the text": ({"text": "a\x00b"}, "text", "U+0000"),
    "a NUL deep inside": ({"author": {"external_id": "a", "name": "\x00"}}, "author.name", "U+0000"),
    "an attachment without an address": (
        {"attachments": [{"url": "https://a.example/"}, {"url": "ftp://a"}]},
        "attachments[1].url",
        "that matches ^https?://",
    ),
    "a text that is too long": ({"text": "x" * 100_001}, "text", "at most 100000 characters"),
    "a negative number of followers": (
        {"author": {"external_id": "a", "followers": -1}},
        "author.followers",
        "a whole number from 0 to 2147483647 or null",
    ),
}


@pytest.mark.parametrize("case", BAD_ITEMS)
@pytest.mark.parametrize("door", ["view"], indirect=True)
def test_a_bad_item_is_answered_with_its_field_and_what_was_allowed(post, case):
    _fields, field, allowed = BAD_ITEMS[case]

    results = results_of(post(make_bad_item(case)))

    assert results[0]["status"] == "invalid"
    assert results[0]["errors"][0]["field"] == field
    assert allowed in results[0]["errors"][0]["message"]
    assert not Message.objects.exists()


@BOTH_DOORS
def test_an_emoji_cut_in_half_by_its_sender_does_not_lose_the_message(post):
    results_of(post(json.dumps([make_item(1, text="Thanks \ud83d"), make_item(2, text="\\ud83d 😀")]).encode()))

    assert set(Message.objects.values_list("text", flat=True)) == {"Thanks \ufffd", "\\ud83d 😀"}


@BOTH_DOORS
def test_emoji_right_to_left_and_html_arrive_as_they_were_said(post):
    rtl = "مرحبا 👩‍👩‍👧 \u202eabc"
    batch = [make_item(1, text=rtl), make_item(2, text="", html="<p>Hello <b>you</b><script>alert(1)</script></p>")]

    results_of(post(batch))

    said = {message.external_id: message for message in Message.objects.all()}
    assert said["post-1"].text == rtl
    assert said["post-2"].text == "Hello you"
    assert "script" not in said["post-2"].html


@BOTH_DOORS
def test_what_came_beside_the_text_is_kept(post):
    files = [{"url": "https://cdn.example/ticket.png", "type": "image/png", "name": "ticket.png"}]

    results_of(post(make_item(attachments=files, raw={"uri": "at://x", "nested": [1, {"é": None}]})))

    message = Message.objects.get()
    assert message.attachments.get().url == "https://cdn.example/ticket.png"
    assert json.loads(message.raw.body) == {"uri": "at://x", "nested": [1, {"é": None}]}


@BOTH_DOORS
def test_late_messages_land_in_their_place(post):
    now = timezone.now()
    said = [
        make_item(number, thread_key="t", text=text, sent_at=(now - timedelta(hours=hours)).isoformat())
        for number, (text, hours) in enumerate([("third", 0), ("first", 2), ("second", 1)])
    ]

    post(said[0])
    post(said[1:])

    ticket = Ticket.objects.get()
    assert [message.text for message in ticket.messages.in_order()] == ["first", "second", "third"]
    assert ticket.preview == "third"


@pytest.mark.parametrize(
    ("policy", "tickets"), [(ReopenPolicy.REOPEN, [Status.OPEN]), (ReopenPolicy.NEW_TICKET, ["resolved", "open"])]
)
@BOTH_DOORS
def test_an_answer_to_a_resolved_ticket_follows_the_channels_policy(post, channel, agnes, policy, tickets):
    Channel.objects.filter(pk=channel.pk).update(reopen_policy=policy)
    post(make_item(1, thread_key="t"))
    resolve_ticket(Ticket.objects.get(), by=agnes)

    result = results_of(post(make_item(2, thread_key="t", text="Still broken")))[0]

    assert list(Ticket.objects.order_by("number").values_list("status", flat=True)) == tickets
    assert result["ticket"] == len(tickets)


# What is no batch -----------------------------------------------------------------------------------

NO_BATCHES = {
    "nothing": (b"", 400, "an array of 1 to 500"),
    "an empty array": (b"[]", 400, "an array of 1 to 500"),
    "a number": (b"5", 400, "an array of 1 to 500"),
    "no JSON": (b"hello", 400, "not well-formed JSON"),
    "half a JSON": (b'[{"external_id": "a"', 400, "not well-formed JSON"),
    "an object and more": (b"{} {}", 400, "not well-formed JSON"),
    "no UTF-8": (b'{"external_id": "\xff"}', 400, "not well-formed JSON"),
    "a tower": (b"[" * 100_000, 400, "not well-formed JSON"),
    "a tower inside": (b'{"raw": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "not well-formed JSON"),
    "501 items": (b"[" + b"{}," * 500 + b"{}]", 413, "at most 500 messages at a time, not 501"),
    "more than 8 MB": (b'{"text": "' + b"x" * 8 * 1024 * 1024 + b'"}', 413, "8388608 bytes"),
}


@pytest.mark.parametrize("case", NO_BATCHES)
@pytest.mark.parametrize("door", ["view"], indirect=True)
def test_what_is_no_batch_is_refused_whole(post, case):
    body, status, words = NO_BATCHES[case]

    answer = post(body)

    assert (answer.status, answer.media_type) == (status, PROBLEM)
    assert words in answer.json()["detail"]
    assert answer.json()["status"] == status


@BOTH_DOORS
def test_another_media_type_is_refused(post):
    answer = post(b"text=hello", **{"Content-Type": "application/x-www-form-urlencoded"})

    assert (answer.status, answer.media_type) == (415, PROBLEM)


@pytest.mark.parametrize("door", ["view"], indirect=True)
def test_500_items_are_taken(post):
    answer = post([make_item(number) for number in range(500)])

    assert answer.json()["created"] == 500


# Who may --------------------------------------------------------------------------------------------


@BOTH_DOORS
def test_a_stranger_gets_401_without_a_key_and_with_a_wrong_or_revoked_one(
    post, northline, olga, django_capture_on_commit_callbacks
):
    key, revoked = make_key(northline, Scope.MESSAGES_WRITE)
    post(make_item(), key=revoked)
    with django_capture_on_commit_callbacks(execute=True):
        revoke_key(key, by=olga)

    answers = [post(make_item(), key=secret) for secret in ("", "ov_0000000000_x", "nonsense", revoked)]

    assert [(answer.status, answer.media_type) for answer in answers] == [(401, PROBLEM)] * 4
    headers = [{name.lower(): value for name, value in answer.headers.items()} for answer in answers]
    assert all(found["www-authenticate"].startswith("Bearer") for found in headers)


@BOTH_DOORS
def test_another_organizations_key_finds_nothing(post, oscar):
    answer = post(make_item(), key=make_key(oscar.organization, Scope.MESSAGES_WRITE)[1])

    assert (answer.status, answer.media_type) == (404, PROBLEM)
    assert not Message.objects.exists()


@BOTH_DOORS
def test_a_key_without_the_scope_is_told_which_it_lacks(post, northline):
    answer = post(make_item(), key=make_key(northline, Scope.OUTBOX)[1])

    assert (answer.status, answer.json()["scope"]) == (403, "messages:write")


@BOTH_DOORS
def test_a_key_of_one_channel_finds_no_other(post, northline, channel):
    key, secret = make_key(northline, Scope.MESSAGES_WRITE, all_channels=False)
    other = make_channel(make_brand(northline, "Northline Bus"), make_team(northline))
    ChannelKey.objects.create(channel=channel, key=key)

    assert post(make_item(), key=secret).status == 200
    assert post(make_item(), key=secret, to=other).status == 404


@BOTH_DOORS
def test_a_channel_that_is_switched_off_is_not_there(post, channel):
    Channel.objects.filter(pk=channel.pk).update(active=False)

    assert post(make_item()).status == 404


@BOTH_DOORS
def test_a_key_over_its_limit_is_told_when_to_come_again(post, northline, channel):
    key, secret = make_key(northline, Scope.MESSAGES_WRITE, all_channels=False)
    ChannelKey.objects.create(channel=channel, key=key, per_minute=3)

    # Even when a new minute begins in between, the seventh is too many.
    answers = [post(make_item(number), key=secret) for number in range(7)]

    assert [answer.status for answer in answers[:3]] == [200, 200, 200]
    refused = next(answer for answer in answers if answer.status != 200)
    headers = {name.lower(): value for name, value in refused.headers.items()}
    assert (refused.status, refused.media_type) == (429, PROBLEM)
    assert 0 < int(headers["retry-after"]) <= 60


# How --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_both_doors_answer_byte_for_byte_the_same(channel, secret):
    good = json.dumps(make_item(1)).encode()
    bodies = [good, *(json.dumps(make_bad_item(case)).encode() for case in BAD_ITEMS)]
    bodies += [body for body, _status, _words in NO_BATCHES.values()]
    requests = [(address(channel), body, bearer(secret)) for body in bodies]
    requests += [(address(channel), good, bearer(key)) for key in ("ov_1_2", "")]
    requests.append((f"/api/v1/channels/{channel.pk + 1}/messages", good, bearer(secret)))
    requests.append((address(channel), good, bearer(secret) | {"Content-Type": "text/plain"}))
    View().post(*requests[0])

    for request in requests:
        by_view, by_fast = View().post(*request), Fast().post(*request)

        assert (by_fast.status, by_fast.media_type, by_fast.body) == (
            by_view.status,
            by_view.media_type,
            by_view.body,
        )


@pytest.mark.django_db
def test_the_number_of_statements_does_not_depend_on_the_batch(channel, secret):
    View().post(address(channel), json.dumps(make_item("warm")).encode(), bearer(secret))

    counts = {}
    for size in (1, 10, 500):
        batch = json.dumps([make_item(f"{size}-{number}") for number in range(size)]).encode()
        with CaptureQueriesContext(connection) as captured:
            assert View().post(address(channel), batch, bearer(secret)).json()["created"] == size
        counts[size] = len(captured)

    assert counts[1] == counts[10] == counts[500]


@pytest.mark.django_db(transaction=True)
def test_eight_senders_of_the_same_batch_at_once_store_it_once(channel, secret):
    batch = json.dumps([make_item(number, thread_key=f"t{number % 7}") for number in range(40)]).encode()

    def send(_):
        try:
            return (
                Client().post(address(channel), batch, content_type="application/json", headers=bearer(secret)).json()
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(send, range(8)))

    assert sum(answer["created"] for answer in answers) == 40
    assert sum(answer["duplicate"] for answer in answers) == 280
    assert (Message.objects.count(), Ticket.objects.count()) == (40, 7)
