"""Programs read tickets, reply and change them by the same actions as people, and see no further than their key."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.keys import Scope
from accounts.permissions import Role
from inbox.models import ChannelKey, Event, Message, Status, Ticket
from tests.cast import make_brand, make_channel, make_key, make_person, make_team, make_ticket
from tests.inbox.doors import PROBLEM, Api

EVERYTHING = tuple(Scope.values)


@pytest.fixture
def api(northline):
    return Api(make_key(northline, *EVERYTHING)[1])


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t")


def statements(call):
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


# Reading --------------------------------------------------------------------------------------------


def test_a_key_knows_its_channels(api, channel):
    assert api.get("channels").json() == {
        "channels": [
            {
                "id": channel.pk,
                "name": channel.name,
                "network": "bluesky",
                "handle": "@northline",
                "brand": "Northline Rail",
                "external": True,
            }
        ]
    }


def test_a_conversation_is_read_oldest_first_and_says_what_whoever_has_read_it_has_seen(api, channel, ticket):
    late = make_ticket(channel, "first", thread="t", sent_at=timezone.now() - timedelta(days=1))

    answer = api.get(f"tickets/{ticket.number}").json()

    assert late == ticket
    assert [message["text"] for message in answer["messages"]] == ["first", "Where is my train?"]
    assert answer["seen"] == Message.objects.latest("pk").pk
    customer = {
        "external_id": "priya",
        "username": "@priya",
        "name": "Priya",
        "region": "",
        "audience": "",
        "fields": {},
    }
    assert answer["ticket"]["customer"] == customer


def test_pages_of_tickets_follow_one_another_without_a_gap_or_a_repeat(api, channel):
    same_moment = timezone.now()
    made = [make_ticket(channel, sent_at=same_moment).number for _ in range(7)]

    numbers, cursor = [], ""
    for _ in range(3):
        page = api.get("tickets", limit=3, cursor=cursor).json()
        numbers += [ticket["number"] for ticket in page["tickets"]]
        cursor = page["next"]

    assert numbers == made[::-1]
    assert cursor == ""


def test_pages_of_messages_follow_one_another(api, channel, ticket):
    for number in range(4):
        make_ticket(channel, f"more {number}", thread="t", sent_at=ticket.last_message_at)

    first = api.get(f"tickets/{ticket.number}", limit=3).json()
    second = api.get(f"tickets/{ticket.number}", limit=3, cursor=first["next"]).json()

    said = [message["text"] for message in first["messages"] + second["messages"]]
    assert said == ["Where is my train?", "more 0", "more 1", "more 2", "more 3"]
    assert second["next"] == ""


def test_tickets_are_chosen_by_status_assignee_channel_and_time(api, channel, agnes, ticket):
    other = make_ticket(channel, sent_at=timezone.now() - timedelta(days=2))
    api.post(f"tickets/{ticket.number}/assign", {"assignee": agnes.email.upper()})
    api.post(f"tickets/{other.number}/resolve")

    def chosen(**query):
        return [found["number"] for found in api.get("tickets", **query).json()["tickets"]]

    assert chosen(status="open") == chosen(assignee=agnes.email) == [ticket.number]
    assert chosen(status="resolved") == chosen(assignee="none") == [other.number]
    assert chosen(channel=channel.pk) == [ticket.number, other.number]
    assert chosen(channel=channel.pk + 1) == []
    assert chosen(updated_since=(timezone.now() - timedelta(days=1)).isoformat()) == [ticket.number]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"limit": 0}, "limit"),
        ({"colour": "red"}, "colour"),
        ({"assignee": "\x00"}, "assignee"),
        ({"updated_since": "2026-01-01T00:00:00+20:47"}, "updated_since"),
    ],
)
def test_a_bad_query_is_answered_with_its_field(api, query, field):
    answer = api.get("tickets", **query)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("cursor", ["x", "1-x", "9" * 40 + "-1", "1-" + "9" * 30, "-"])
def test_a_foreign_cursor_is_refused(api, ticket, cursor):
    assert api.get("tickets", cursor=cursor).status_code == 422
    assert api.get(f"tickets/{ticket.number}", cursor=cursor).status_code == 422


def test_reading_takes_as_many_statements_for_ten_as_for_one(api, channel):
    first = make_ticket(channel, thread="t")
    api.get("tickets")

    one = statements(lambda: api.get("tickets")), statements(lambda: api.get(f"tickets/{first.number}"))
    for number in range(9):
        make_ticket(channel, thread="t", attachments=())
        api.post(f"tickets/{make_ticket(channel).number}/labels", {"labels": [f"label {number}"]})
    ten = statements(lambda: api.get("tickets")), statements(lambda: api.get(f"tickets/{first.number}"))

    assert one == ten


# Changing -------------------------------------------------------------------------------------------


def test_each_verb_is_one_action_and_answers_with_the_ticket(api, agnes, ticket):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    def say(verb, body=None):
        answer = api.post(f"tickets/{ticket.number}/{verb}", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    assert say("resolve")["status"] == "resolved"
    assert say("reopen", {})["status"] == "open"
    assert say("snooze", {"until": tomorrow})["status"] == "snoozed"
    assert say("priority", {"priority": "urgent"})["priority"] == "urgent"
    assert say("labels", {"labels": ["refund", "delay"]})["labels"] == ["delay", "refund"]
    assert say("assign", {"assignee": agnes.email})["assignee"] == {"name": "Agnes Berg", "email": agnes.email}
    assert say("assign", {"assignee": None})["assignee"] is None
    said = list(Event.objects.filter(key__isnull=False).order_by("pk").values_list("kind", flat=True))
    assert said == [
        "ticket.resolved",
        "ticket.reopened",
        "ticket.snoozed",
        "ticket.prioritised",
        "ticket.labelled",
        "ticket.assigned",
        "ticket.unassigned",
    ]


def test_a_move_that_the_ticket_does_not_allow_is_a_conflict(api, ticket):
    api.post(f"tickets/{ticket.number}/resolve")

    answer = api.post(f"tickets/{ticket.number}/resolve")

    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("resolve", {"because": "done"}),
        ("snooze", {"until": "2001-01-01T00:00:00Z"}),
        ("snooze", {"until": "soon"}),
        ("priority", {"priority": "now"}),
        ("labels", {"labels": "refund"}),
        ("labels", {"labels": ["\x00"]}),
        ("assign", {"assignee": "nobody@nowhere.example"}),
    ],
)
def test_a_bad_body_is_refused_and_nothing_changes(api, ticket, verb, body):
    answer = api.post(f"tickets/{ticket.number}/{verb}", body)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert not Event.objects.filter(key__isnull=False).exists()


def test_nobody_outside_the_team_and_nobody_of_another_organization_is_assigned(api, northline, oscar, ticket):
    jane = make_person("Jane Bus", northline, Role.AGENT, teams=(make_team(northline),))

    answers = [api.post(f"tickets/{ticket.number}/assign", {"assignee": who.email}) for who in (oscar, jane)]

    assert [answer.status_code for answer in answers] == [422, 422]
    ticket.refresh_from_db()
    assert ticket.assignee is None


# Who may --------------------------------------------------------------------------------------------

ADDRESSES = [
    ("get", "channels/{channel}/outbox", Scope.OUTBOX),
    ("post", "channels/{channel}/outbox/1", Scope.OUTBOX),
    ("post", "channels/{channel}/messages", Scope.MESSAGES_WRITE),
    ("get", "tickets", Scope.TICKETS_READ),
    ("get", "tickets/{ticket}", Scope.TICKETS_READ),
    ("get", "positions/suggest", Scope.POSITIONS_READ),
    *(
        ("post", "tickets/{ticket}/" + verb, Scope.TICKETS_WRITE)
        for verb in ("replies", "resolve", "reopen", "snooze", "priority", "labels", "assign")
    ),
]
# Whose they are is tested with what they do.
OF_POSTS = [
    ("get", "posts", Scope.POSTS_READ),
    ("post", "posts/plan", Scope.POSTS_WRITE),
    ("get", "posts/1", Scope.POSTS_READ),
    ("post", "posts/1/withdraw", Scope.POSTS_WRITE),
    ("get", "incidents", Scope.INCIDENTS_READ),
    ("get", "incidents/1", Scope.INCIDENTS_READ),
    ("post", "incidents/declare", Scope.INCIDENTS_WRITE),
    ("post", "incidents/1/stand-down", Scope.INCIDENTS_WRITE),
]
BODIES = {
    "outbox/1": {"status": "sent"},
    "replies": {"text": "Hello", "seen": 0, "confirm_stale": True},
    "snooze": {"until": "2099-01-01T00:00:00Z"},
    "priority": {"priority": "high"},
    "labels": {"labels": ["x"]},
    "assign": {"assignee": None},
}


def knock(api, method, path, channel, ticket):
    address = path.format(channel=channel.pk, ticket=ticket.number)
    if method == "post":
        body = next((body for ending, body in BODIES.items() if path.endswith(ending)), None)
        return api.post(address, body)
    query = {"text": "Where is my train?", "channel": channel.pk} if "suggest" in path else {}
    return api.get(address, **query)


@pytest.mark.parametrize(("method", "path", "scope"), [*ADDRESSES, *OF_POSTS])
def test_every_address_answers_401_to_strangers_and_403_without_its_scope(
    northline, channel, ticket, method, path, scope
):
    others = [other for other in EVERYTHING if other != scope]

    stranger = knock(Api(""), method, path, channel, ticket)
    lacking = knock(Api(make_key(northline, *others)[1]), method, path, channel, ticket)

    assert (stranger.status_code, stranger["Content-Type"]) == (401, PROBLEM)
    assert (lacking.status_code, lacking.json()["scope"]) == (403, scope)


@pytest.mark.parametrize(("method", "path", "scope"), ADDRESSES)
def test_no_address_shows_or_changes_anything_of_another_organization_or_channel(
    northline, oscar, channel, ticket, method, path, scope
):
    bus = make_channel(make_brand(northline, "Northline Bus"), make_team(northline))
    limited, secret = make_key(northline, *EVERYTHING, all_channels=False)
    ChannelKey.objects.create(channel=bus, key=limited)
    before = Ticket.objects.values().get()

    for outsider in (Api(make_key(oscar.organization, *EVERYTHING)[1]), Api(secret)):
        answer = knock(outsider, method, path, channel, ticket)

        if path == "tickets":
            assert answer.json() == {"tickets": [], "next": ""}
        else:
            assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)

    assert Ticket.objects.values().get() == before


def test_whatever_is_not_there_is_a_problem_document_too(api, ticket):
    answers = {
        404: api.get("nowhere"),
        405: api.post("tickets"),
        415: Client().post(
            f"/api/v1/tickets/{ticket.number}/labels", "labels=x", content_type="text/plain", headers=api.headers
        ),
        400: Client().post(
            f"/api/v1/tickets/{ticket.number}/labels", "{", content_type="application/json", headers=api.headers
        ),
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {code: code for code in answers}
    assert {answer["Content-Type"] for answer in answers.values()} == {PROBLEM}
    assert answers[405]["Allow"] == "GET, HEAD"
    assert Api("").get("nowhere").status_code == 401


def test_signed_wording_is_suggested_or_nothing_is(api, channel):
    answer = api.get("positions/suggest", text="Where is my train?", channel=channel.pk)

    assert answer.json() == {"state": "none", "suggestions": []}


def test_messages_that_come_in_are_there_to_read(api, channel):
    received = api.post(
        f"channels/{channel.pk}/messages",
        {
            "external_id": "1",
            "thread_key": "1",
            "author": {"external_id": "a"},
            "sent_at": timezone.now().isoformat(),
            "text": "Hi",
        },
    ).json()["results"][0]

    conversation = api.get(f"tickets/{received['ticket']}").json()

    assert conversation["messages"][0]["id"] == received["message"] == conversation["seen"]


def test_a_ticket_says_when_what_is_due(api, ticket):
    due_at = timezone.now() + timedelta(hours=1)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at, due_metric="first_reply")

    said = api.get(f"tickets/{ticket.number}").json()["ticket"]

    assert (datetime.fromisoformat(said["due_at"]), said["due_metric"]) == (due_at, "first_reply")
