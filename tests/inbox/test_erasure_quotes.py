"""What quotes an erased customer elsewhere: other people's tickets, notifications, saved views, searches, rules."""

import pytest

from inbox.actions.custom_fields import fill_customer_fields, fill_ticket_fields
from inbox.actions.drafts import save_draft
from inbox.actions.enrich import enrich_due
from inbox.actions.erasure_steps import ERASED
from inbox.actions.messages import receive_messages
from inbox.actions.notifications import follow_ticket
from inbox.actions.questions import ask_desk
from inbox.actions.recent_searches import remember_search
from inbox.actions.regrouping import merge_tickets, undo_merge
from inbox.actions.replies import write_note
from inbox.actions.saved_reports import save_report
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.ticket_rules import NewRule, change_rule
from inbox.actions.view_members import keep_views
from inbox.models import (
    Draft,
    Event,
    Notification,
    RecentSearch,
    Regrouping,
    SavedReport,
    SavedView,
    Ticket,
    WaitingTicket,
)
from inbox.queries.privacy import counts_shown
from tests.cast import make_incoming, make_ticket
from tests.inbox.rules import add, made, names, worked
from tests.inbox.test_custom_fields import make_field
from tests.inbox.test_privacy import erase


@pytest.fixture(autouse=True)
def files(own_files):
    """Keep files of a test in a folder of its own."""


@pytest.fixture
def priya(channel):
    return make_ticket(channel, "I am Priya", author="priya")


@pytest.fixture
def theirs(channel):
    """A conversation of Kai's."""
    return make_ticket(channel, "I am Kai", author="kai", thread="kai")


def say(channel, text, *, author):
    receive_messages(channel, [make_incoming(text, author=author, thread="kai")])


def test_what_the_desk_was_told_in_a_ticket_of_somebody_else_goes_line_by_line(
    channel, priya, theirs, agnes, max_, signed
):
    say(channel, "Priya here:\nmy number is 1234", author="priya")
    say(channel, "Priya here, says Kai", author="kai")
    ask_desk(theirs, "What of them?", by=agnes)
    assert "1234" in WaitingTicket.objects.get().customer_text

    erase(priya.contact, max_)

    assert WaitingTicket.objects.get().customer_text == f"I am Kai\n{ERASED}\nPriya here, says Kai"


def test_excerpts_in_what_people_were_told_of_a_ticket_of_somebody_else_go(channel, priya, theirs, agnes, lena, max_):
    follow_ticket(theirs, by=lena)
    say(channel, "My  address is Elm Street 1", author="priya")
    enrich_due()
    assert "Elm Street" in Notification.objects.get(user=lena).excerpt
    say(channel, "Nothing of Priya", author="kai")
    write_note(theirs, "A note, @Lena Brandt", by=agnes)

    erase(priya.contact, max_)

    assert set(Notification.objects.filter(user=lena).values_list("excerpt", flat=True)) == {"", "A note, @Lena Brandt"}


def test_what_went_along_in_a_merge_of_tickets_goes_and_undoing_it_brings_nothing_back(
    channel, priya, theirs, agnes, lena, max_
):
    write_note(priya, "Of Priya, @Lena Brandt", by=agnes)
    save_draft(priya, by=agnes, text="Dear Priya", visibility="public")
    merge_tickets(priya, theirs, by=agnes, confirmed=True)
    assert Notification.objects.get().ticket == theirs

    erase(priya.contact, max_)

    assert Notification.objects.get().excerpt == ""
    assert not Draft.objects.exists()
    undo_merge(Regrouping.objects.get(), by=agnes)
    assert set(priya.messages.values_list("text", flat=True)) == {ERASED}
    assert Ticket.objects.get(pk=priya.pk).preview in ("", ERASED)
    assert Ticket.objects.get(pk=theirs.pk).preview == "I am Kai"


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("from:@priya is:open", "customer:{} is:open"),
        ('-from:"PRIYA" is:open', "-customer:{} is:open"),
        ("from:@kai,@priya is:open", "from:@kai is:open"),
        ("from:riy is:open", "customer:{} is:open"),
        ("from:@kai is:open", "from:@kai is:open"),
        ("topic:priya is:open", "topic:priya is:open"),
    ],
)
def test_views_name_an_erased_customer_no_more(channel, priya, theirs, lena, max_, query, left):
    view = create_view(NewView("Theirs", query, owner=lena), by=lena)
    keep_views()

    erase(priya.contact, max_)

    view.refresh_from_db()
    assert view.query == left.format(priya.contact_id)
    if left != query:
        assert view.built_at is None, "its tickets are found anew"


@pytest.mark.parametrize(("name", "left"), [("Annual leave", "Annual leave"), ("Of Anna: refunds", ERASED)])
def test_names_are_found_as_whole_words_alone(channel, lena, max_, name, left):
    anna = make_ticket(channel, "I am Anna", author="anna")
    make_ticket(channel, author="kai")
    view = create_view(NewView(name, "is:open", owner=lena), by=lena)
    joanna = create_view(NewView("Joanna’s", "is:open", owner=lena), by=lena)
    for text in (name, "annabel"):
        remember_search(text, by=lena)

    erase(anna.contact, max_)

    for one in (view, joanna):
        one.refresh_from_db()
    assert (view.name, joanna.name) == (left, "Joanna’s")
    kept = {name, "annabel"} if left == name else {"annabel"}
    assert set(RecentSearch.objects.values_list("text", flat=True)) == kept


def test_a_name_in_a_script_without_spaces_is_found_in_a_text(channel, lena, max_):
    taro = make_ticket(channel, author="田中太郎")
    for text in ("田中太郎の返金", "田中次郎の返金"):
        remember_search(text, by=lena)

    erase(taro.contact, max_)

    assert RecentSearch.objects.get().text == "田中次郎の返金"


