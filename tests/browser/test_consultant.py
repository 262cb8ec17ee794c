"""A web consultant at the composer, and those who read only: what is there to press, and what is not."""

import pytest
from playwright.sync_api import expect

from accounts.permissions import Role
from inbox.models import Message
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_person, make_ticket

PRIVATE_ONLY = "Your role answers in private only."


@pytest.fixture
def comment(rail, care):
    return make_ticket(make_channel(rail, care, network="facebook"), visibility="comment", language="en")


def open_as(site, northline, care, role, ticket):
    person = make_person("Carla Web", northline, role, teams=(care,))
    return site.open(person, f"/inbox/open/{ticket.number}/")


def test_a_consultant_sends_in_private_and_keeps_as_a_draft_what_everybody_would_read(site, northline, care, comment):
    page = open_as(site, northline, care, Role.WEB_CONSULTANT, comment)
    send = page.get_by_role("button", name="Send")
    page.fill("#composer-text", "It has two USB ports.")
    page.get_by_role("radio", name="Draft").check()
    expect(page.get_by_text(PRIVATE_ONLY)).to_be_visible()
    expect(send).to_be_hidden()
    page.locator("#composer-text").press("Control+Enter")
    expect(page.locator("#findings")).to_contain_text(PRIVATE_ONLY, timeout=15_000)
    page.evaluate("document.dispatchEvent(new CustomEvent('live:begun'))")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#findings")).to_contain_text(PRIVATE_ONLY)
    assert not Message.objects.filter(direction="outbound").exists()

    page.get_by_role("radio", name="Private reply").check()
    send.click()

    sent = page.locator("#thread .message--outbound.message--direct")
    expect(sent).to_contain_text("It has two USB ports.", timeout=15_000)


def test_who_answers_nobody_writes_notes_and_who_only_reads_writes_nothing(site, northline, care, comment):
    approver = open_as(site, northline, care, Role.APPROVER, comment)
    approver.keyboard.press("r")
    approver.fill("#composer-text", "I would not say that.")
    approver.get_by_role("button", name="Add note").click()
    expect(approver.locator("#thread .message--note")).to_contain_text("I would not say that.")
    expect(approver.get_by_role("button", name="Resolve")).to_be_hidden()

    analyst = open_as(site, northline, care, Role.ANALYST, comment)
    expect(analyst.locator("#composer")).to_be_hidden()
    analyst.keyboard.press("m")
    analyst.keyboard.press("j")
    analyst.keyboard.press("x")
    expect(analyst.locator("#selection")).to_be_hidden()


@THEMES
def test_the_draft_that_is_not_sent_is_accessible(site, northline, care, comment, theme):
    page = open_as(site, northline, care, Role.WEB_CONSULTANT, comment)
    page.emulate_media(color_scheme=theme)
    page.get_by_role("radio", name="Draft").check()

    assert complaints(page) == ""
