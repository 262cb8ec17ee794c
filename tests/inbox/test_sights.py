"""A conversation says who saw the customer's newest message first, while it waits for an answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.actions.replies import NewReply, send_reply
from inbox.models import Event, Sight
from tests.cast import make_channel, make_team, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t")


def look(client, ticket, person):
    client.force_login(person)
    return client.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"}).content.decode()


def test_whoever_opens_it_first_is_named_to_everybody(client, ticket, agnes, jonas):
    assert "First seen by Agnes Berg" in look(client, ticket, agnes)
    assert "First seen by Agnes Berg" in look(client, ticket, jonas)

    assert Sight.objects.get().user == agnes
    event = Event.objects.get(kind="message.first_seen")
    assert (event.actor, event.message) == (agnes, ticket.messages.get())


def test_looking_again_writes_nothing(client, ticket, agnes, jonas):
    look(client, ticket, agnes)
    client.force_login(jonas)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/tickets/{ticket.number}/", headers={"HX-Request": "true"})
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert [sql for sql in writes if "inbox_notification" not in sql] == []


def test_a_further_message_is_seen_anew_and_what_is_answered_by_nobody(client, channel, ticket, agnes, jonas):
    look(client, ticket, agnes)
    make_ticket(channel, "Hello?", thread="t")
    assert "First seen by Jonas Okafor" in look(client, ticket, jonas)

    send_reply(ticket, NewReply("It is on its way.", "", seen=10**9), by=jonas)
    answered = make_ticket(channel, "Mine?", thread="u")
    send_reply(answered, NewReply("It is on its way.", "", seen=10**9), by=jonas)
    assert "First seen" not in look(client, answered, agnes)
    assert Sight.objects.count() == 2


def test_the_page_sees_as_well_and_one_that_is_open_says_so(client, channel, ticket, agnes, jonas):
    client.force_login(agnes)
    assert b"First seen by Agnes Berg" in client.get(f"/inbox/open/{ticket.number}/").content
    make_ticket(channel, "Hello?", thread="t")
    client.force_login(jonas)
    assert client.post(f"/tickets/{ticket.number}/sight/").status_code == 204
    assert [sight.user for sight in Sight.objects.order_by("pk")] == [agnes, jonas]


def test_what_one_may_not_see_one_does_not_see_first(client, rail, northline, agnes):
    other = make_ticket(make_channel(rail, make_team(northline, "Hotel care")))
    client.force_login(agnes)
    assert client.post(f"/tickets/{other.number}/sight/").status_code == 404
    assert not Sight.objects.exists()
