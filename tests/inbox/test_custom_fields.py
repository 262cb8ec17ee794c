"""Fields of an organization's own: filled in by people, needed to resolve, found, shown, and merged."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox import privacy
from inbox.actions.custom_fields import BadFields, fill_customer_fields, fill_ticket_fields
from inbox.actions.macros import NewMacro, create_macro, run_macro
from inbox.actions.merges import merge_customers, undo_merge
from inbox.actions.privacy import request_erasure
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.ticket_steps import FieldsMissing
from inbox.actions.tickets import reopen_ticket, resolve_ticket
from inbox.actions.view_members import keep_views
from inbox.models import Category, Contact, CustomField, NamedStatus, Status, Ticket, ViewMember
from tests.cast import make_ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(channel):
    return make_ticket(channel)


def make_field(organization, key, kind="text", about="ticket", **fields):
    fields = {"name": key.replace("-", " ").title()} | fields
    return CustomField.objects.create(organization=organization, key=key, kind=kind, about=about, **fields)


@pytest.fixture
def fields(northline):
    """One field of each kind."""
    make_field(northline, "booking")
    make_field(northline, "seats", "number")
    make_field(northline, "travel-day", "date")
    make_field(northline, "reason", "choice", choices=["Delay", "Lost luggage"])
    make_field(northline, "wishes", "choices", choices=["Refund", "Call back", "Apology"])
    make_field(northline, "insured", "yes_no")
    make_field(northline, "tier", "choice", about="customer", choices=["Gold", "Silver"])


def found(client, query):
    text = client.get(f"/inbox/search/?{urlencode({'q': query})}").content.decode()
    return [int(number) for number in re.findall(r'id="ticket-(\d+)"', text)]


def beside(client, ticket):
    return client.get(f"/tickets/{ticket.number}/voice/", headers=HTMX).content.decode()


def fill(client, ticket, of="", **said):
    """Send the form as a page does: what was shown was empty."""
    form = {f"was-{key}": "" for key in said} | {f"field-{key}": value for key, value in said.items()}
    return client.post(f"/tickets/{ticket.number}/{of}fields/", form, headers=HTMX, follow=True)


def test_fields_are_filled_in_beside_the_conversation_and_said_in_the_thread(page, ticket, fields):
    shown = beside(page, ticket)
    for words in ("Fields of this ticket", "Lost luggage", "Call back", 'type="date"', "Silver"):
        assert words in shown, words
    said = {"booking": " NR-4711 ", "seats": "2", "travel-day": "2026-11-30", "insured": "no"}

    answer = fill(page, ticket, **said, reason="Delay", wishes=["Apology", "Refund"]).content.decode()

    ticket.refresh_from_db()
    assert ticket.fields == {
        "booking": "NR-4711",
        "seats": 2,
        "travel-day": "2026-11-30",
        "reason": "Delay",
        "wishes": ["Refund", "Apology"],
        "insured": False,
    }
    assert "Refund, Apology" in answer
    thread = page.get(f"/tickets/{ticket.number}/", headers=HTMX).content.decode()
    assert "Filled in: Booking: NR-4711, Insured: no, Reason: Delay" in thread
    assert "by Agnes Berg" in thread


def test_the_customers_fields_are_filled_in_there_and_on_their_page(page, ticket, fields):
    fill(page, ticket, of="customer/", tier="Gold")
    assert Contact.objects.get().fields == {"tier": "Gold"}
    assert "Gold" in beside(page, make_ticket(ticket.channel))

    address = f"/customers/{ticket.contact_id}/"
    page.post(f"{address}fields/", {"was-tier": "Gold", "field-tier": "Silver"})

    assert re.search(r"<dd[^>]*>Silver", page.get(address).content.decode())
    assert "Filled in: Tier: Silver by Agnes Berg" in page.get(address).content.decode()


def test_what_a_colleague_has_changed_meanwhile_stays(page, ticket, fields, lena):
    fill_ticket_fields(ticket, {"booking": "New", "reason": "Delay"}, by=lena)

    form = {"was-booking": "", "field-booking": "", "was-reason": "Delay", "field-reason": "", "was-seats": ""}
    page.post(f"/tickets/{ticket.number}/fields/", form | {"field-seats": "3"}, headers=HTMX)

    ticket.refresh_from_db()
    assert ticket.fields == {"booking": "New", "seats": 3}


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("seats", "two", "“Seats” takes a number such as 12 or 12.5."),
        ("seats", "NaN", "a number"),
        ("seats", "1e400", "a number"),
        ("travel-day", "31.11.2026", "“Travel Day” takes a day such as 2026-10-01."),
        ("reason", "Weather", "“Reason” takes one of: Delay, Lost luggage."),
        ("wishes", ["Refund", "Money"], "one of: Refund, Call back, Apology"),
        ("insured", "perhaps", "“Insured” takes yes or no."),
        ("booking", "x" * 501, "at most 500 characters"),
        ("tier", "Gold", "There is no field “tier” here"),
    ],
)
def test_what_a_field_can_not_hold_is_refused_with_what_it_can(page, ticket, fields, key, value, allowed):
    answer = fill(page, ticket, **{"booking": "Kept out, too"} | {key: value})

    assert answer.status_code == 422
    assert allowed in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.fields == {}


def test_what_is_pasted_with_line_breaks_or_letters_without_width_is_one_plain_line_and_found_as_such(
    page, ticket, northline
):
    make_field(northline, "booking")

    fill(page, ticket, booking="\ufeffNR\u00a04711\r\n of\tMay\u200b ")

    ticket.refresh_from_db()
    assert ticket.fields == {"booking": "NR 4711 of May"}
    assert found(page, 'field.booking:"NR  4711 of\u00a0May"') == [ticket.number]


def test_a_choice_that_was_kept_with_letters_without_width_is_chosen_all_the_same(page, ticket, northline):
    kept = "Lost lug\u00adgage"
    make_field(northline, "reason", "choice", choices=[kept])
    make_field(northline, "wishes", "choices", choices=[kept, "Refund"])

    fill(page, ticket, reason=kept, wishes=[kept, "Refund"])

    ticket.refresh_from_db()
    assert ticket.fields == {"reason": kept, "wishes": [kept, "Refund"]}
    assert found(page, 'field.reason:"lost luggage"') == [ticket.number]


def test_nothing_is_filled_in_any_more_for_a_customer_who_is_to_be_erased_or_was(page, ticket, fields, max_):
    request_erasure(ticket.contact, "Priya", by=max_)

    def refusals():
        return [fill(page, ticket, booking="4711"), fill(page, ticket, of="customer/", tier="Gold")]

    for refusal in refusals():
        assert refusal.status_code == 422
        assert "This customer was erased, or will be." in refusal.content.decode()
    assert privacy.do_jobs() == 1
    assert [refusal.status_code for refusal in refusals()] == [422, 422]
    assert (Ticket.objects.get().fields, Contact.objects.get().fields) == ({}, {})


def test_a_ticket_is_resolved_by_nobody_before_what_is_needed_is_known(page, ticket, northline, agnes):
    make_field(northline, "booking", required=True)
    make_field(northline, "tier", about="customer", required=True)
    make_field(northline, "old", required=True, archived=True)
    done = NamedStatus.objects.create(organization=northline, name="Settled", category=Category.RESOLVED)
    macro = create_macro(NewMacro("Done", [{"do": "resolve"}], owner=agnes), by=agnes)
    for address, form in (("resolve", {}), ("status", {"status": done.pk}), (f"macros/{macro.pk}/run", {})):
        answer = page.post(f"/tickets/{ticket.number}/{address}/", form, headers=HTMX)
        assert answer.status_code == 409, address
        assert "Before it is resolved, fill in: Booking, Tier." in answer.content.decode()
    with pytest.raises(FieldsMissing):
        run_macro(ticket, macro, by=agnes)

    fill(page, ticket, booking="4711")
    with pytest.raises(FieldsMissing, match=r"fill in: Tier\."):
        resolve_ticket(ticket, by=agnes)
    fill(page, ticket, of="customer/", tier="Gold")

    assert page.post(f"/tickets/{ticket.number}/resolve/", headers=HTMX).status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    reopen_ticket(ticket, by=agnes)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("field.booking:NR-1", [1]),
        ('field.booking:"two words"', [2]),
        ("-field.booking:NR-1", [3, 2]),
        ("field.seats:2", [1]),
        ("field.seats:2.5", [2]),
        ("field.seats:2,2.5", [2, 1]),
        ("field.travel-day:2026-11-30", [1]),
        ("field.reason:delay", [1]),
        ("field.wishes:refund", [2, 1]),
        ("field.wishes:apology", [2]),
        ("field.insured:no", [2]),
        ("field.insured:any", [2, 1]),
        ("field.insured:none", [3]),
        ("field.tier:gold", [1]),
        ("-field.tier:gold", [3, 2]),
    ],
)
def test_tickets_are_found_by_what_stands_in_their_fields(page, channel, fields, agnes, query, hits):
    tickets = [make_ticket(channel, author=f"author-{number}") for number in range(3)]
    one = {"booking": "NR-1", "seats": 2, "travel-day": "2026-11-30", "reason": "Delay", "wishes": ["Refund"]}
    fill_ticket_fields(tickets[0], one | {"insured": True}, by=agnes)
    two = {"booking": "two words", "seats": 2.5, "wishes": ["Refund", "Apology"], "insured": False}
    fill_ticket_fields(tickets[1], two, by=agnes)
    fill_customer_fields(tickets[0].contact, {"tier": "Gold"}, by=agnes)

    assert found(page, query) == [tickets[hit - 1].number for hit in hits]


def test_a_search_for_what_a_field_can_not_hold_says_what_it_can(page, ticket, fields):
    for query, words in (
        ("field.seats:many", "“field.seats:” can be a number such as 12 or 12.5."),
        ("field.reason:weather", "“field.reason:” can be one of: Delay, Lost luggage."),
        ("field.nothing:1", "There is no field “field.nothing”; there are: booking, "),
    ):
        assert words in page.get(f"/inbox/search/?{urlencode({'q': query})}").content.decode()


def test_the_search_line_offers_fields_and_what_they_can_hold(page, fields):
    def offered(word):
        text = page.get(f"/search/completions/?{urlencode({'word': word, 'typed': 1})}").content.decode()
        return re.findall(r'data-text="([^"]*)"', text) or text

    assert "field.booking:" in offered("fie")
    assert "field.seats:" not in offered("field.b")
    assert "field.reason:delay" in str(offered("field.reason:d")).lower()
    assert "field.insured:no" in offered("field.insured:n")


def test_an_index_answers_a_search_by_a_field(ticket, fields, agnes):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("""EXPLAIN SELECT 1 FROM inbox_ticket
            WHERE fields @> '{"booking": "4711"}' AND NOT (fields = '{}'::jsonb)""")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ticket_fields" in plan


@pytest.mark.django_db(transaction=True)
def test_views_hold_tickets_by_their_fields_and_follow_what_changes(ticket, fields, lena):
    by_ticket = create_view(NewView("Delays", "field.reason:delay"), by=lena)
    by_customer = create_view(NewView("Gold", "field.tier:gold"), by=lena)
    keep_views()
    assert not ViewMember.objects.exists()

    fill_ticket_fields(ticket, {"reason": "Delay"}, by=lena)
    fill_customer_fields(ticket.contact, {"tier": "Gold"}, by=lena)
    keep_views()

    assert set(ViewMember.objects.values_list("view", "ticket")) == {
        (by_ticket.pk, ticket.pk),
        (by_customer.pk, ticket.pk),
    }


def test_who_was_merged_brings_fields_and_takes_them_back(channel, fields, northline, lena):
    make_field(northline, "since", "number", about="customer")
    make_field(northline, "calls", "yes_no", about="customer")
    kept, gone = (make_ticket(channel, author=name).contact for name in ("priya", "raman"))
    fill_customer_fields(kept, {"tier": "Gold"}, by=lena)
    fill_customer_fields(gone, {"tier": "Silver", "since": 0, "calls": False}, by=lena)

    merge = merge_customers(kept, gone, "", by=lena)

    kept.refresh_from_db()
    assert kept.fields == {"tier": "Gold", "since": 0, "calls": False}
    fill_customer_fields(kept, {"since": 1}, by=lena)
    undo_merge(merge, by=lena)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.fields, gone.fields) == (
        {"tier": "Gold", "since": 1},
        {"tier": "Silver", "since": 0, "calls": False},
    )


def test_what_can_be_chosen_no_more_stays_until_somebody_chooses_another(page, ticket, fields, agnes):
    fill_ticket_fields(ticket, {"reason": "Delay"}, by=agnes)
    CustomField.objects.filter(key="reason").update(choices=["Weather"])

    assert re.search(r'<option value="Delay" selected', beside(page, ticket))
    page.post(f"/tickets/{ticket.number}/fields/", {"was-reason": "Delay", "field-reason": "Delay"})
    ticket.refresh_from_db()
    assert ticket.fields == {"reason": "Delay"}
    with pytest.raises(BadFields):
        fill_ticket_fields(ticket, {"reason": "Delay"}, by=agnes)


def test_who_may_only_look_fills_in_nothing(client, ticket, fields, amira):
    client.force_login(amira)

    assert fill(client, ticket, booking="x").status_code == 403
    assert client.post(f"/customers/{ticket.contact_id}/fields/", {"was-tier": ""}).status_code == 403


def test_the_panel_asks_as_often_for_ten_fields_as_for_one(page, ticket, northline):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            beside(page, ticket)
        return len(queries)

    make_field(northline, "first")
    cost()
    one = cost()
    for number in range(9):
        make_field(northline, f"more-{number}")
    assert cost() == one
