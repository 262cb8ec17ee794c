"""Similar resolved tickets below the customer: they come after the suggestions, open, and lend their signed words."""

import pytest
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from inbox.actions.enrich import enrich_due
from inbox.actions.tickets import resolve_ticket
from inbox.models import Ticket
from tests.browser.test_accessible import complaints
from tests.cast import make_ticket
from tests.inbox.signed_words import OLD, queue, write_and_sign


@pytest.fixture
def like(channel, rail, agnes, lena, amira):
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    version = write_and_sign(position, OLD, lena, amira)
    ticket = make_ticket(channel, "My train was cancelled, how can I get my refund?", author="omar")
    queue(ticket, version, agnes)
    return resolve_ticket(Ticket.objects.get(pk=ticket.pk), by=agnes)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_signed_words_of_a_similar_ticket_are_inserted_and_a_click_opens_it(site, channel, like, agnes, color_scheme):
    asked = make_ticket(channel, "How do I get a refund for my cancelled train?", author="priya")
    enrich_due()
    page = site.open(agnes, f"/inbox/open/{asked.number}/", color_scheme=color_scheme)
    card = page.locator(".similar-ticket")
    expect(card).to_contain_text("My train was cancelled")
    expect(card.locator(".signed-span")).to_have_text(OLD)
    assert complaints(page) == ""

    card.get_by_role("button").click()
    expect(page.locator("#composer-text")).to_have_value(OLD)
    expect(page.locator("#composer-layer .signed-span")).to_have_text(OLD)

    card.locator("a").click()
    expect(page.locator("#ticket")).to_have_attribute("data-number", str(like.number))
    expect(page.locator(".similar-ticket")).to_have_count(0)
