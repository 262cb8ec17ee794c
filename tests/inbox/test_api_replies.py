"""POST /api/v1/tickets/{number}/replies: both doors send by the composer's action and give the same answers."""

import asyncio
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models.keys import Scope
from brandvoice.guard import signed
from inbox import batches
from inbox.actions.messages import receive_messages
from inbox.api.intake import MOST_BYTES, Submission
from inbox.api.replies import answer_group
from inbox.models import ChannelKey, Delivery, Direction, Event, Message
from tests.cast import make_brand, make_channel, make_incoming, make_key, make_rule, make_team, make_ticket
from tests.inbox.doors import BOTH_DOORS, PROBLEM, Fast, View, a_database_that_chokes, bearer


@pytest.fixture
def door(request):
    return {"view": View, "fast": Fast}[request.param]()


@pytest.fixture
def secret(northline):
    return make_key(northline, Scope.TICKETS_WRITE)[1]


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t", external_id="post", language="en")


@pytest.fixture
def post(door, ticket, secret):
    """Post a reply to the ticket through the door under test."""

    def post_reply(body=None, *, to=None, key=secret, **headers):
        return door.post(*make_request(to or ticket, key, body, **headers))

    return post_reply


def make_request(ticket, secret, body=None, **headers):
    number = ticket if isinstance(ticket, int) else ticket.number
    content = body if isinstance(body, bytes) else json.dumps(make_body(**(body or {}))).encode()
    return f"/api/v1/tickets/{number}/replies", content, bearer(secret) | headers


def make_body(**fields):
    return {"text": "It left at nine.", "seen": 2**63 - 1} | fields


def post_together(requests):
    return asyncio.run(Fast().post_together(requests))


def outbound():
    return Message.objects.filter(direction=Direction.OUTBOUND)


# What is sent ---------------------------------------------------------------------------------------


@BOTH_DOORS
def test_a_reply_is_queued_where_the_customer_wrote_in_the_keys_name(post, ticket):
    answer = post({"seen": ticket.messages.get().pk, "purpose": "inform"})

    message = outbound().get()
    assert (answer.status, answer.media_type) == (201, "application/json")
    assert answer.json() == {
        "message": message.pk,
        "delivery": {
            "id": message.delivery.pk,
            "state": "queued",
            "attempts": 0,
            "url": "",
            "reason": "",
            "send_at": None,
        },
    }
    assert (message.text, message.visibility, message.in_reply_to) == ("It left at nine.", "public", "post")
    assert (message.purpose, message.language, message.user) == ("inform", "en", None)
    event = Event.objects.get(kind="reply.queued")
    assert (event.message, event.ticket, event.actor) == (message, ticket, None)
    assert event.key is not None


@BOTH_DOORS
def test_a_ticket_that_has_moved_on_is_answered_with_what_is_new(post, channel, ticket):
    seen = ticket.messages.get().pk
    receive_messages(channel, [make_incoming("Found it!", thread="t")])

    answer = post({"seen": seen})

    assert (answer.status, answer.media_type) == (409, PROBLEM)
    assert [(message["text"], message["author"]) for message in answer.json()["newer"]] == [("Found it!", "Priya")]
    assert not Delivery.objects.exists()
    assert post({"seen": seen, "confirm_stale": True}).status == 201


@BOTH_DOORS
def test_what_the_guard_stops_is_answered_with_its_findings(post):
    answer = post({"text": "Write to priya@mail.example"})

    finding = answer.json()["findings"][0]
    assert (answer.status, answer.media_type, answer.json()["outcome"]) == (422, PROBLEM, "block")
    assert (finding["rule"], finding["start"], finding["end"]) == ("personal_data.email", 9, 27)
    assert not Delivery.objects.exists()


@BOTH_DOORS
@pytest.mark.parametrize(("accepted", "spoken"), [("", "en"), ("*", "en"), ("de-AT, en;q=0.5", "de"), ("tlh", "en")])
def test_the_guard_speaks_the_programs_language(post, monkeypatch, accepted, spoken):
    monkeypatch.setattr(signed, "_", lambda _words: translation.get_language())

    answer = post({"text": "Dear {name},"}, **({"Accept-Language": accepted} if accepted else {}))

    assert answer.json()["findings"][0]["reason"] == spoken


@BOTH_DOORS
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"text": "  \n "}, 422, "text"),
        ({"text": "\x00"}, 422, "text"),
        ({"seen": -1}, 422, "seen"),
        ({"visibility": "secret"}, 422, "visibility"),
        ({"spans": [{"wording": 1, "start": 0}]}, 422, "spans[0].end"),
        (b"{", 400, None),
        (b"", 422, "seen"),
        (b" " * (MOST_BYTES + 1), 413, None),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_sent(post, body, status, field):
    answer = post(body)

    assert (answer.status, answer.media_type) == (status, PROBLEM)
    assert [error["field"] for error in answer.json().get("errors", [])] == ([field] if field else [])
    assert not outbound().exists()


# Who may --------------------------------------------------------------------------------------------


@BOTH_DOORS
def test_strangers_and_keys_without_the_scope_are_refused(post, northline):
    lacking = make_key(northline, *(scope for scope in Scope.values if scope != Scope.TICKETS_WRITE))[1]

    stranger, unknown, refused = post(key=""), post(key="ov_none_such"), post(key=lacking)

    assert (stranger.status, unknown.status) == (401, 401)
    assert (refused.status, refused.json()["scope"]) == (403, Scope.TICKETS_WRITE)
    assert not outbound().exists()


