"""What agents really saw and took, told by a real browser; and what they keep changing, from page to new version."""

import pytest
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import add_examples, embed_missing_examples
from inbox.actions.coverage import count_lately as count_coverage
from inbox.actions.edits import find_habits
from inbox.actions.usage import count_lately
from inbox.models import Offer
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket
from tests.inbox.conftest import signed  # noqa: F401 - the same version that the inbox's tests sign
from tests.inbox.signed_words import OLD, queue
from tests.inbox.used_words import EDITED, say, show, sign

ASKED = "My train was cancelled. Do I get my fare back?"


@pytest.fixture
def ticket(channel, signed, lena):  # noqa: F811 - the fixture above
    add_examples(signed.position, [ASKED, "fare back please", "refund of my fare"], language="en", by=lena)
    embed_missing_examples()
    return make_ticket(channel, ASKED, thread="t", language="en")


def told(page):
    """Return what the page tells of having been seen."""
    return lambda request: request.url.endswith("/seen/") and request.method == "POST"


def test_a_suggestion_that_was_in_view_is_told_once_and_so_is_its_use(site, ticket, agnes):
    page = site.open(agnes, "/inbox/open/")
    with page.expect_request_finished(told(page)):
        page.get_by_role("link", name="Priya").first.click()
    seen = Offer.objects.get()
    assert (seen.state, seen.rank, seen.user, seen.inserted_at) == ("one", 1, agnes, None)

    with page.expect_request_finished(lambda request: request.url.endswith("/draft/")):
        page.locator(".suggestion__use").first.click()
    expect(page.locator("#composer-text")).to_have_value(OLD)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    assert Offer.objects.get().inserted_at is not None


@pytest.fixture
def habit(channel, rail, lena, amira, agnes, jonas):
    """A position whose words two agents keep changing, and one of them once did without."""
    version = sign(voice.create_position("Do I get my fare back?", by=lena, brand=rail), OLD, lena, amira)
    for person in (agnes, jonas, agnes):
        ticket = make_ticket(channel)
        show(ticket, version, person)
        queue(ticket, version, person, EDITED)
    show(ticket := make_ticket(channel), version, agnes)
    say(ticket, agnes)
    for count in (count_coverage, count_lately, find_habits):
        count()
    return version


def test_what_agents_keep_writing_is_in_the_next_version_with_one_click(site, habit, amira):
    page = site.visit("/coverage/", cookies=site.cookies(amira))
    row = page.locator(".usage-row")
    expect(row.locator("td").nth(3)).to_have_text("3")
    row.locator("td").nth(4).get_by_role("link", name="1").click()
    expect(page.locator(".listed-row")).to_contain_text("We will see.")

    page.goto(f"{site.address}/coverage/")
    expect(page.locator(".habit")).to_contain_text("3 replies · 2 people")
    page.get_by_role("link", name="Draft a version that says so").click()
    expect(page.locator("textarea").first).to_have_value(EDITED)
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#open-title")).to_have_text("Version 2")
    assert habit.position.versions.latest("number").wordings.get().text == EDITED


@THEMES
@pytest.mark.parametrize("width", [1600, 390])
def test_the_pages_about_use_are_accessible(site, theme, width, habit, amira):
    looks = {"color_scheme": theme, "viewport": {"width": width, "height": 844}}
    page = site.visit("/coverage/", cookies=site.cookies(amira), **looks)
    key, pk = habit.position.key, habit.position_id
    for address in (
        "/coverage/",
        f"/positions/{key}/",
        "/positions/?order=edited",
        f"/coverage/positions/{pk}/edited/",
    ):
        page.goto(site.address + address)
        assert complaints(page) == "", address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
