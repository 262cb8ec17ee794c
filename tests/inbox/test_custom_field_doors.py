"""Fields of an organization's own at the other doors: the console defines them, programs read and fill them in."""

import io
import json
import zipfile

import pytest

from inbox import privacy, rule_forms
from inbox.actions.custom_fields import fill_customer_fields, fill_ticket_fields
from inbox.actions.privacy import request_export
from inbox.actions.tickets import set_labels
from inbox.models import Contact, CustomField, Event, Status
from inbox.queries.rule_choices import choices_of
from tests.cast import make_key, make_ticket
from tests.inbox.doors import bearer
from tests.inbox.rules import add, made, names, worked
from tests.inbox.test_custom_fields import make_field
from tests.inbox.test_privacy import erase, rows_with


@pytest.fixture(autouse=True)
def files(own_files):
    """Keep files of a test in a folder of its own."""


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


@pytest.fixture
def program(client, northline):
    """Return what sends a body to an address below a ticket, as a program does."""
    headers = bearer(make_key(northline, "tickets:write", "tickets:read")[1])

    def send(address, body=None):
        if body is None:
            return client.get(f"/api/v1/{address}", headers=headers)
        return client.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json", headers=headers)

    return send


def test_programs_list_read_and_fill_in_fields(program, ticket, northline):
    make_field(northline, "booking", required=True)
    make_field(northline, "wishes", "choices", choices=["Refund", "Apology"])
    make_field(northline, "tier", about="customer")
    make_field(northline, "gone", archived=True)

    assert [field["key"] for field in program("fields").json()["fields"]] == ["booking", "wishes", "tier"]
    assert program("fields").json()["fields"][0] == {
        "key": "booking",
        "name": "Booking",
        "about": "ticket",
        "kind": "text",
        "choices": [],
        "required": True,
    }
    address = f"tickets/{ticket.number}"
    answer = program(f"{address}/fields", {"fields": {"booking": "4711", "wishes": ["Apology"]}})
    assert (answer.status_code, answer.json()["fields"]) == (200, {"booking": "4711", "wishes": ["Apology"]})
    answer = program(f"{address}/customer/fields", {"fields": {"tier": "Gold"}})
    assert answer.json()["customer"]["fields"] == {"tier": "Gold"}
    answer = program(f"{address}/fields", {"fields": {"wishes": None}})
    assert answer.json()["fields"] == program(address).json()["ticket"]["fields"] == {"booking": "4711"}
    assert [one["fields"] for one in program("tickets").json()["tickets"]] == [{"booking": "4711"}]
    event = Event.objects.filter(kind="ticket.fields_changed").earliest("pk")
    assert event.facts == {"fields": ["Booking", "Wishes"], "before": ["", ""], "after": ["4711", "Apology"]}
    assert event.key_id


def test_programs_hear_what_each_field_would_have_taken(program, ticket, northline):
    make_field(northline, "seats", "number")
    make_field(northline, "insured", "yes_no")

    answer = program(f"tickets/{ticket.number}/fields", {"fields": {"seats": "two", "insured": 1, "what": "x"}})

    assert answer.status_code == 422
    assert {error["field"]: error["message"] for error in answer.json()["errors"]} == {
        "fields.seats": "“Seats” takes a number such as 12 or 12.5.",
        "fields.insured": "“Insured” takes yes or no.",
        "fields.what": "There is no field “what” here; there are: insured, seats.",
    }
    ticket.refresh_from_db()
    assert ticket.fields == {}
    for body in ({"fields": {"seats": {"a": 1}}}, {"fields": ["seats"]}, {}, {"fields": {"seats": "1\0"}}):
        assert program(f"tickets/{ticket.number}/fields", body).status_code == 422, body


def test_programs_resolve_nothing_either_before_what_is_needed_is_known(program, ticket, northline):
    make_field(northline, "booking", required=True)

    for address, body in (("resolve", {}), ("status", {"status": "resolved"})):
        answer = program(f"tickets/{ticket.number}/{address}", body)
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:onevoice:problem:fields-missing"
        assert answer.json()["detail"] == "Before it is resolved, fill in: Booking."
    program(f"tickets/{ticket.number}/fields", {"fields": {"booking": "4711"}})
    assert program(f"tickets/{ticket.number}/resolve", {}).json()["status"] == "resolved"


