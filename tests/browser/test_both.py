"""A customer is answered in private and told so in public, in one go."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_rule, make_ticket


@pytest.fixture
def ticket(rail, care):
    channel = make_channel(rail, care, network="facebook", external=True)
    return make_ticket(channel, visibility="comment", language="en")


def test_both_replies_are_written_judged_and_sent(site, ticket, agnes, northline):
    make_rule(northline, "legendary", reason="We do not boast.")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    public = page.get_by_label("In public")
    expect(public).to_be_hidden()
    page.locator(".tab", has_text="Both").click()
    expect(public).to_have_value("We have written to you privately.")
    public.fill("A legendary message waits for you.")
    expect(page.locator("#public-findings")).to_contain_text("We do not boast.")
    public.fill("We have written to you.")
    expect(page.locator("#public-findings")).to_be_empty()
    page.fill("#composer-text", "Your number is +49 160 1234567, isn't it?")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#thread")).to_contain_text("We have written to you.")
    expect(page.locator("#thread")).to_contain_text("+49 160 1234567")
    expect(page.locator("#composer-text")).to_have_value("")


@THEMES
def test_both_replies_are_accessible(site, ticket, agnes, theme):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.locator(".tab", has_text="Both").click()
    expect(page.get_by_label("In public")).to_be_visible()

    assert complaints(page) == ""
