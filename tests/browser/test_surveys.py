"""The page on which a customer says whether they were content, in a browser without scripts and in one with."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.replies import NewReply, send_reply
from inbox.actions.surveys import answer_survey, ask_due
from inbox.actions.tickets import resolve_ticket
from inbox.models import Survey, SurveyPolicy
from inbox.queries.surveys import address_of
from tests.browser.test_accessible import complaints
from tests.browser.test_account_and_console import WCAG
from tests.cast import make_ticket


@pytest.fixture
def path(channel, agnes):
    """Where a customer has been asked to answer."""
    SurveyPolicy.objects.create(organization=channel.organization, channel=channel, active=True)
    ticket = make_ticket(channel, "Where is it?", visibility="direct", language="en")
    send_reply(ticket, NewReply("Here.", "", seen=ticket.messages.latest("pk").pk), by=agnes)
    resolve_ticket(ticket, by=agnes)
    ask_due(timezone.now() + timedelta(hours=2))
    return "/s/" + address_of(Survey.objects.get()).split("/s/")[1]


def test_a_customer_answers_on_a_phone_without_scripts(site, path):
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    page = site.visit(path, **phone)
    page.get_by_text("Very good").click()
    page.get_by_label("What should we know?").fill("So quick!")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("status")).to_contain_text("Thank you.")
    expect(page.get_by_label("Very good")).to_be_checked()
    survey = Survey.objects.get()
    assert (survey.score, survey.comment) == (5, "So quick!")


def test_an_answer_appears_beside_the_conversation_at_once(site, path, agnes):
    survey = Survey.objects.get()
    page = site.open(agnes, f"/inbox/resolved/{survey.ticket.number}/")
    expect(page.locator("#voice .customer")).to_be_visible()

    answer_survey(survey, 2, "Too slow.")

    expect(page.locator(".customer__verdict")).to_contain_text("Content with our help: 2 of 5")
    expect(page.locator("#thread")).to_contain_text("The customer’s verdict: 2 of 5")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_managers_figures_are_accessible_and_fit(site, path, max_, theme, width):
    answer_survey(Survey.objects.get(), 5, "So quick!")
    size = {"width": width, "height": 844}
    page = site.visit("/console/satisfaction/", cookies=site.cookies(max_), color_scheme=theme, viewport=size)
    expect(page.get_by_text("21–100 %")).to_have_count(3)
    assert complaints(page, WCAG) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=f"/tmp/fixrules-shots/console-{theme}-{width}.png")


def test_a_customer_answers_by_keyboard(site, path):
    page = site.visit(path)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Thank you.")
    assert Survey.objects.get().score == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_accessible_and_fits(site, path, theme, width):
    page = site.visit(path, color_scheme=theme, viewport={"width": width, "height": 844})
    page.get_by_text("Good", exact=True).click()
    assert complaints(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
