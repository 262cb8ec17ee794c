"""Saved views in two browsers: one saves and shares, the other sees it fill by itself."""

from playwright.sync_api import expect

from inbox.actions.saved_views import NewView, create_view
from inbox.actions.tickets import set_labels, set_priority
from inbox.actions.view_members import keep_views
from inbox.models import Priority, SavedView
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_a_view_is_saved_from_a_search_shared_and_counts_live_for_everybody(site, channel, lena, agnes):
    first, second = make_ticket(channel, "First", author="ada"), make_ticket(channel, "Second", author="bo")
    set_labels(first, ["refund"], by=lena)
    keep_views()
    page = site.open(lena, "/inbox/open/")
    page.keyboard.press("f")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.type("label:refund is:open")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-list .ticket-row")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("save as")
    page.keyboard.press("Enter")
    page.get_by_label("Name").fill("Refunds")
    page.get_by_label("Who has it").select_option(label="Everybody")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#list-title")).to_have_text("Refunds")
    keep_views()
    expect(page.locator("#rail-saved [data-count]")).to_have_text("1")

    hers = site.open(agnes, "/inbox/mine/")
    expect(hers.locator("#rail-saved")).to_contain_text("Refunds")
    hers.keyboard.press("g")
    hers.keyboard.press("1")
    expect(hers.locator("#list-title")).to_have_text("Refunds")
    expect(hers.locator("#ticket-list .ticket-row")).to_have_count(1)

    set_labels(second, ["refund"], by=lena)
    keep_views()
    for one in (page, hers):
        expect(one.locator("#rail-saved [data-count]")).to_have_text("2")
        expect(one.locator(f"#ticket-{second.number}")).to_be_visible()
    set_labels(first, [], by=lena)
    keep_views()
    for one in (page, hers):
        expect(one.locator("#rail-saved [data-count]")).to_have_text("1")
        expect(one.locator(f"#ticket-{first.number}")).to_have_count(0)
    make_ticket(channel, "And another thing", author="bo", thread=second.thread_key)
    expect(hers.locator(f"#ticket-{second.number}")).to_contain_text("And another thing")


def test_only_the_tickets_of_whoever_looks_come_into_a_view_of_mine(site, channel, lena, agnes):
    ticket = make_ticket(channel)
    view = create_view(NewView("Grave and mine", "priority:urgent is:mine", owner=None), by=lena)
    keep_views()
    page = site.open(agnes, f"/inbox/{view.key}/")
    expect(page.locator("#rail-saved [data-count]")).to_have_text("0")
    set_priority(ticket, Priority.URGENT, by=lena)
    keep_views()
    page.goto(f"{site.address}/inbox/{view.key}/{ticket.number}/")
    page.wait_for_selector("html[data-live=online][data-synced]")
    expect(page.locator(f"#ticket-{ticket.number}")).to_have_count(0)
    page.keyboard.press("a")
    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".ticket-head__facts")).to_contain_text("Agnes Berg")
    keep_views()
    expect(page.locator(f"#ticket-{ticket.number}")).to_be_visible()
    expect(page.locator("#rail-saved [data-count]")).to_have_text("1")


@THEMES
def test_the_pages_of_views_are_accessible(site, channel, lena, theme):
    create_view(NewView("Everything", "is:open", owner=None), by=lena)
    keep_views()
    view = SavedView.objects.get()
    for path in ("/views/", "/views/new/", f"/views/{view.pk}/", f"/inbox/{view.key}/"):
        page = site.visit(path, site.cookies(lena), color_scheme=theme)
        assert complaints(page) == "", path
