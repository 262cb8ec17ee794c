"""A message is translated below its words with one press, and colleagues who have it open read it, too."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket
from tests.inbox.translators import serving
from tests.served import serve


@pytest.fixture
def translator():
    """A translator of LibreTranslate's shape."""
    with serving() as server:
        server.said = "Where is my train? I have been waiting for an hour."
        yield server


@pytest.fixture
def translating(transactional_db, browser, tmp_path, translator):
    """The site of an operator who has named a translator."""
    with serve(tmp_path, ONEVOICE_TRANSLATE_URL=translator.address) as address:
        site = Site(address, browser)
        yield site
        for context in site.contexts:
            context.close()
    assert site.troubles == []


def test_one_press_translates_a_message_for_all_who_have_it_open(translating, translator, channel, agnes, jonas):
    ticket = make_ticket(channel, "Wo ist mein Zug? Ich warte seit einer Stunde.", language="de")
    address = f"/inbox/open/{ticket.number}/"
    page, his = translating.open(agnes, address), translating.open(jonas, address)
    page.fill("#composer-text", "Half a sentence")

    page.get_by_role("link", name="Translate").focus()
    page.keyboard.press("Enter")

    for one in (page, his):
        expect(one.locator(".message__translated")).to_have_text(translator.said)
        expect(one.locator(".message__text")).to_contain_text("Wo ist mein Zug?")
        expect(one.get_by_role("link", name="Translate")).to_have_count(0)
    expect(page.locator("#composer-text")).to_have_value("Half a sentence")
    page.locator(".message__translation summary").click()
    expect(page.locator(".message__translated")).to_be_hidden()
    assert len(translator.asked) == 1


def test_a_translator_that_fails_is_said_and_the_press_may_be_repeated(translating, translator, channel, agnes):
    ticket = make_ticket(channel, "Wo ist mein Zug?", language="de")
    page = translating.open(agnes, f"/inbox/open/{ticket.number}/")
    translator.status = 500
    page.get_by_role("link", name="Translate").click()
    expect(page.locator(".toast--error")).to_be_visible()
    translator.status = 200
    page.get_by_role("link", name="Translate").click()
    expect(page.locator(".message__translated")).to_have_text(translator.said)
    translating.troubles.clear()  # the browser says of itself that a request has failed


@THEMES
def test_a_translated_message_is_accessible(translating, channel, agnes, theme):
    ticket = make_ticket(channel, "Wo ist mein Zug?", language="de")
    page = translating.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    assert complaints(page) == ""
    page.get_by_role("link", name="Translate").click()
    expect(page.locator(".message__translated")).to_be_visible()
    assert complaints(page) == ""
