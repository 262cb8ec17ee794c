"""Feelings and urgency arrive while one looks, can be narrowed to, and are put right where they stand."""

import pytest
from playwright.sync_api import expect

from accounts.models import Brand
from brandvoice.actions.positions import create_position
from inbox.actions.enrich import enrich_due
from inbox.actions.messages import receive_messages
from inbox.models import Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_incoming, make_ticket

ANGRY = "My account was hacked, somebody is spending my money right now! This is awful"
SAID = [
    "Which platform does the 9:40 to Leeds leave from?",
    "Thank you so much, the crew on the night train was wonderful 😍",
    "Third time this week that the heating is broken. I am so tired of this",
    "I can't log in to my account since yesterday and nobody answers my e-mails",
    "Wo bekomme ich eine Bescheinigung über die Verspätung?",
]


@pytest.fixture
def tickets(northline, channel, olga):
    """A few customers in different moods; the first was hacked."""
    Brand.objects.create(organization=northline, name="Northline Deutschland", slug="de", language="de")
    for number, topic in enumerate(("Refunds", "Accounts", "Timetable")):
        create_position(f"Question {number}?", topic=topic, key=f"q{number}", by=olga)
    for number, text in enumerate(SAID):
        receive_messages(channel, [make_incoming(text, author=f"priya{number}")])
    angry = make_ticket(channel, ANGRY, author="kai")
    enrich_due()
    Ticket.objects.filter(pk=angry.pk).update(topic="Accounts")
    angry.messages.update(topic="Accounts", topic_confidence=0.8)
    return angry


def test_a_feeling_arrives_in_row_and_conversation_without_reload(site, channel, agnes):
    ticket = make_ticket(channel, ANGRY)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator("#ticket-list .mood, #thread .mood")).to_have_count(0)

    enrich_due()

    expect(page.locator(f"#ticket-{ticket.number} .mood--negative")).to_be_visible()
    expect(page.locator(".message .urgency--3")).to_be_visible()


def test_a_list_is_narrowed_and_stays_so_while_tickets_arrive(site, channel, tickets, agnes):
    page = site.open(agnes, "/inbox/open/")
    page.click("#filters summary")
    page.check("#filters input[value=negative]", force=True)
    expect(page.locator(f"#ticket-{tickets.number}")).to_be_visible()
    expect(page.locator(".mood--positive").locator("visible=true")).to_have_count(1)  # the filter's own
    assert "sentiment=negative" in page.url

    pleased = make_ticket(channel, "Thank you so much, you made my day!")
    angrier = make_ticket(channel, "This is the worst railway ever, I hate it!")
    enrich_due()

    expect(page.locator(f"#ticket-{angrier.number}")).to_be_visible()
    expect(page.locator(f"#ticket-{pleased.number}")).to_have_count(0)
    page.click("[data-clear-filters]")
    expect(page.locator(f"#ticket-{pleased.number}")).to_be_visible()


def test_a_feeling_is_put_right_from_its_message_for_everybody(site, tickets, agnes, lena):
    page = site.open(agnes, f"/inbox/open/{tickets.number}/")
    leads = site.open(lena, "/inbox/open/")

    page.click(".reading__summary")
    page.click(".reading__panel button:has-text('Positive')")

    expect(page.locator(".message .mood--positive")).to_be_visible()
    expect(leads.locator(f"#ticket-{tickets.number} .mood--positive")).to_be_visible()


def test_an_opened_menu_stays_open_while_the_conversation_is_asked_for_again(site, tickets, agnes):
    page = site.open(agnes, f"/inbox/open/{tickets.number}/")
    held = []
    page.route("**/reading/", lambda route: held.append(route))
    with page.expect_request("**/reading/"):
        page.click(".reading__summary")

    with page.expect_response("**/thread/"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live:resync'))")
    held[0].continue_()

    expect(page.locator(".reading__section").first).to_be_visible()


@THEMES
def test_moods_menu_and_filters_are_accessible(site, theme, tickets, agnes):
    page = site.open(agnes, f"/inbox/open/{tickets.number}/", color_scheme=theme)
    page.click(".reading__summary")
    expect(page.locator(".reading__section").first).to_be_visible()
    assert complaints(page) == ""

    page.keyboard.press("Escape")
    page.click("#filters summary")
    assert complaints(page) == ""
