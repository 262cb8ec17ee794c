"""The log as a file: what managers see of it in the console, for some days, as CSV."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from inbox import events
from inbox.actions.tickets import assign_ticket, resolve_ticket
from inbox.models import Event
from inbox.queries import log_export
from tests import cast
from tests.accounts.rows import make_row

ADDRESS = "/console/inbox/event/export/"
# With a warning of Django's own: only a server reads the parts one after the other.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")]


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


def days(since=None, until=None):
    today = timezone.now().date()
    return {"since": str(since or today - timedelta(days=2)), "until": str(until or today + timedelta(days=1))}


def exported(client, query="", **asked):
    answer = client.post(f"{ADDRESS}{query}", days(**asked))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(answer).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_file_says_who_did_what_to_which_ticket_the_newest_first(manager, northline, channel, agnes, max_):
    ticket = cast.make_ticket(channel, "The train is late")
    assign_ticket(ticket, agnes, by=agnes)
    key = cast.make_key(northline)[0]
    events.record_about_organization(northline.pk, "test.made", by=key, facts={"words": "Züge, “and” more"})

    lines = exported(manager)

    assert [line["kind"] for line in lines] == ["test.made", "ticket.assigned", "message.received", "ticket.created"]
    made, assigned, *_intake, created = lines
    assert (made["who"], made["ticket"], json.loads(made["facts"])) == (str(key), "", {"words": "Züge, “and” more"})
    assert (assigned["who"], assigned["e-mail"]) == (agnes.name, agnes.email)
    assert (assigned["ticket"], assigned["team"]) == (str(ticket.number), ticket.team.name)
    assert json.loads(assigned["facts"])["now"]["assignee"] == agnes.pk
    assert (created["who"], created["e-mail"]) == ("Onevoice", "")
    assert datetime.fromisoformat(created["time"]) <= datetime.fromisoformat(made["time"])


def test_it_holds_what_the_list_shows_and_is_an_event_itself(manager, channel, agnes, max_):
    first, second = cast.make_ticket(channel), cast.make_ticket(channel)
    for ticket in (first, second):
        resolve_ticket(ticket, by=agnes)

    assert {line["ticket"] for line in exported(manager, f"?q={second.number}")} == {str(second.number)}
    mine = exported(manager, f"?q=ticket.resolved&actor__id__exact={agnes.pk}")
    assert [line["kind"] for line in mine] == ["ticket.resolved", "ticket.resolved"]

    told = Event.objects.filter(kind="log.exported").latest("pk")
    asked = days()
    narrowed = f"q=ticket.resolved&actor__id__exact={agnes.pk}"
    assert (told.actor, told.ticket, told.facts) == (max_, None, asked | {"narrowed": narrowed})
    assert exported(manager, "?q=log.")[0]["who"] == max_.name


def test_days_are_those_of_the_organizations_clock(manager, northline):
    northline.time_zone = "Pacific/Auckland"
    northline.save(update_fields=["time_zone"])
    made = make_row("inbox.event", northline)
    at = datetime(2026, 3, 9, 12, 30, tzinfo=UTC)
    Event.objects.filter(pk=made.pk).update(created_at=at)

    (line,) = exported(manager, since="2026-03-10", until="2026-03-10")
    assert (line["event"], line["time"]) == (str(made.pk), "2026-03-10T01:30:00+13:00")
    assert exported(manager, since="2026-03-09", until="2026-03-09") == []


def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(manager, northline, agnes):
    agnes.name = "=HYPERLINK(1)"
    agnes.save(update_fields=["name"])
    events.record_about_organization(northline.pk, "+1", by=agnes, facts={})

    line = exported(manager)[0]

    assert (line["who"], line["kind"]) == ("'=HYPERLINK(1)", "'+1")


@pytest.mark.parametrize("who", ["manager", "operator"])
def test_nothing_of_another_organization_is_in_it(client, channel, northline, max_, olga, oscar, who):
    make_row("inbox.event", oscar.organization)
    own = make_row("inbox.event", northline)
    Event.objects.exclude(pk=own.pk).filter(organization=northline).delete()
    if who == "operator":
        max_.is_superuser = True
        max_.save(update_fields=["is_superuser"])
    client.force_login(max_)

    assert [line["event"] for line in exported(client)] == [str(own.pk)]
    assert exported(client, f"?team__id__exact={Event.objects.earliest('pk').team_id or 0}") == []


def test_an_operator_without_an_organization_exports_none(client, db):
    client.force_login(User.objects.create_superuser("root@example.com", name="Root"))

    assert client.post(ADDRESS, days()).status_code == 404
    assert "log-export" not in client.get("/console/inbox/event/").content.decode()


def test_only_who_may_gets_it_and_only_by_asking_for_it(client, channel, agnes, lena, max_):
    cast.make_ticket(channel)
    for person in (agnes, lena):
        client.force_login(person)
        assert client.post(ADDRESS, days()).status_code in (302, 403)
    client.force_login(max_)
    assert client.get(ADDRESS).status_code == 405
    assert not Event.objects.filter(kind="log.exported").exists()


TOO_MANY, NONE, UNREAD = ("2026-01-01", "2026-06-01"), ("2026-02-01", "2026-01-01"), ("x", "2026-01-01")


@pytest.mark.parametrize("asked", [TOO_MANY, NONE, UNREAD])
def test_days_that_are_none_or_too_many_are_refused_in_words(manager, channel, asked):
    answer = manager.post(f"{ADDRESS}?q=reply.", days(*asked), follow=True)

    assert answer.redirect_chain == [("/console/inbox/event/?q=reply.", 302)]
    assert len(list(answer.context["messages"])) == 1
    assert not Event.objects.filter(kind="log.exported").exists()


def test_more_events_than_one_file_holds_are_refused_before_it_begins(manager, channel, monkeypatch):
    cast.make_ticket(channel)
    monkeypatch.setattr(log_export, "MOST", 2)
    assert len(exported(manager)) == 2
    cast.make_ticket(channel)

    page = manager.post(ADDRESS, days(), follow=True).content.decode()

    assert "These are more than 2 events." in page


def test_it_costs_one_query_for_each_so_many_rows_and_no_more_for_what_they_say(manager, channel, agnes, monkeypatch):
    monkeypatch.setattr(log_export, "BATCH", 30)
    costs = []
    for more in (1, 9, 20):
        for _number in range(more):
            assign_ticket(cast.make_ticket(channel), agnes, by=agnes)
        with CaptureQueriesContext(connection) as captured:
            lines = exported(manager, "?q=ticket.assigned")
        costs.append((len(lines), len(captured)))
    (one, first), (ten, second), (thirty, third) = costs
    assert (one, ten, thirty) == (1, 10, 30)
    assert (second, third) == (first, first)
    assign_ticket(cast.make_ticket(channel), agnes, by=agnes)
    with CaptureQueriesContext(connection) as captured:
        assert len(exported(manager, "?q=ticket.assigned")) == 31
    assert len(captured) == first + 1


def test_its_days_are_found_without_reading_the_rest_of_the_log(northline):
    span = log_export.Span(timezone.now().date(), timezone.now().date(), timezone.get_current_timezone())
    with CaptureQueriesContext(connection) as captured:
        log_export.events_in(Event.objects.all(), northline.pk, span)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        assert "event_day" in str(cursor.fetchall())
