"""The switcher of the rail in real browsers: by mouse, keyboard and palette; live, in every tab of the person."""

import pytest
from playwright.sync_api import expect

from accounts.actions.profile import show_brand
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.view_members import keep_views
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_brand, make_channel, make_ticket


@pytest.fixture
def bus(northline, care):
    """A second brand of Northline, with a channel for Rail care."""
    brand = make_brand(northline, "Northline Bus")
    make_channel(brand, care)
    return brand


def test_a_list_that_is_narrowed_to_a_brand_stays_so_while_tickets_come_in(site, channel, bus, agnes, lena):
    create_view(NewView("Everything", "is:open", owner=None), by=lena)
    train, first = make_ticket(channel, "The train is late"), make_ticket(bus.channels.get(), "The bus is late")
    keep_views()
    page = site.open(agnes, "/inbox/open/")
    expect(page.locator(".ticket-row")).to_have_count(2)
    expect(page.locator("#rail-saved [data-count]")).to_have_text("2")

    page.locator("#rail-brands summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Northline Bus")).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_selector("html[data-live=online][data-synced][data-counted]")
    expect(page).to_have_url(f"{site.address}/inbox/open/")
    expect(page.locator("#rail-brand")).to_have_text("Northline Bus")
    expect(page.locator(".ticket-row")).to_have_count(1)
    expect(page.locator("[data-count=open]")).to_have_text("1")
    expect(page.locator("#rail-saved [data-count]")).to_have_text("")

    make_ticket(channel, "Another train is late")
    second = make_ticket(bus.channels.get(), "Another bus is late")
    keep_views()
    expect(page.locator(f"#ticket-{second.number}")).to_be_visible()
    expect(page.locator("[data-count=open]")).to_have_text("2")
    expect(page.locator(".ticket-row")).to_have_count(2)
    expect(page.locator("#rail-saved [data-count]")).to_have_text("")
    # What is open stays open; its row does not come into the list.
    page.goto(f"{site.address}/inbox/open/{train.number}/")
    page.wait_for_selector("html[data-live=online][data-synced][data-counted]")
    page.keyboard.press("a")
    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".ticket-head__facts")).to_contain_text("Agnes Berg")
    expect(page.locator(f"#ticket-{train.number}")).to_have_count(0)
    expect(page.locator(f"#ticket-{first.number}")).to_be_visible()


def test_the_palette_switches_brands_and_the_persons_other_tabs_follow(site, channel, bus, agnes):
    make_ticket(channel, "The train is late")
    make_ticket(bus.channels.get(), "The bus is late")
    page, other = site.open(agnes, "/inbox/unassigned/"), site.open(agnes, "/inbox/open/")
    page.keyboard.press("Control+k")
    page.keyboard.type("only bus")
    page.keyboard.press("Enter")
    for one in (page, other):
        expect(one.locator("#rail-brand")).to_have_text("Northline Bus")
        expect(one.locator("#list-brand span")).to_have_text("Northline Bus")
        expect(one.locator(".ticket-row")).to_have_count(1)
        expect(one.locator("[data-count=open]")).to_have_text("1")
    page.wait_for_selector("html[data-live=online][data-synced][data-counted]")
    page.keyboard.press("Control+k")
    page.keyboard.type("all brands")
    page.keyboard.press("Enter")
    for one in (page, other):
        expect(one.locator("#rail-brand")).to_have_text("All brands")
        expect(one.locator("#list-brand")).to_be_hidden()
        expect(one.locator(".ticket-row")).to_have_count(2)


def test_on_a_phone_the_account_menu_holds_the_brands_and_without_scripts_they_work(site, channel, bus, agnes):
    make_ticket(channel, "The train is late")
    page = site.open(agnes, "/inbox/open/", viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page.locator(".rail__me summary").click()
    page.locator(".rail__me").get_by_role("button", name="Northline Bus").click()
    expect(page.locator(".ticket-row")).to_have_count(0)
    page.locator("#list-brand").get_by_role("button", name="All brands").click()
    expect(page.locator(".ticket-row")).to_have_count(1)


@THEMES
def test_the_switcher_is_accessible(site, channel, bus, agnes, theme):
    show_brand(agnes, bus)
    page = site.visit("/inbox/open/", site.cookies(agnes), color_scheme=theme)
    page.locator("#rail-brands summary").click()
    assert complaints(page) == ""


def test_a_ticket_of_another_brand_that_comes_before_the_page_knows_of_the_choice_does_not_stay(
    site, channel, bus, agnes
):
    make_ticket(bus.channels.get(), "The bus is late")
    page = site.open(agnes, "/inbox/open/")
    page.wait_for_selector("html[data-live=online][data-synced][data-counted]")
    page.evaluate("delete document.documentElement.dataset.synced")
    held = []
    page.route("**/inbox/counts/", lambda route: held.append(route))

    show_brand(agnes, bus)
    page.wait_for_selector("html[data-synced]")
    train = make_ticket(channel, "The train is late")
    expect(page.locator(f"#ticket-{train.number}")).to_be_visible()
    for route in held:
        route.continue_()

    expect(page.locator("#rail-brand")).to_have_text("Northline Bus")
    expect(page.locator(f"#ticket-{train.number}")).to_have_count(0)
    expect(page.locator(".ticket-row")).to_have_count(1)
