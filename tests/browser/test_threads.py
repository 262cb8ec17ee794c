"""A reply that is too long for one post: the counter says so, and the posts are shown before they go out."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_ticket

LONG = "The 7:42 leaves from platform 4 today, since platform 2 is being repaired. " * 9


@pytest.fixture
def ticket(rail, care):
    return make_ticket(make_channel(rail, care, network="bluesky", external=False))


def test_the_posts_of_a_long_reply_are_shown_and_it_can_be_sent(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", LONG)

    expect(page.locator(".post-part")).to_have_count(3)
    expect(page.locator(".post-part").first).to_contain_text("1/3")
    expect(page.locator("#counter")).to_have_attribute("data-thread", "1/3 · ")
    expect(page.locator("#counter[data-over]")).to_have_count(0)
    page.keyboard.press("Control+Enter")

    expect(page.locator("#thread")).to_contain_text("platform 2 is being repaired.")
    expect(page.locator("#composer-text")).to_have_value("")


@THEMES
def test_a_long_reply_is_accessible(site, ticket, agnes, theme):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.fill("#composer-text", LONG)
    expect(page.locator(".post-part")).to_have_count(3)

    assert complaints(page) == ""