@BOTH_DOORS
def test_tickets_of_others_and_of_closed_channels_are_not_there(post, northline, oscar, channel):
    bus = make_channel(make_brand(northline, "Northline Bus"), make_team(northline))
    limited, secret = make_key(northline, Scope.TICKETS_WRITE, all_channels=False)
    ChannelKey.objects.create(channel=bus, key=limited)
    stranger = make_key(oscar.organization, Scope.TICKETS_WRITE)[1]

    answers = [post(key=secret), post(key=stranger), post(to=10**17)]
    channel.active = False
    channel.save(update_fields=["active"])
    answers.append(post())

    assert [(answer.status, answer.media_type) for answer in answers] == [(404, PROBLEM)] * 4
    assert not outbound().exists()


@BOTH_DOORS
def test_replies_over_the_keys_limit_wait_for_the_next_minute(post, northline):
    secret = make_key(northline, Scope.TICKETS_WRITE, per_minute=2)[1]

    # Even when a new minute begins in between, the fifth is too many.
    answers = [post({"confirm_stale": True}, key=secret) for _ in range(5)]

    assert [answer.status for answer in answers[:2]] == [201, 201]
    refused = next(answer for answer in answers if answer.status != 201)
    assert refused.status == 429
    assert int({name.lower(): value for name, value in refused.headers.items()}["retry-after"]) <= 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "body", [{"seen": 0}, {"text": "Call +44 20 7946 0958"}, {"text": " "}, b"[]", b"\xff", {"seen": 2**64}]
)
def test_both_doors_refuse_in_the_same_words(ticket, secret, body):
    answers = [door.post(*make_request(ticket, secret, body)) for door in (View(), Fast())]

    assert answers[0].status >= 400
    assert answers[0].body == answers[1].body
    assert answers[0].status == answers[1].status


# Together -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_replies_that_wait_together_share_transactions(channel, secret):
    tickets = [make_ticket(channel) for _ in range(40)]

    answers = post_together([make_request(ticket, secret) for ticket in tickets])

    assert {answer.status for answer in answers} == {201}
    sent = dict(outbound().values_list("ticket", "pk"))
    assert [answer.json()["message"] for answer in answers] == [sent[ticket.pk] for ticket in tickets]
    assert Event.objects.filter(kind="reply.queued").values("transaction").distinct().count() <= 10


@pytest.mark.django_db(transaction=True)
def test_of_replies_to_one_ticket_that_wait_together_the_first_is_sent_and_the_others_hear_of_it(ticket, secret):
    seen = ticket.messages.get().pk

    answers = post_together([make_request(ticket, secret, {"seen": seen}) for _ in range(6)])

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409, 409]
    heard = [message["id"] for answer in answers if answer.status == 409 for message in answer.json()["newer"]]
    assert heard == [outbound().get().pk] * 5


@pytest.mark.django_db(transaction=True)
def test_those_that_want_to_be_sent_all_the_same_follow_one_another(ticket, secret):
    texts = [f"Part {number}" for number in range(4)]

    post_together([make_request(ticket, secret, {"text": text, "confirm_stale": True}) for text in texts])

    assert sorted(outbound().values_list("text", flat=True)) == texts
    assert outbound().in_order().values_list("pk", flat=True)[0] == Delivery.objects.order_by("pk")[0].message_id


@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_with_one_reply_is_the_answer_to_that_one_alone(channel, rail, secret):
    make_rule(rail.organization, "guarantee", brand=rail)
    bodies = [{}, {"text": "We guarantee it."}, {"seen": 0}, {"text": "poison"}, b"{", {}]
    requests = [make_request(make_ticket(channel), secret, body) for body in bodies]

    with a_database_that_chokes("22000"):
        answers = post_together([*requests, make_request(10**6, secret)])

    assert [answer.status for answer in answers] == [201, 422, 409, 500, 400, 201, 404]
    assert outbound().count() == Delivery.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [View(), Fast()], ids=["view", "fast"])
def test_while_the_database_cannot_be_reached_the_sender_is_told_to_come_again(ticket, secret, door):
    with a_database_that_chokes("57P03"):
        answer = door.post(*make_request(ticket, secret, {"text": "poison"}))

    assert (answer.status, answer.media_type) == (503, PROBLEM)
    assert not outbound().exists()
    assert door.post(*make_request(ticket, secret)).status == 201


def test_the_number_of_statements_does_not_depend_on_the_size_of_the_group(channel, northline, monkeypatch):
    key, sent, start, counts = make_key(northline, Scope.TICKETS_WRITE)[0], [], batches.start, []

    def note_and_start(statement, *arguments, **scalars):
        sent.append(statement)
        return start(statement, *arguments, **scalars)

    monkeypatch.setattr(batches, "start", note_and_start)
    for size in (1, 10, 100):
        stale_and_fresh = [json.dumps(make_body(seen=seen)).encode() for seen in (0, 2**63 - 1)] * size
        group = [(make_ticket(channel).number, Submission(body, "application/json")) for body in stale_and_fresh]
        sent.clear()
        with CaptureQueriesContext(connection) as queries:
            answer_group(key, [channel.pk], group)
        counts.append(len(sent) + len(queries))

    assert outbound().count() == 111
    assert counts[0] > 5
    assert len(set(counts)) == 1, counts
