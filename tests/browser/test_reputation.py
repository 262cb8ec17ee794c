"""The reputation page as people see it: charts with their tables, in both themes, by keyboard, and on paper."""

import pytest
from playwright.sync_api import expect

from inbox.actions.enrich import enrich_due
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.rollups import keep_rollups
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


@pytest.fixture
def figures(channel, agnes):
    """Some messages, one of them answered."""
    tickets = [make_ticket(channel, text, language="en") for text in ("Where is my money?", "Thank you so much!")]
    seen = tickets[0].messages.get().pk
    send_reply(tickets[0], NewReply("We look into it.", "public", seen=seen), by=agnes)
    enrich_due()
    keep_rollups()


@THEMES
@pytest.mark.parametrize("who", ["lena", "agnes"])
def test_the_figures_are_accessible_in_both_themes(site, figures, theme, who, request):
    page = site.visit("/reputation/", cookies=site.cookies(request.getfixturevalue(who)), color_scheme=theme)
    expect(page.locator(".chart canvas")).to_have_count(4 if who == "lena" else 3)

    assert complaints(page) == ""

    for summary in page.locator(".chart__data summary").all():
        summary.press("Enter")
    expect(page.locator(".chart__data table").first).to_be_visible()
    assert complaints(page) == ""


def test_a_number_opens_what_it_counts(site, figures, lena):
    page = site.visit("/reputation/?cut=channel", cookies=site.cookies(lena))

    page.locator(".figures-table td a").first.click()

    expect(page.locator(".listed-row")).to_have_count(2)


def test_without_scripts_the_tables_say_it_all(site, figures, lena):
    page = site.visit("/reputation/", cookies=site.cookies(lena), java_script_enabled=False)

    expect(page.locator(".chart canvas")).to_have_count(0)
    expect(page.locator(".chart__data table")).to_have_count(4)


def test_on_paper_there_is_no_rail(site, figures, lena):
    page = site.visit("/reputation/", cookies=site.cookies(lena))

    page.emulate_media(media="print")

    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".figures-table").first).to_be_visible()
