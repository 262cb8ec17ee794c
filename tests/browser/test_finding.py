"""The palette and the search, in a real browser and by keyboard alone."""

import re

from playwright.sync_api import expect

from inbox.actions.tickets import assign_ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_the_palette_opens_a_ticket_that_somebody_remembers_a_word_of(site, channel, agnes):
    wanted = make_ticket(channel, "My umbrella is in coach 7", author="priya")
    make_ticket(channel, "Where is my train?")
    page = site.open(agnes, "/inbox/unassigned/")

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-text")).to_be_focused()
    page.keyboard.type("umbr")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("My umbrella is in coach 7")
    page.keyboard.press("Enter")

    expect(page.locator("#ticket")).to_have_attribute("data-number", str(wanted.number))
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith(f"/inbox/unassigned/{wanted.number}/")


def test_the_palette_does_what_its_commands_say(site, channel, agnes):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")

    page.keyboard.press("Control+k")
    page.keyboard.type("note write")
    expect(page.locator("#palette").get_by_role("option")).to_have_count(2)  # and to search for it
    page.get_by_role("option", name="Write a note").click()
    page.keyboard.type("Look at this")
    expect(page.get_by_role("radio", name="Note")).to_be_checked()
    expect(page.locator("#composer-text")).to_have_value("Look at this")
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    page.keyboard.type("snoozed")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", name="Snoozed")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Snoozed")).to_be_visible()


def test_a_customer_found_in_the_palette_leads_to_all_their_tickets(site, channel, agnes):
    hers = [make_ticket(channel, text, author="priya") for text in ("Late again", "And again")]
    make_ticket(channel, "Late too", author="omar")
    page = site.open(agnes, "/inbox/open/")
    page.keyboard.press("Control+k")
    page.keyboard.type("priya")
    page.get_by_role("option", name="Priya @priya · Bluesky").first.click()

    expect(page.get_by_role("heading", name="Priya")).to_be_visible()
    for ticket in hers:
        expect(page.locator(".customer-tickets").get_by_text(f"#{ticket.number}")).to_be_visible()
    expect(page.locator(".customer-tickets li")).to_have_count(2)


def test_what_was_found_stays_in_its_place_and_is_shown_as_it_is_now(site, channel, agnes, jonas):
    ticket = make_ticket(channel, "My umbrella is lost")
    page = site.open(agnes, "/inbox/open/")
    page.keyboard.press("f")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.type("umbrella is:open")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-row mark")).to_have_text("umbrella")
    assert re.search(r"/inbox/search/\?q=umbrella\+is%3Aopen$", page.url)

    assign_ticket(ticket, jonas, by=jonas)
    expect(page.locator(".ticket-row .avatar")).to_have_attribute("title", "Jonas Okafor")
    make_ticket(channel, "Another umbrella")
    page.reload()
    expect(page.locator(".ticket-row")).to_have_count(2)
    page.locator(".ticket-row__link").last.click()
    expect(page.locator("#ticket")).to_have_attribute("data-number", str(ticket.number))
    page.go_back()
    expect(page.locator(".ticket-row")).to_have_count(2)


def test_search_works_without_scripts(site, channel, agnes):
    make_ticket(channel, "My umbrella is lost")
    page = site.open(agnes, "/inbox/search/", java_script_enabled=False)
    page.fill("#search-text", "umbrella")
    page.press("#search-text", "Enter")
    expect(page.locator(".ticket-row mark")).to_have_text("umbrella")


@THEMES
def test_the_palette_and_the_search_are_accessible(site, channel, agnes, theme):
    make_ticket(channel, "My umbrella is lost", author="priya")
    page = site.open(agnes, "/inbox/search/?q=is:lost", color_scheme=theme)
    expect(page.get_by_text("“is:” can be open")).to_be_visible()
    assert complaints(page) == ""
    page.goto(f"{site.address}/inbox/search/?q=umbrella")
    assert complaints(page) == ""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-text")).to_be_focused()
    assert complaints(page) == ""
    page.keyboard.type("priya")
    expect(page.get_by_role("option", name="Priya @priya")).to_be_visible()
    assert complaints(page) == ""
