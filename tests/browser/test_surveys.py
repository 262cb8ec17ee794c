"""The page on which a customer says whether they were content, in a browser without scripts and in one with."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.replies import NewReply, send_reply
from inbox.actions.surveys import ask_due
from inbox.actions.tickets import resolve_ticket
from inbox.models import Survey, SurveyPolicy
from inbox.queries.surveys import address_of
from tests.browser.test_accessible import complaints
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
