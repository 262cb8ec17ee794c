"""A macro is made, found by typing, and run by keyboard on an open ticket."""

import json

from playwright.sync_api import expect

from inbox.actions.macros import NewMacro, create_macro
from inbox.models import Ticket
from tests.browser.conftest import go_offline
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_team, make_ticket
from tests.inbox.conftest import signed
from tests.inbox.signed_words import OLD

__all__ = ["signed"]


def make_macro(by, name, *steps):
    return create_macro(NewMacro(name, steps, owner=by), by=by)


def test_macros_are_run_one_after_the_other_and_add_to_what_is_written(site, channel, signed, agnes, jonas):
    ticket = make_ticket(channel)
    make_macro(agnes, "Greet", {"do": "text", "text": "Hi {name},\n"})
    make_macro(agnes, "Fare back", {"do": "wording", "position": signed.position_id}, {"do": "priority", "priority": 2})
    make_macro(agnes, "Write down", {"do": "note", "text": "Called."}, {"do": "resolve"})
    page, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    page.fill("#composer-text", "My own words.")
    page.keyboard.press("Escape")

    page.keyboard.press("m")
    expect(page.locator("#macros-list").get_by_role("option")).to_have_count(3)
    page.keyboard.type("gre")
    expect(page.locator("#macros-list").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("My own words. Hi Priya,\n")

    page.keyboard.press("Alt+m")
    expect(page.locator("#macros-list").get_by_role("option", selected=True)).to_contain_text("Fare back")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#composer-text")).to_have_value(f"My own words. Hi Priya,\n{OLD}")
    (span,) = json.loads(page.locator("#composer [name=spans]").input_value())
    assert (span["start"], span["end"]) == (24, 24 + len(OLD))
    expect(page.locator("#composer-layer .signed-span")).to_have_text(OLD)
    expect(his.locator("#thread")).to_contain_text("Macro “Fare back” run by Agnes Berg")
    expect(his.locator("#thread")).to_contain_text("Priority set to high")

    expect(page.locator("#macros-text")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#macros")).to_be_hidden()
    expect(page.locator("#thread")).to_contain_text("Called.")
    expect(his.locator("#thread")).to_contain_text("Called.")
    expect(page.locator("#composer-text")).to_have_value(f"My own words. Hi Priya,\n{OLD}")


def test_what_can_not_be_done_is_said(site, channel, agnes):
    ticket = make_ticket(channel)
    make_macro(agnes, "Wrong", {"do": "wording", "position": 1})
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.get_by_role("button", name="Macros", exact=True).click()
    page.locator("#macros-list").get_by_role("option", name="Wrong").click()
    expect(page.locator("#toasts")).to_contain_text("Nothing is done")


@THEMES
def test_making_and_choosing_macros_is_accessible(site, channel, signed, lena, theme):
    ticket = make_ticket(channel)
    page = site.visit("/macros/new/", site.cookies(lena), color_scheme=theme)
    page.get_by_label("Name").fill("Sorted")
    page.get_by_label("Who may run it").select_option("Everybody")
    first, second = page.get_by_role("group", name="Step 1"), page.get_by_role("group", name="Step 2")
    expect(second).to_be_hidden()
    first.get_by_label("What it does").select_option("Insert signed wording")
    first.get_by_label("Position").select_option("Do I get my fare back?")
    second.get_by_label("What it does").select_option("Resolve")
    assert complaints(page) == ""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem").filter(has_text="Insert the signed wording of")).not_to_have_count(0)
    assert complaints(page) == ""
    page.goto(f"{site.address}/inbox/open/{ticket.number}/")
    page.wait_for_selector("html[data-synced]")
    page.keyboard.press("m")
    expect(page.locator("#macros-list").get_by_role("option", name="Sorted")).to_be_visible()
    assert complaints(page) == ""


def select(page, *tickets):
    for ticket in tickets:
        page.locator(f"#ticket-{ticket.number} .ticket-row__check").check()


def test_a_macro_runs_on_the_selected_tickets_and_says_of_each_what_became_of_it(site, channel, agnes, jonas, lena):
    first, second, gone, blocked = (make_ticket(channel, f"Ticket {one}", author=one) for one in ("a", "b", "c", "d"))
    make_macro(agnes, "Greet", {"do": "text", "text": "Hi"})
    make_macro(agnes, "Put off", {"do": "snooze", "hours": 4})
    make_macro(agnes, "Sort", {"do": "add_labels", "labels": ["refund"]}, {"do": "snooze", "hours": 1})
    page = site.open(agnes, "/inbox/open/")
    select(page, first, second, gone, blocked)
    # Meanwhile one moves out of sight, and another is done; the page has not heard of it.
    Ticket.objects.filter(pk=gone.pk).update(team=make_team(agnes.organization))
    Ticket.objects.filter(pk=blocked.pk).update(status="resolved")

    page.keyboard.press("Control+k")
    page.keyboard.type("macro selected")
    page.keyboard.press("Enter")
    expect(page.locator("#macro-many-text")).to_be_focused()
    expect(page.locator(".relate__macro")).to_have_count(2)
    expect(page.locator("#relate")).to_contain_text("Macros that write to the customer are not here")
    page.keyboard.type("refund")
    expect(page.locator(".relate__macro:visible")).to_have_count(1)
    page.keyboard.press("Enter")

    outcomes = page.locator(".outcomes li")
    expect(outcomes).to_have_count(4)
    all_four = (first, second, gone, blocked)
    said = {ticket: page.locator(".outcomes li", has_text=f"#{ticket.number}") for ticket in all_four}
    for ticket in (first, second):
        expect(said[ticket]).to_contain_text("Done")
        expect(page.locator(f"#ticket-{ticket.number}")).to_have_count(0)
    expect(said[gone]).to_contain_text("no longer visible to you")
    expect(said[blocked]).to_contain_text("A ticket that is resolved can't become snoozed.")
    assert {ticket.status for ticket in Ticket.objects.filter(pk__in=[first.pk, second.pk])} == {"snoozed"}
    assert Ticket.objects.get(pk=gone.pk).status == "open"
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#relate")).to_be_hidden()


def test_m_opens_the_dialog_while_tickets_are_selected_and_what_is_not_shown_is_not_run(site, channel, agnes):
    ticket = make_ticket(channel)
    for name in ("Put off", "Sort", "Sort and give back"):
        make_macro(agnes, name, {"do": "resolve"})
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    select(page, ticket)
    page.keyboard.press("m")
    expect(page.locator("#macro-many-text")).to_be_focused()
    expect(page.locator("#macros")).to_be_hidden()

    run, chosen = page.get_by_role("button", name="Run"), page.locator("#relate :checked + span .relate__name")
    page.keyboard.type("sort")
    expect(chosen).to_have_text("Sort")
    page.keyboard.type(" nothing")
    expect(page.locator(".relate__macro:visible")).to_have_count(0)
    expect(run).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.locator(".outcomes")).to_be_hidden()
    page.fill("#macro-many-text", "so")
    expect(run).to_be_enabled()
    page.locator(".relate__macro", has_text="give back").click()
    page.locator("#macro-many-text").press_sequentially("r")
    page.locator("#macro-many-text").fill("sort")
    expect(chosen).to_have_text("Sort and give back")
    assert Ticket.objects.get().status == "open"

    page.locator("#relate").get_by_role("button", name="Cancel").click()
    page.locator("[data-bulk=clear]").click()
    page.keyboard.press("m")
    expect(page.locator("#macros")).to_be_visible()


def test_however_many_macros_there_are_for_several_tickets_each_stands_below_the_one_before(site, channel, agnes):
    ticket = make_ticket(channel)
    for number in range(20):
        make_macro(agnes, f"Macro {number}", {"do": "note", "text": "Call them back. " * 6})
    page = site.open(agnes, "/inbox/open/")
    select(page, ticket)
    page.locator("[data-bulk-macro]").click()
    expect(page.locator(".relate__macro")).to_have_count(20)
    first, second = (page.locator(".relate__macro > span").nth(number).bounding_box() for number in (0, 1))
    assert first["y"] + first["height"] <= second["y"]


def test_why_a_macro_did_not_run_is_said_to_whoever_has_closed_the_list(site, channel, agnes):
    ticket = make_ticket(channel)
    make_macro(agnes, "Put off", {"do": "snooze", "hours": 1})
    page = site.open(agnes, "/inbox/open/")
    select(page, ticket)
    Ticket.objects.update(status="resolved")
    held = []
    page.route("**/run/", lambda route: held.append(route))
    page.keyboard.press("m")
    page.locator(".relate__macro").click()
    with page.expect_request("**/run/"):
        page.get_by_role("button", name="Run").click()
    page.locator("#relate").get_by_role("button", name="Close").click()
    held.pop().continue_()
    expect(page.locator(".toast--error")).to_contain_text(f"#{ticket.number}: A ticket that is resolved can't")


def test_without_a_connection_each_ticket_says_that_nothing_ran(site, channel, agnes):
    first, second = make_ticket(channel, author="a"), make_ticket(channel, author="b")
    make_macro(agnes, "Sort", {"do": "resolve"})
    page = site.open(agnes, "/inbox/open/")
    select(page, first, second)
    page.locator("[data-bulk-macro]").click()
    page.locator(".relate__macro").click()
    go_offline(page)
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".outcome--not")).to_have_count(2)
    expect(page.locator(".outcomes")).to_contain_text("Not run: there is no connection.")


@THEMES
def test_the_dialog_for_several_tickets_and_its_outcomes_are_accessible(site, channel, agnes, theme):
    make_macro(agnes, "Sort", {"do": "resolve"}, {"do": "note", "text": "Called. " * 30})
    make_macro(agnes, "Greet", {"do": "text", "text": "Hi"})
    ticket = make_ticket(channel)
    page = site.open(agnes, "/inbox/open/", color_scheme=theme)
    select(page, ticket)
    page.locator("[data-bulk-macro]").click()
    expect(page.locator("#macro-many-text")).to_be_focused()
    assert complaints(page) == ""
    page.locator(".relate__macro").click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".outcomes li")).to_have_count(1)
    assert complaints(page) == ""
