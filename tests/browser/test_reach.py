"""The pages reach everybody: read from right to left, magnified, without motion, on a slow line."""

import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import User
from inbox.actions.replies import write_note
from tests.browser.conftest import Site
from tests.cast import make_ticket
from tests.served import environment_at, serve

PAGES = [
    "/inbox/open/",
    "/inbox/open/{number}/",
    "/notifications/",
    "/notifications/choices/",
    "/accounts/profile/",
    "/accounts/sessions/",
    "/positions/",
    "/sign/",
    "/questions/",
    "/approvals/",
    "/coverage/",
    "/reputation/",
    "/macros/",
    "/customers/",
    "/console/",
]
# Whatever can be pressed or typed into and is not wholly within the page's width, unless it stands in what scrolls.
CUT_OFF = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter((one) => {
  if (!one.checkVisibility({ opacityProperty: true }) || one.closest(".skip-link, .visually-hidden")) return false;
  for (let up = one.parentElement; up; up = up.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(up).overflowX) && up !== document.documentElement;
    if (scrolls && up.scrollWidth > up.clientWidth) return false;
  }
  const { left, right, width } = one.getBoundingClientRect();
  return width > 1 && (left < -1 || right > document.documentElement.clientWidth + 1);
}).map((one) => one.outerHTML.slice(0, 120))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def ticket(channel, agnes):
    ticket = make_ticket(
        channel, "Wo ist mein Zug? Ich warte seit einer Donaudampfschifffahrtsgesellschaftsfahrt. " * 6, author="Priya"
    )
    write_note(ticket, "She has written before.", by=agnes)
    return ticket


@pytest.mark.parametrize(
    "size",
    [
        {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
        {"viewport": {"width": 320, "height": 640}},
    ],
    ids=["200 percent", "320 pixels"],
)
def test_nothing_is_cut_off_when_magnified(site, ticket, olga, size):
    page = site.visit("/inbox/open/", cookies=site.cookies(olga), **size)
    found = {}
    for path in PAGES:
        page.goto(path.format(number=ticket.number))
        if wrong := page.evaluate(CUT_OFF) + [f"scrolls by {by}" for by in [page.evaluate(OVERFLOW)] if by > 0]:
            found[path] = wrong
    assert found == {}


def test_whoever_reads_from_right_to_left_has_the_page_turned_round(site, ticket, agnes):
    User.objects.filter(pk=agnes.pk).update(language="he")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    places = [page.locator(part).bounding_box()["x"] for part in ("#rail", "#list", "#desk", "#voice")]
    assert places == sorted(places, reverse=True)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(CUT_OFF) == []
    text = page.locator(".message--inbound .message__text")
    assert text.evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    for path in PAGES[2:8]:
        page.goto(path)
        assert (path, page.evaluate(CUT_OFF), page.evaluate(OVERFLOW) > 0) == (path, [], False)


def test_a_customers_words_have_the_direction_of_their_own_language(site, channel, agnes):
    ticket = make_ticket(channel, "איפה הרכבת שלי?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    for part in (".message--inbound .message__text", ".ticket-row__preview"):
        assert page.locator(part).evaluate("(one) => getComputedStyle(one).direction") == "rtl", part
    page.fill("#composer-text", "שלום")
    assert page.locator("#composer-text").evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_nothing_moves_for_whoever_wants_no_motion(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", reduced_motion="reduce")
    page.keyboard.press("a")
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((one) => {
      const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
      return animationName !== "none" || parseFloat(transitionDuration) > 0 || scrollBehavior === "smooth";
    }).length""")
    assert moving == 0
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.fixture
def collected_site(transactional_db, browser, tmp_path):
    """The site as it is really served: static files collected, compressed, under names with a digest."""
    place = {"ONEVOICE_DATA_DIR": str(tmp_path), "ONEVOICE_ROLE": "web"}
    collect = [sys.executable, str(settings.BASE_DIR / "manage.py"), "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, env=environment_at(0) | place, check=True)
    with serve(tmp_path, **place) as address:
        site = Site(address, browser)
        yield site
        for context in site.contexts:
            context.close()


def test_a_first_load_is_light_and_asks_nobody_else(collected_site, ticket, agnes):
    site = collected_site
    page = site.visit("/accounts/login/")
    sizes, asked = {}, []
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.clearBrowserCache")
    client.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    client.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.context.add_cookies(site.cookies(agnes))

    page.goto(f"/inbox/open/{ticket.number}/")
    page.wait_for_selector("html[data-live=online][data-synced]")
    page.wait_for_load_state("networkidle")

    assert [url for url in asked if not url.startswith((site.address, "data:"))] == []
    assert sum(sizes.values()) < 150_000, sizes
