"""A reply that comes again under its Idempotency-Key is sent once and answered as the first time, at both doors."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from inbox import batches
from inbox.actions.repeats import Named, forget_repeats, recognise
from inbox.api.intake import Submission
from inbox.api.replies import answer_group
from inbox.models import Delivery, Direction, Message, Repeatable
from tests.cast import make_key, make_ticket
from tests.inbox.doors import BOTH_DOORS, PROBLEM, Fast, View, a_database_that_chokes, bearer

ANYTHING = 2**63 - 1


@pytest.fixture
def door(request):
    return {"view": View, "fast": Fast}[request.param]()


@pytest.fixture
def key(northline):
    return make_key(northline, Scope.TICKETS_WRITE)


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t")


@pytest.fixture
def post(door, ticket, key):
    """Post a reply through the door under test, under a name."""

    def post_reply(name="first", *, to=ticket, secret=key[1], **fields):
        return door.post(*make_request(to, secret, name, **fields))

    return post_reply


def make_request(ticket, secret, name="first", **fields):
    body = json.dumps({"text": "It left at nine.", "seen": ANYTHING} | fields).encode()
    return f"/api/v1/tickets/{ticket.number}/replies", body, bearer(secret) | {"Idempotency-Key": name}


def outbound():
    return Message.objects.filter(direction=Direction.OUTBOUND)


@BOTH_DOORS
def test_the_same_again_is_sent_once_and_gets_the_first_answer_whatever_has_become_of_the_reply(post):
    first = post()
    Delivery.objects.update(state="sent", attempt_count=3, url="https://social.example/1")

    second = post()

    assert (first.status, second.status) == (201, 201)
    assert second.body == first.body
    assert outbound().count() == 1


@BOTH_DOORS
def test_blanks_the_order_of_fields_and_quotation_marks_make_no_difference(door, ticket, key):
    path, body, headers = make_request(ticket, key[1], "first")
    spread = json.dumps(dict(reversed(json.loads(body).items())), indent=4).encode()

    answers = [door.post(path, body, headers), door.post(path, spread, headers | {"Idempotency-Key": '"first"'})]

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert outbound().count() == 1


@BOTH_DOORS
def test_another_request_under_the_same_name_is_refused(post, channel):
    post()

    answers = [post(text="It left at ten."), post(to=make_ticket(channel, thread="other"))]

    assert [(answer.status, answer.media_type) for answer in answers] == [(422, PROBLEM)] * 2
    assert {answer.json()["type"] for answer in answers} == {"urn:onevoice:problem:idempotency-key-reused"}
    assert outbound().count() == 1


@BOTH_DOORS
def test_another_name_and_another_key_send_again(post, northline):
    another = make_key(northline, Scope.TICKETS_WRITE)[1]

    answers = [post(), post("second"), post(secret=another), post("")]

    assert [answer.status for answer in answers] == [201] * 4
    assert outbound().count() == 4


@BOTH_DOORS
def test_a_refusal_uses_up_no_name(post, ticket):
    stale, mended = post(seen=0), post(seen=ticket.messages.get().pk)

    assert (stale.status, mended.status) == (409, 201)
    assert post(text="Write to priya@mail.example").status == 422


@BOTH_DOORS
def test_while_the_first_is_under_way_the_second_is_told_so_at_once(post, ticket, key, transactional_db):
    """Somebody else holds the name in a transaction of their own."""
    begun, over = Barrier(2), Barrier(2)

    def hold():
        try:
            with transaction.atomic():
                recognise({ticket.number: Named("first", b"")}, by=key[0])
                begun.wait(10)
                over.wait(10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        begun.wait(10)
        answer = post()
        over.wait(10)
        held.result()

    told = {name.lower(): value for name, value in answer.headers.items()}
    assert (answer.status, answer.media_type, told["retry-after"]) == (409, PROBLEM, "1")
    assert answer.json()["type"] == "urn:onevoice:problem:request-under-way"
    assert not outbound().exists()
    assert post().status == 201


@pytest.mark.django_db(transaction=True)
def test_of_equal_requests_at_once_one_is_sent(ticket, key):
    requests = [make_request(ticket, key[1]) for _ in range(8)]

    def post_by_view(request):
        try:
            return View().post(*request)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post_by_view, requests))
    answers += asyncio.run(Fast().post_together(requests))

    assert {answer.status for answer in answers} <= {201, 409}
    assert len({answer.body for answer in answers if answer.status == 201}) == 1
    assert outbound().count() == 1


@pytest.mark.django_db(transaction=True)
def test_requests_that_wait_together_and_have_one_name_hear_that_the_first_is_under_way(channel, key):
    tickets = [make_ticket(channel) for _ in range(3)]

    answers = asyncio.run(Fast().post_together([make_request(ticket, key[1]) for ticket in tickets]))

    assert sorted(answer.status for answer in answers)[0] == 201
    assert {answer.status for answer in answers} <= {201, 409, 422}
    assert outbound().count() == 1


@BOTH_DOORS
@pytest.mark.parametrize("name", ['"', '""', "é", 'a "b" c', "x" * 256])
def test_a_name_that_is_none_is_refused(post, name):
    answer = post(name)

    assert (answer.status, answer.media_type) == (400, PROBLEM)
    assert not outbound().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [View(), Fast()], ids=["view", "fast"])
def test_what_could_not_be_stored_is_sent_when_it_comes_again(ticket, key, door):
    with a_database_that_chokes("22000"):
        assert door.post(*make_request(ticket, key[1], text="poison")).status == 500

    assert door.post(*make_request(ticket, key[1], text="poison")).status == 201
    assert outbound().count() == 1


@BOTH_DOORS
def test_after_a_day_the_name_is_free_for_another_request(post):
    post()
    Repeatable.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    assert post(text="It left at ten.").status == 201
    assert post().status == 422


def test_names_are_forgotten_after_a_day(channel, key):
    for number in range(2):
        View().post(*make_request(make_ticket(channel), key[1], str(number)))
    Repeatable.objects.filter(name="0").update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    assert forget_repeats() == 1
    assert Repeatable.objects.get().name == "1"


def test_the_number_of_statements_does_not_depend_on_how_many_come_again(channel, key, monkeypatch):
    sent, start, counts = [], batches.start, []

    def note_and_start(statement, *arguments, **scalars):
        sent.append(statement)
        return start(statement, *arguments, **scalars)

    monkeypatch.setattr(batches, "start", note_and_start)
    for size in (1, 10, 100):
        tickets = [make_ticket(channel).number for _ in range(2 * size)]
        body = json.dumps({"text": "It left at nine.", "seen": ANYTHING}).encode()
        group = [(number, Submission(body, "application/json", f"{number}")) for number in tickets]
        answer_group(key[0], [channel.pk], group[:size])
        sent.clear()
        with CaptureQueriesContext(connection) as queries:
            answer_group(key[0], [channel.pk], group)
        counts.append(len(sent) + len(queries))

    assert outbound().count() == 222
    assert len(set(counts)) == 1, counts


def test_the_header_is_described(db):
    described = Client().get("/api/v1/schema/").json()["paths"]["/api/v1/tickets/{number}/replies"]["post"]

    header = next(one for one in described["parameters"] if one["name"] == "Idempotency-Key")
    assert (header["in"], header.get("required", False)) == ("header", False)
    assert {"409", "422"} <= described["responses"].keys()
