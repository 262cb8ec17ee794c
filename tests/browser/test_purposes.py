"""Changing what a message is for changes what is suggested, and nothing else on the page."""

import pytest
from playwright.sync_api import expect

from inbox.models import Purpose
from tests.browser.test_accessible import complaints
from tests.inbox.test_suggested_purposes import CALM, HOW, answer, ticket  # noqa: F401 - the same two answers


@pytest.fixture
def theme(request):
    """Whether the page is light or dark."""
    return getattr(request, "param", "light")


@pytest.fixture
def page(site, ticket, agnes, theme):  # noqa: F811 - the fixture above
    Purpose.objects.filter(key="de_escalate").update(tone="calm, short, no jokes")
    page = site.open(agnes, "/inbox/open/", color_scheme=theme)
    page.get_by_role("link", name="Priya").first.click()
    expect(page.locator("#voice-offers .suggestion").first).to_be_visible()
    return page


def choose(page, key):
    """Press `p` until the purpose is chosen, and wait for what is suggested then."""
    for _ in range(7):
        if page.locator("[name=purpose]").input_value() == key:
            return
        page.keyboard.press("p")
    raise AssertionError(f"{key} can't be chosen.")


def test_one_key_changes_the_purpose_and_with_it_the_suggestion_that_1_inserts(page):
    first = page.locator("#voice-offers .suggestion__text").first
    choose(page, "de_escalate")
    expect(first).to_have_text(CALM)
    choose(page, "resolve")
    expect(first).to_have_text(HOW)

    page.keyboard.press("1")

    expect(page.locator("#composer-text")).to_have_value(HOW)


def test_what_is_being_read_and_written_beside_it_stays_where_it_is(page):
    choose(page, "resolve")
    expect(page.locator("#voice-offers .suggestion__text").first).to_have_text(HOW)
    page.locator(".ask__form").evaluate("form => { form.open = true; }")
    page.locator("#ask-text").fill("What do we say to this?")
    page.locator("#customer").evaluate("customer => { customer.dataset.same = 'yes'; }")
    column = page.locator("#voice")
    column.evaluate("column => { column.scrollTop = 60; }")
    thread = page.locator("#thread").bounding_box()
    page.locator("#thread").focus()

    choose(page, "de_escalate")
    expect(page.locator("#voice-offers .suggestion__text").first).to_have_text(CALM)

    assert page.locator("#ask-text").input_value() == "What do we say to this?"
    expect(page.locator("#customer")).to_have_attribute("data-same", "yes")
    expect(page.locator("#tone")).to_have_text("calm, short, no jokes")
    assert page.locator("#thread").bounding_box() == thread


def test_what_somebody_looks_for_is_not_swept_away(page):
    page.locator("#voice-search").fill("fare back")
    expect(page.get_by_role("heading", name="Signed wording found")).to_be_visible()
    page.locator("#thread").focus()

    with page.expect_response(lambda told: "/guard/" in told.url):
        page.keyboard.press("p")

    expect(page.get_by_role("heading", name="Signed wording found")).to_be_visible()
    expect(page.locator("#voice-search")).to_have_value("fare back")


@pytest.mark.parametrize("theme", ["light", "dark"], indirect=True)
def test_what_serves_another_purpose_says_so_for_everybody_to_read(page):
    choose(page, "thank")

    expect(page.locator(".suggestion__serves")).to_contain_text("For another purpose: ")
    assert complaints(page) == ""
