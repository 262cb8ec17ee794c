"""People go away and come back by mouse and by keyboard, and hand over what they hold while others look on."""

import pytest
from playwright.sync_api import expect

from inbox.actions.tickets import assign_ticket
from inbox.models import Attendance
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def until_noted(page, person):
    """Wait until the server has noted the person's page: before, others are told that they have none open."""
    for _ in range(40):
        if Attendance.objects.filter(user=person, seen_at__isnull=False).exists():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"It was not noted that {person} has a page open.")


@pytest.mark.parametrize("way", ["key", "mouse", "palette"])
def test_going_away_hands_over_and_the_colleague_has_the_tickets_at_once(site, channel, agnes, jonas, way):
    tickets = [assign_ticket(make_ticket(channel), agnes, by=jonas) for _ in range(2)]
    hers, her_other, his = (site.open(person, "/inbox/mine/") for person in (agnes, agnes, jonas))
    expect(his.locator("#ticket-list li")).to_have_count(0)
    until_noted(his, jonas)

    if way == "key":
        hers.keyboard.press("b")
    elif way == "mouse":
        hers.get_by_role("link", name="Available").click()
    else:
        hers.keyboard.press("Control+k")
        hers.keyboard.type("away")
        expect(hers.get_by_role("option", name="Go away or come back")).to_have_attribute("aria-selected", "true")
        hers.keyboard.press("Enter")
    dialog = hers.get_by_role("dialog", name="Going away")
    expect(dialog).to_contain_text("You hold 2 tickets")
    dialog.get_by_label("A colleague gets them").check()
    dialog.get_by_role("button", name="Go away").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a colleague")
    expect(dialog.get_by_label("A colleague gets them")).to_be_checked()
    dialog.get_by_label("Colleague", exact=True).select_option("Jonas Okafor")
    dialog.get_by_label("Note on each of them").fill("Back on Monday.")
    dialog.get_by_role("button", name="Go away").click()

    expect(hers.get_by_role("link", name="Away")).to_be_visible()
    expect(her_other.get_by_role("link", name="Away")).to_be_visible()
    expect(his.locator("#ticket-list li")).to_have_count(2)
    expect(his.locator("[data-count=notifications]")).to_have_text("2")
    his.goto(f"{site.address}/inbox/mine/{tickets[0].number}/")
    expect(his.locator("#thread")).to_contain_text("Handed over to Jonas Okafor by Agnes Berg")
    expect(his.locator(".message--note")).to_contain_text("Back on Monday.")

    hers.keyboard.press("b")
    expect(hers.get_by_role("link", name="Available")).to_be_visible()
    expect(her_other.get_by_role("link", name="Available")).to_be_visible()


def test_who_has_a_page_open_is_noted_and_who_holds_nothing_just_goes(site, channel, agnes):
    page = site.open(agnes, "/inbox/mine/")
    until_noted(page, agnes)

    page.keyboard.press("b")
    expect(page.get_by_role("link", name="Away")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("You are given no tickets", ignore_case=True)


@THEMES
def test_going_away_and_the_list_of_people_are_accessible(site, channel, agnes, lena, theme):
    assign_ticket(make_ticket(channel), lena, by=lena)
    page = site.open(lena, "/inbox/mine/", color_scheme=theme)
    page.keyboard.press("b")
    dialog = page.get_by_role("dialog", name="Going away")
    dialog.get_by_label("A colleague gets them").check()
    expect(dialog.get_by_label("Note on each of them")).to_be_visible()
    assert complaints(page) == ""
    page.keyboard.press("Escape")
    page.goto(f"{site.address}/availability/people/")
    expect(page.get_by_role("link", name="Hand over Lena Brandt’s tickets")).to_be_visible()
    assert complaints(page) == ""
