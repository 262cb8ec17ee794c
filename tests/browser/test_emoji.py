"""Emoji are found by their names in one's own language, or by short codes while one types; links are shown as sent."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_ticket


@pytest.fixture
def ticket(rail, care):
    return make_ticket(make_channel(rail, care, network="sandbox", external=True))


def test_an_emoji_is_found_by_its_name_and_put_where_one_writes(site, ticket, agnes):
    agnes.language = "de"
    agnes.save(update_fields=["language"])
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "Gute Fahrt! Bis bald")
    page.evaluate("document.getElementById('composer-text').setSelectionRange(11, 11)")
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator("#emoji-list [role=group]").first).to_have_attribute("aria-label", "Smileys & Emotionen")

    page.keyboard.type("rakete")
    expect(page.locator("#emoji-list [aria-selected=true]")).to_have_attribute("title", "Rakete")
    page.keyboard.press("Enter")

    expect(page.locator("#composer-text")).to_have_value("Gute Fahrt!🚀 Bis bald")
    expect(page.locator("#composer-text")).to_be_focused()
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator("#emoji-list [role=option]").first).to_have_text("🚀")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#emoji-list [aria-selected=true]")).to_have_attribute("title", "grinsendes Gesicht")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#emoji")).to_be_hidden()


def test_short_codes_become_emoji_while_one_types(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.focus("#composer-text")
    page.keyboard.type("Thanks :tad")
    expect(page.locator("#emoji-codes [role=option]").first).to_contain_text(":tada:")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Thanks 🎉")
    page.keyboard.type(" and :+1:")
    expect(page.locator("#composer-text")).to_have_value("Thanks 🎉 and 👍️")
    page.keyboard.type(" at 10:30")
    expect(page.locator("#emoji-codes")).to_be_hidden()


def test_the_list_of_emoji_comes_only_when_it_is_wanted(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    loaded = "performance.getEntriesByType('resource').filter((one) => one.name.includes('emoji-')).length"

    assert page.evaluate(loaded) == 0
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator("#emoji-list [role=option]").first).to_be_visible()
    assert page.evaluate(loaded) == 1


def test_a_link_is_shown_with_its_room_and_loses_what_follows_its_readers(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "See https://www.northline.example/refund?utm_source=mail&case=7.")
    expect(page.locator(".link")).to_contain_text("northline.example/refund?utm_source=mail&case=7")
    page.get_by_role("button", name="Remove tracking").click()

    expect(page.locator("#composer-text")).to_have_value("See https://www.northline.example/refund?case=7.")
    expect(page.locator(".link")).to_contain_text("43 characters")


@THEMES
def test_the_picker_is_accessible(site, ticket, agnes, theme):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.fill("#composer-text", "See https://www.northline.example/refund?utm_source=mail&case=7")
    expect(page.locator(".link")).to_be_visible()
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator("#emoji-list [role=option]").first).to_be_visible()

    assert complaints(page) == ""