@pytest.fixture
def filled(northline, priya, theirs, agnes):
    """Fields that are filled in: of Priya's, some of what Kai's have as well."""
    for key, kind in (("booking", "text"), ("seats", "number"), ("travel-day", "date"), ("reason", "choice")):
        make_field(northline, key, kind, choices=["Delay", "Lost luggage"] if kind == "choice" else [])
    for key, about in (("member", "customer"), ("insured", "ticket")):
        make_field(northline, key, "number" if key == "member" else "yes_no", about=about)
    said = {"booking": "NR 4711", "travel-day": "2026-10-01", "insured": "yes", "reason": "Delay"}
    fill_ticket_fields(priya, said | {"seats": "2"}, by=agnes)
    fill_customer_fields(priya.contact, {"member": 830412}, by=agnes)
    fill_ticket_fields(theirs, {"booking": "NR 4712", "seats": 2}, by=agnes)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ('field.booking:"nr 4711" is:open', "customer:{} is:open"),
        ('field.booking:"NR 4712","NR  4711"', 'field.booking:"NR 4712"'),
        ("-field.member:830412 is:open", "-customer:{} is:open"),
        ("field.travel-day:2026-10-01", "customer:{}"),
        # What others have as well, and the organization's own words, tell of nobody.
        ("field.seats:2 field.reason:delay field.insured:yes", "field.seats:2 field.reason:delay field.insured:yes"),
        ("field.booking:any field.member:1", "field.booking:any field.member:1"),
    ],
)
def test_views_ask_no_more_for_what_was_filled_in_of_an_erased_customer_alone(filled, priya, lena, max_, query, left):
    view = create_view(NewView("Theirs", query, owner=lena), by=lena)

    erase(priya.contact, max_)

    view.refresh_from_db()
    assert view.query == left.format(priya.contact_id)


def test_recent_searches_for_what_was_filled_in_of_an_erased_customer_are_forgotten(filled, priya, agnes, max_):
    for text in ("field.member:830412", "where is NR 4711?", "field.seats:2", "NR 47110", "NR 4712"):
        remember_search(text, by=agnes)

    erase(priya.contact, max_)

    assert set(RecentSearch.objects.values_list("text", flat=True)) == {"field.seats:2", "NR 47110", "NR 4712"}


def test_rules_ask_no_more_for_what_was_filled_in_of_an_erased_customer_and_neither_does_their_log(
    filled, priya, theirs, channel, max_
):
    tests = [("field", "booking: nr 4711"), ("field", "booking: NR 4712", True), ("text_any", "train, Priya")]
    rule = made(max_, "created", add("late"), name="Member 830412", tests=tests, join="any")
    change_rule(rule, NewRule("Priya", "created", rule.conditions, rule.actions), by=max_)

    erase(priya.contact, max_)

    rule.refresh_from_db()
    values = [test["value"] for test in rule.conditions["groups"][0]["tests"]]
    assert (rule.name, values) == (ERASED, [f"booking: {ERASED}", "booking: NR 4712", "train, Priya"])
    log = str([*Event.objects.filter(kind__startswith="rule.").values_list("facts", flat=True)])
    assert not {word for word in ("4711", "830412", "'Priya'") if word in log}
    assert "NR 4712" in log


@pytest.mark.django_db(transaction=True)
def test_a_rule_meets_as_many_as_before_once_its_customer_is_erased(filled, priya, channel, max_):
    worked()
    made(max_, "created", add("theirs"), tests=[("field", "booking: NR 4711")])
    made(max_, "created", add("others"), tests=[("field", "booking: NR 4711", True)])

    erase(priya.contact, max_)

    assert names(worked(make_ticket(channel, author="omar"))) == ["others"]


def test_a_part_of_a_name_that_others_share_stays_in_a_view(channel, priya, theirs, lena, max_):
    make_ticket(channel, author="priyanka")
    view = create_view(NewView("Some", "from:priy", owner=lena), by=lena)

    erase(priya.contact, max_)

    view.refresh_from_db()
    assert view.query == "from:priy"


def test_views_are_not_called_by_an_erased_customer_and_those_of_others_stay(channel, priya, lena, max_, oscar):
    view = create_view(NewView("Priya, always", "is:open", owner=lena), by=lena)
    foreign = create_view(NewView("Priya", "from:@priya", owner=oscar), by=oscar)

    erase(priya.contact, max_)

    assert [one.name for one in SavedView.objects.order_by("pk")] == [ERASED, "Priya"]
    view.refresh_from_db()
    foreign.refresh_from_db()
    assert (view.query, foreign.query) == ("is:open", "from:@priya")


def test_saved_reports_are_not_called_by_an_erased_customer_and_those_of_others_stay(
    channel, filled, priya, lena, max_, oscar
):
    save_report("Trains of Priyanka", "days=7", by=lena)
    named = [save_report(name, "days=7", by=lena) for name in ("Priya, week", "Priya, month", "Of NR 4711")]
    save_report("Priya", "days=7", by=oscar)

    job = erase(priya.contact, max_)

    names = dict(SavedReport.objects.values_list("pk", "name"))
    assert {names.pop(one.pk) for one in named} == {f"{ERASED} {one.pk}" for one in named}
    assert set(names.values()) == {"Trains of Priyanka", "Priya"}
    assert ("Saved reports that named them", 3) in counts_shown(job)


def test_recent_searches_for_an_erased_customer_are_forgotten(channel, priya, theirs, agnes, max_):
    for text in ("from:@priya", "refund for Priya", "from:@kai", "refund"):
        remember_search(text, by=agnes)

    erase(priya.contact, max_)

    assert set(RecentSearch.objects.values_list("text", flat=True)) == {"from:@kai", "refund"}
