"""A template is chosen, filled in with a preview, judged and sent, where the network takes no free answer any more."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.templates import keep_templates
from inbox.connectors.templates import NetworkTemplate
from inbox.models import Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_rule, make_ticket

BODY = "Hi {{1}}, {{2}} is back on track. Do you still need us?"


@pytest.fixture
def ticket(rail, care):
    channel = make_channel(rail, care, network="whatsapp", external=True)
    template = NetworkTemplate("1", "train_back", "en", "UTILITY", "APPROVED", BODY, buttons=("Yes", "No, thanks"))
    keep_templates(channel, [template, NetworkTemplate("2", "hello", "en", "MARKETING", "APPROVED", "Hello.")])
    ticket = make_ticket(channel, visibility="direct", language="en")
    Ticket.objects.update(last_inbound_at=timezone.now() - timedelta(days=2))
    return ticket


def test_a_template_is_filled_in_judged_and_sent(site, ticket, agnes, northline):
    make_rule(northline, "legendary", reason="We do not boast.")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator("#composer-text")).to_be_hidden()
    page.get_by_label("Template").select_option(label="train_back · en · utility")
    page.get_by_label("In place of 1").fill("Robin")
    page.get_by_label("In place of 2").fill("our legendary train")
    expect(page.locator("#template-preview")).to_contain_text("We do not boast.")
    page.get_by_label("In place of 2").fill("the 7:42")
    expect(page.locator(".template__words")).to_have_text("Hi Robin, the 7:42 is back on track. Do you still need us?")
    expect(page.locator("#template-preview")).not_to_contain_text("We do not boast.")
    expect(page.get_by_label("In place of 2")).to_be_focused()
    page.keyboard.press("Control+Enter")

    expect(page.locator("#thread")).to_contain_text("Hi Robin, the 7:42 is back on track.")
    expect(page.locator("#template-preview")).to_have_count(0)


def test_a_note_is_written_as_ever(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.locator(".tab", has_text="Note").click()
    page.fill("#composer-text", "She will call.")
    page.get_by_role("button", name="Add note").click()

    expect(page.locator("#thread")).to_contain_text("She will call.")


def test_without_scripts_a_template_is_filled_in_on_the_page(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", java_script_enabled=False)
    page.get_by_label("Template").select_option(label="train_back · en · utility")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_label("In place of 1").fill("Robin")
    page.get_by_label("In place of 2").fill("it")
    page.locator(".composer__send").click()

    expect(page.locator("#thread")).to_contain_text("Hi Robin, it is back on track.")


@THEMES
def test_templates_are_accessible(site, ticket, agnes, theme):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.get_by_label("Template").select_option(label="train_back · en · utility")
    expect(page.locator("#template-preview")).to_be_visible()

    assert complaints(page) == ""
