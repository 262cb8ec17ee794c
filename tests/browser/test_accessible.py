"""Axe finds nothing on any page in either theme."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.clusters import find_clusters
from inbox.actions.coverage import count_lately
from inbox.actions.deliveries import claim_due_deliveries, record_rejected
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.tickets import assign_ticket, set_labels, set_priority
from inbox.models import Message, Priority, Ticket
from tests.cast import make_channel, make_incoming, make_ticket

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


def complaints(page, rules=RULES):
    """Return what axe has against the page as it stands."""
    page.evaluate(f"typeof axe === 'undefined' && (() => {{ {AXE} }})()")
    found = page.evaluate(
        "async (tags) => (await axe.run(document, { runOnly: tags })).violations.flatMap("
        "(rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))",
        rules,
    )
    return "\n".join(found)


@pytest.fixture
def busy_ticket(rail, care, agnes, lena):
    """A ticket with everything that a conversation can hold."""
    channel = make_channel(rail, care, external=False)
    ticket = make_ticket(channel, "Where is my train?", author="priya", language="en")
    receive_messages(
        channel,
        [
            make_incoming("Me too!", thread=ticket.thread_key, author="kai", visibility="comment"),
            make_incoming("My number is 12", thread=ticket.thread_key, author="priya", visibility="direct"),
        ],
    )
    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    record_rejected(claim_due_deliveries(limit=1)[0], "Your account is suspended")
    send_reply(ticket, NewReply("We look into it.", "direct", seen=10**9), by=agnes)
    write_note(ticket, "She has written before.", by=lena)
    assign_ticket(ticket, lena, by=lena)
    set_priority(ticket, Priority.URGENT, by=lena)
    set_labels(ticket, ["refund", "delay"], by=lena)
    return Ticket.objects.get(pk=ticket.pk)


@THEMES
def test_the_inbox_with_a_busy_conversation_is_accessible(site, theme, busy_ticket, lena):
    page = site.open(lena, f"/inbox/open/{busy_ticket.number}/", color_scheme=theme)
    expect(page.locator("#voice .customer")).to_be_visible()

    assert complaints(page) == ""

    page.fill("#composer-text", "Far too long. " * 30)
    expect(page.locator(".finding")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert complaints(page) == ""

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    assert complaints(page) == ""


@THEMES
def test_the_empty_inbox_is_accessible(site, theme, agnes):
    page = site.open(agnes, "/inbox/mine/", color_scheme=theme)

    assert complaints(page) == ""


@THEMES
def test_the_phone_is_accessible(site, theme, busy_ticket, agnes):
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    page = site.open(agnes, "/inbox/open/", color_scheme=theme, **phone)
    assert complaints(page) == ""

    page.tap(".ticket-row__link")
    expect(page.locator("#voice .customer")).to_be_attached()
    assert complaints(page) == ""


@THEMES
@pytest.mark.parametrize("path", ["/accounts/login/", "/no/such/page/"])
def test_pages_for_strangers_are_accessible(site, theme, path):
    page = site.visit(path, color_scheme=theme)

    assert complaints(page) == ""


@THEMES
def test_the_signed_wording_page_without_scripts_is_accessible(site, theme, busy_ticket, agnes):
    page = site.open(agnes, "/inbox/open/", color_scheme=theme)
    page.goto(f"{site.address}/tickets/{busy_ticket.number}/voice/")

    assert complaints(page) == ""


@THEMES
def test_coverage_and_writing_what_is_missing_are_accessible(site, theme, channel, amira):
    for number in range(3):
        make_ticket(channel, f"Can I take my e-scooter on train {number}?", author=f"customer-{number}", language="en")
    Message.objects.update(enriched_at=timezone.now())
    count_lately()
    find_clusters()
    page = site.visit("/coverage/", cookies=site.cookies(amira), color_scheme=theme)
    assert complaints(page) == ""

    page.get_by_role("link", name="Write the position").click()
    expect(page.get_by_role("button", name="Create, then write")).to_be_visible()
    assert complaints(page) == ""
