"""Statuses that an organization names: set by people, macros and programs, shown, found, and left behind."""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from accounts.permissions import Role
from inbox.actions.macros import NewMacro, create_macro
from inbox.actions.tickets import resolve_ticket, set_status, snooze_ticket, wake_due_tickets
from inbox.models import Category, Event, NamedStatus, Status
from tests.cast import make_key, make_person, make_ticket
from tests.inbox.doors import bearer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, thread="train")


def make_status(organization, name="With the supplier", category=Category.WAITING, **fields):
    return NamedStatus.objects.create(organization=organization, name=name, category=category, **fields)


def choose(client, ticket, status):
    return client.post(f"/tickets/{ticket.number}/status/", {"status": status.pk}, headers=HTMX)


def found(client, query):
    page = client.get(f"/inbox/search/?{urlencode({'q': query})}").content.decode()
    return [int(number) for number in re.findall(r'id="ticket-(\d+)"', page)]


def test_a_ticket_waits_under_a_name_until_the_customer_writes(page, ticket, channel, northline):
    status = make_status(northline)
    menu = page.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert re.search(r'Waiting</span><button class="menu__item" name="status"[^>]*>With the supplier', menu)

    answer = choose(page, ticket, status).content.decode()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.named_status, ticket.snoozed_until) == (Status.SNOOZED, status, None)
    head, row = answer.split('<li class="ticket-row')
    assert "With the supplier" in head
    assert "With the supplier" in row
    assert found(page, 'status:"with the supplier"') == found(page, "status:waiting") == [ticket.number]
    assert found(page, '-status:"with the supplier"') == []
    thread = page.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "Status: With the supplier by Agnes Berg" in thread
    assert wake_due_tickets(timezone.now() + timedelta(days=999)) == 0

    make_ticket(channel, "Hello?", thread="train")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.named_status) == (Status.OPEN, None)


def test_a_name_within_open_stays_while_the_customer_writes(page, ticket, channel, northline, agnes):
    status = make_status(northline, "With the press office", Category.OPEN)
    choose(page, ticket, status)
    make_ticket(channel, "Hello?", thread="train")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.named_status) == (Status.OPEN, status)
    snooze_ticket(ticket, timezone.now() + timedelta(hours=1), by=agnes)
    ticket.refresh_from_db()
    assert ticket.named_status is None


def test_names_of_one_category_follow_one_another_and_the_log_says_so_once(page, ticket, northline):
    first, second = make_status(northline), make_status(northline, "With the customer")
    for status in (first, second, second):
        assert choose(page, ticket, status).status_code == 200
    kinds = [*Event.objects.filter(ticket=ticket, kind__startswith="ticket.").values_list("kind", flat=True)]
    assert kinds == ["ticket.created", "ticket.snoozed", "ticket.status_named"]
    moved = Event.objects.get(kind="ticket.status_named")
    assert (moved.facts["named"], moved.facts["now"]["status"]) == ("With the customer", "snoozed")


def test_what_can_not_follow_is_refused(page, ticket, channel, northline, agnes, verde_status):
    resolve_ticket(ticket, by=agnes)
    assert choose(page, ticket, make_status(northline)).status_code == 409
    assert choose(page, ticket, verde_status).status_code == 422
    spam = make_status(northline, "Spam", Category.RESOLVED)
    assert choose(page, ticket, spam).status_code == 200
    ticket.refresh_from_db()
    assert (ticket.status, ticket.named_status) == (Status.RESOLVED, spam)
    other = make_ticket(channel, thread="other")
    resolve_ticket(other, by=agnes)
    channel.reopen_policy = "new_ticket"
    channel.save()
    make_ticket(channel, thread="other", sent_at=timezone.now() + timedelta(minutes=1))
    answer = choose(page, other, make_status(northline, "Open anew", Category.OPEN))
    assert (answer.status_code, "newer ticket" in answer.content.decode()) == (409, True)


@pytest.fixture
def verde_status(oscar):
    """A status of somebody else's organization."""
    return make_status(oscar.organization, "Elsewhere")


def test_a_macro_sets_a_status_or_says_that_it_is_gone(page, ticket, northline, agnes):
    status = make_status(northline)
    macro = create_macro(NewMacro("Ask the supplier", [{"do": "status", "status": status.pk}], owner=agnes), by=agnes)
    assert "Set the status: With the supplier" in page.get("/macros/").content.decode()
    assert "With the supplier" in page.get(f"/macros/{macro.pk}/").content.decode()
    assert page.post(f"/tickets/{ticket.number}/macros/{macro.pk}/run/", headers=HTMX).status_code == 200
    ticket.refresh_from_db()
    assert ticket.named_status == status
    status.delete()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.named_status) == (Status.SNOOZED, None)
    refused = page.post(f"/tickets/{ticket.number}/macros/{macro.pk}/run/", headers=HTMX)
    assert (refused.status_code, "not there any more" in refused.content.decode()) == (409, True)


def test_programs_set_a_status_by_its_name(client, ticket, northline):
    make_status(northline)
    _key, secret = make_key(northline, "tickets:write", "tickets:read")

    def post(**body):
        address = f"/api/v1/tickets/{ticket.number}/status"
        return client.post(address, json.dumps(body), content_type="application/json", headers=bearer(secret))

    answer = post(status="with the supplier")
    assert (answer.json()["status"], answer.json()["status_name"]) == ("snoozed", "With the supplier")
    answer = post(status="waiting", until="2100-01-01T09:00:00Z")
    assert (answer.json()["status_name"], answer.json()["snoozed_until"]) == (None, "2100-01-01T09:00:00Z")
    assert post(status="open").json()["status"] == "open"
    assert "a status of the organization" in post(status="lost").content.decode()
    assert post(status="resolved", until="2100-01-01T09:00:00Z").status_code == 422
    assert post(status="waiting", until="2000-01-01T09:00:00Z").status_code == 422
    assert post(status="resolved").json()["status"] == "resolved"


def test_managers_name_statuses_in_the_console(client, northline):
    client.force_login(make_person("Max Manager", northline, Role.MANAGER))
    add, fields = "/console/inbox/namedstatus/add/", {"category": "snoozed", "position": 1}
    for name, is_refused in (("Waiting", True), ("With the bank", False), ("with the BANK", True)):
        answer = client.post(add, fields | {"name": name})
        assert (answer.status_code == 200) == is_refused, name
    status = NamedStatus.objects.get()
    assert (status.name, status.organization) == ("With the bank", northline)
    change = f"/console/inbox/namedstatus/{status.pk}/change/"
    client.post(change, {"name": "With our bank", "category": "open", "position": 2})
    status.refresh_from_db()
    assert (status.name, status.category, status.position) == ("With our bank", "snoozed", 2)


def test_waiting_without_a_name_and_a_time_is_said_in_the_head(page, ticket, agnes):
    set_status(ticket, Status.SNOOZED, by=agnes)
    thread = page.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "waits for the customer" in thread
    assert "Snoozed until the customer writes by Agnes Berg" in thread
