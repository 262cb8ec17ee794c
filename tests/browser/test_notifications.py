"""Colleagues call each other: a name is chosen while typing, and the one called knows at once."""

from playwright.sync_api import expect

from inbox.models import Notification
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_a_mention_is_chosen_by_keyboard_and_counted_on_the_other_page_at_once(site, channel, agnes, jonas):
    ticket = make_ticket(channel)
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/")
    his = site.open(jonas, "/inbox/mine/")
    bell = his.locator("[data-count=notifications]")
    expect(bell).to_have_text("")

    hers.keyboard.press("n")
    hers.keyboard.type("Do you know, @jo")
    expect(hers.get_by_role("option", name="Jonas Okafor")).to_have_attribute("aria-selected", "true")
    hers.keyboard.press("Enter")
    expect(hers.locator("#composer-text")).to_have_value("Do you know, @Jonas Okafor ")
    hers.keyboard.press("Control+Enter")
    expect(hers.locator(".message--note .mention")).to_have_text("@Jonas Okafor")

    expect(bell).to_have_text("1")
    his.get_by_role("link", name="Notifications").click()
    his.get_by_role("link", name="Agnes Berg mentioned you").click()
    expect(his.locator(".message--note")).to_contain_text("Do you know")
    expect(bell).to_have_text("")
    assert not Notification.objects.unseen().exists()


def test_in_a_reply_to_a_customer_nobody_is_offered(site, channel, agnes, jonas):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.locator("#composer-text").press_sequentially("Hello @jo")
    page.wait_for_timeout(400)
    expect(page.locator("#mentions")).to_be_hidden()


def test_a_ticket_is_followed_from_its_menu(site, channel, agnes):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.keyboard.press("l")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
    page.get_by_role("button", name="Stop following").click()
    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()


@THEMES
def test_notifications_are_accessible(site, channel, agnes, jonas, theme):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.keyboard.press("n")
    page.keyboard.type("Look, @")
    expect(page.get_by_role("option", name="Jonas Okafor")).to_be_visible()
    assert complaints(page) == ""
    page.keyboard.type("Jonas Okafor")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message--note")).to_be_visible()
    assert complaints(page) == ""
    his = site.visit("/notifications/", cookies=site.cookies(jonas), color_scheme=theme)
    expect(his.get_by_text("mentioned you")).to_be_visible()
    assert complaints(his) == ""
