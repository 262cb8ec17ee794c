"""The list of customers and the page of one: by keyboard, accessible, in both themes."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.actions.customer_records import mark_vip, record_consent, withdraw_consent, write_customer_note
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.tickets import resolve_ticket
from inbox.models import Identity, Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_channel, make_ticket

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def contact(channel, rail, care, agnes, lena):
    """A customer who has written on two networks, and of whom much is written down."""
    ticket = make_ticket(channel, "Where is my train?")
    mail = make_ticket(
        make_channel(rail, care, network="email", handle="help@rail.example"), "By mail now", author="ada"
    )
    Identity.objects.filter(pk=mail.identity_id).update(contact=ticket.contact, followers=1200)
    Ticket.objects.filter(pk=mail.pk).update(contact=ticket.contact)
    send_reply(ticket, NewReply("It left at nine.", "public", seen=10**9), by=agnes)
    write_note(ticket, "She was kind", by=lena)
    resolve_ticket(mail, by=agnes)
    mark_vip(ticket.contact, True, by=lena)
    write_customer_note(ticket.contact, "Prefers mail, and to be called Pri.", by=lena)
    record_consent(ticket.contact, "News by mail", "Form at the counter", timezone.now(), by=lena)
    withdraw_consent(record_consent(ticket.contact, "Calls", "Phone", timezone.now(), by=lena), by=agnes)
    make_ticket(channel, author="kai")
    double = make_ticket(make_channel(rail, care, network="x"), author="ravi")
    Identity.objects.filter(pk=double.identity_id).update(username="@Priya")
    return ticket.contact


@THEMES
def test_the_list_and_the_page_of_a_customer_are_accessible(site, theme, contact, lena):
    page = site.visit("/customers/", cookies=site.cookies(lena), color_scheme=theme)
    assert complaints(page) == ""

    page.get_by_role("link", name="Priya").click()
    expect(page.locator(".timeline")).to_contain_text("By mail now")
    page.get_by_text("Note a consent").click()
    assert complaints(page) == ""
    page.get_by_role("link", name="Merge with another customer").click()
    page.fill("[name=q]", "kai")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Kai")).to_be_visible()
    assert complaints(page) == ""
    page.get_by_role("radio", name="Kai").check()
    page.fill("[name=reason]", "She told us")
    page.keyboard.press("Enter")
    expect(page.locator(".merge").last).to_contain_text("She told us")
    assert complaints(page) == ""
    page.set_viewport_size(PHONE["viewport"])
    assert complaints(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_customers_page_is_reached_by_keyboard_from_everywhere(site, contact, agnes):
    ticket = Ticket.objects.filter(contact=contact).first()
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator(".customer__page")).to_be_visible()
    expect(page.locator("#ticket-head .chip--vip")).to_be_visible()
    page.click("#thread")

    page.keyboard.press("Shift+C")
    expect(page).to_have_url(f"{site.address}/customers/{contact.pk}/")

    page.goto(f"{site.address}/inbox/mine/")
    page.wait_for_selector("html[data-live=online]")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{site.address}/customers/")

    page.keyboard.press("Control+k")
    page.keyboard.type("priya")
    expect(page.locator("#palette-found").get_by_role("group", name="Customers")).to_be_visible()
    page.get_by_role("option", name="Priya @priya").click()
    expect(page).to_have_url(f"{site.address}/customers/{contact.pk}/")


def test_a_mark_shows_on_colleagues_pages_at_once(site, contact, channel, agnes, lena):
    ticket = make_ticket(channel, "Another one", author="lee")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    row = page.locator(f"#ticket-{ticket.number}")
    expect(row).to_be_visible()
    expect(row.locator(".chip--vip")).to_have_count(0)

    mark_vip(ticket.contact, True, by=lena)

    expect(row.locator(".chip--vip")).to_be_visible()
    expect(page.locator("#ticket-head .chip--vip")).to_be_visible()
