"""A draft goes from one agent to another while both look."""

from playwright.sync_api import expect

from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def write(page, text):
    page.fill("#composer-text", text)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")


def test_a_draft_is_shown_taken_over_and_gone_from_its_author(site, channel, agnes, jonas):
    ticket = make_ticket(channel)
    hers, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    write(hers, "It left at nine.")
    hers.get_by_title("Your draft").click()
    expect(hers.get_by_role("button", name="Jonas Okafor").last).to_be_in_viewport(ratio=1)
    hers.get_by_role("button", name="Show it to colleagues").click()
    expect(hers.get_by_text("Colleagues see it")).to_be_visible()

    expect(his.get_by_role("region", name="Draft of Agnes Berg")).to_contain_text("It left at nine.")
    his.get_by_role("button", name="Take it over").click()
    expect(his.locator("#composer-text")).to_have_value("It left at nine.")
    expect(his.get_by_role("region", name="Draft of Agnes Berg")).to_have_count(0)
    expect(hers.locator("#composer-text")).to_have_value("")
    expect(hers.locator("#thread")).to_contain_text("Draft of Agnes Berg taken over by Jonas Okafor")


def test_what_was_overwritten_is_brought_back_from_the_menu(site, channel, agnes):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    write(page, "It left at nine, from platform four.")
    page.fill("#composer-text", "x")
    page.wait_for_timeout(1000)
    page.get_by_title("Your draft").click()
    page.get_by_role("button", name="It left at nine, from platform four.").click()
    expect(page.locator("#composer-text")).to_have_value("It left at nine, from platform four.")


@THEMES
def test_shared_drafts_and_their_menu_are_accessible(site, channel, agnes, jonas, theme):
    ticket = make_ticket(channel)
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    write(hers, "It left at nine.")
    hers.get_by_title("Your draft").click()
    hers.get_by_role("button", name="Show it to colleagues").click()
    expect(hers.get_by_text("Colleagues see it")).to_be_visible()
    assert complaints(hers) == ""
    his = site.open(jonas, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    expect(his.get_by_role("region", name="Draft of Agnes Berg")).to_be_visible()
    assert complaints(his) == ""
