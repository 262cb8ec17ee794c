"""The pages about one's account and the managers' console, in a real browser: axe, both themes, a phone's width."""

import csv

import pytest
from django.test import Client

from inbox.actions.tickets import assign_ticket
from tests.browser.test_accessible import RULES, THEMES, complaints
from tests.cast import make_ticket

ACCOUNT = ["/accounts/profile/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"]
CONSOLE = [
    "/console/",
    "/console/accounts/user/",
    "/console/accounts/team/add/",
    "/console/accounts/invitation/add/",
    "/console/accounts/apikey/add/",
    "/console/inbox/ticket/",
    "/console/inbox/event/",
    "/console/inbox/channel/add/",
    "/console/inbox/slapolicy/add/",
]
# The console is django-unfold's: its landmarks and headings are not ours to arrange.
WCAG = [rule for rule in RULES if rule != "best-practice"]


@pytest.fixture
def signed_in(site):
    """Open a page as somebody who has signed in."""

    def open_page(person, path, **context):
        client = Client()
        client.force_login(person)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.address}
        return site.visit(path, cookies=[session], **context)

    return open_page


@THEMES
def test_the_account_is_accessible(signed_in, site, theme, agnes):
    page = signed_in(agnes, ACCOUNT[0], color_scheme=theme)

    for path in ACCOUNT:
        page.goto(site.address + path)
        assert complaints(page) == "", path


@THEMES
def test_the_console_is_accessible(signed_in, site, theme, max_, channel):
    make_ticket(channel)
    page = signed_in(max_, CONSOLE[0], color_scheme=theme)

    for path in CONSOLE:
        page.goto(site.address + path)
        assert complaints(page, WCAG) == "", path


def test_account_and_console_fit_a_phone(signed_in, site, max_, channel):
    make_ticket(channel)
    page = signed_in(max_, CONSOLE[0], viewport={"width": 390, "height": 844})

    for path in ACCOUNT + CONSOLE:
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_theme_of_the_profile_is_worn_by_inbox_and_console(signed_in, site, max_):
    page = signed_in(max_, "/accounts/profile/", color_scheme="light")
    page.select_option("[name=theme]", "dark")
    page.click("button:has-text('Save')")

    page.goto(f"{site.address}/console/")
    assert page.locator("html.dark").count() == 1
    page.goto(f"{site.address}/inbox/mine/")
    assert page.locator("html[data-theme=dark]").count() == 1


def test_the_consoles_account_menu_opens_and_changes_the_theme_by_keyboard(signed_in, site, max_):
    page = signed_in(max_, "/console/", color_scheme="light")
    account = page.locator("[aria-controls=account-menu]")

    account.press("Enter")
    page.get_by_role("button", name="Dark").press("Enter")
    assert page.locator("html.dark").count() == 1
    assert complaints(page, WCAG) == ""

    page.keyboard.press("Escape")
    assert account.evaluate("it => it === document.activeElement")
    assert page.locator("#account-menu").is_hidden()


def test_the_log_that_is_searched_is_saved_whole(signed_in, channel, agnes, max_):
    ticket = make_ticket(channel, "The train is late")
    assign_ticket(ticket, agnes, by=agnes)
    page = signed_in(max_, "/console/inbox/event/?q=ticket.")

    with page.expect_download() as saved:
        page.get_by_role("button", name="Export as CSV").click()

    assert saved.value.suggested_filename.startswith("log-20")
    lines = list(csv.DictReader(saved.value.path().read_text("utf-8-sig").splitlines()))
    assert [(line["kind"], line["who"]) for line in lines] == [
        ("ticket.assigned", agnes.name),
        ("ticket.created", "Onevoice"),
    ]
