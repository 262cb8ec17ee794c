"""Completing what one searches for, by keyboard."""

import pytest
from playwright.sync_api import expect

from inbox.actions.tickets import set_labels
from tests.browser.test_accessible import complaints
from tests.cast import make_ticket


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_search_is_completed_found_remembered_and_forgotten_by_keyboard(site, channel, agnes, color_scheme):
    refund = make_ticket(channel, "Where is my money?")
    set_labels(refund, ["refund"], by=agnes)
    make_ticket(channel, "Hello")
    page = site.open(agnes, "/inbox/search/", color_scheme=color_scheme)
    line, options = page.locator("#search-text"), page.locator("#completions [role=option]")
    line.focus()
    page.keyboard.type("lab")
    expect(options).to_have_text(["label:"])
    assert complaints(page) == ""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(line).to_have_value("label:")
    expect(options).to_have_text(["label:refund"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(line).to_have_value("label:refund ")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-row")).to_have_count(1)

    page.locator("#search-text").fill("")
    expect(options).to_contain_text(["label:refund"])
    page.keyboard.press("Escape")
    expect(page.locator("#completions")).to_be_hidden()
    page.keyboard.press("Escape")
    page.locator("#search-text").focus()
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(page.locator("#completions")).to_be_hidden()