@pytest.mark.django_db(transaction=True)
def test_rules_resolve_nothing_either_and_say_why(channel, northline, max_):
    make_field(northline, "booking", required=True)
    worked()
    rule = made(max_, "received", {"do": "resolve"})

    ticket = worked(make_ticket(channel))

    assert ticket.status == Status.OPEN
    run = rule.runs.get()
    assert (run.outcome, run.words) == ("failed", "Before it is resolved, fill in: Booking.")


@pytest.mark.django_db(transaction=True)
def test_rules_ask_what_stands_in_fields(channel, northline, max_):
    make_field(northline, "wishes", "choices", choices=["Refund", "Apology"])
    make_field(northline, "tier", about="customer")
    make_field(northline, "insured", "yes_no")
    worked()
    for value in ("wishes: refund", "tier:Gold", "insured: no", "tier: Silver", "nothing: x"):
        made(max_, "labelled", add(value.partition(":")[0]), name=value, tests=[("field", value)])
    ticket = make_ticket(channel)
    fill_ticket_fields(ticket, {"wishes": ["Refund"], "insured": False}, by=max_)
    fill_customer_fields(ticket.contact, {"tier": "Gold"}, by=max_)
    set_labels(ticket, ["look"], by=max_)

    worked(ticket)

    assert names(ticket) == ["insured", "look", "tier", "wishes"]


def test_a_rule_about_a_field_names_one_that_is_there(northline, max_):
    make_field(northline, "booking")
    choices = choices_of(max_)
    for words, is_valid in (("booking: 4711", True), ("booking", False), ("booking:", False), ("other: 1", False)):
        form = rule_forms.TestForm({"check": "field", "words": words}, choices=choices)
        assert form.is_valid() == is_valid, words
    assert "Keys are: booking." in str(form.errors)


def test_managers_define_fields_in_the_console(client, northline, max_, lena):
    add = "/console/inbox/customfield/add/"
    said = {"name": "Travel class", "key": "", "about": "ticket", "kind": "choice", "position": 1}
    client.force_login(lena)
    assert "/console/login/" in client.post(add, said).url
    client.force_login(max_)

    assert "Name at least one choice" in client.post(add, said | {"choices": " \n"}).content.decode()
    assert "letter first" in client.post(add, said | {"choices": "1st", "key": "No"}).content.decode()
    client.post(add, said | {"choices": "1st\n\n2nd  class\u200b\n1st", "required": "on"})

    field = CustomField.objects.get()
    assert (field.organization, field.key, field.choices, field.required) == (
        northline,
        "travel-class",
        ["1st", "2nd class"],
        True,
    )
    assert "There is one already" in client.post(add, said | {"choices": "1st"}).content.decode()
    change = f"/console/inbox/customfield/{field.pk}/change/"
    assert "1st\n2nd class" in client.get(change).content.decode()
    client.post(change, said | {"name": "Class", "kind": "text", "key": "other", "choices": "1st", "archived": "on"})
    field.refresh_from_db()
    assert (field.name, field.kind, field.key, field.choices, field.archived) == (
        "Class",
        "choice",
        "travel-class",
        ["1st"],
        True,
    )
    assert client.post(f"/console/inbox/customfield/{field.pk}/delete/", {"post": "yes"}).status_code == 403


def test_fields_are_exported_by_their_names_and_erased(ticket, northline, max_, own_files):
    make_field(northline, "booking", name="Booking reference")
    make_field(northline, "tier", about="customer", name="Loyalty tier")
    fill_ticket_fields(ticket, {"booking": "NR-4711"}, by=max_)
    fill_customer_fields(ticket.contact, {"tier": "Goldstar"}, by=max_)
    job = request_export(ticket.contact, by=max_)
    privacy.do_jobs()
    job.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(job.file.read())) as archive:
        told, page = json.loads(archive.read("customer.json")), archive.read("customer.html").decode()
    assert told["fields"] == {"Loyalty tier": "Goldstar"}
    assert told["tickets"][0]["fields"] == {"Booking reference": "NR-4711"}
    assert "Goldstar" in page
    assert "NR-4711" in page

    erase(ticket.contact, max_)

    ticket.refresh_from_db()
    assert (ticket.fields, Contact.objects.get().fields) == ({}, {})
    assert rows_with("nr-4711") == rows_with("goldstar") == []


def test_fields_of_another_organization_are_not_filled_in(program, ticket, oscar):
    make_field(oscar.organization, "booking")

    answer = program(f"tickets/{ticket.number}/fields", {"fields": {"booking": "x"}})

    assert answer.status_code == 422
    assert program("fields").json() == {"fields": []}
