"""Push in a real browser: asked for by a click, shown by the worker, opened by another click."""

import json

import pytest
from playwright.sync_api import expect

from inbox import pushes
from inbox.actions.replies import write_note
from inbox.models import PushBrowser
from tests.browser.conftest import Site
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket
from tests.push_service import push_service
from tests.served import serve

CHOICES = "/notifications/choices/"
# There is no push service for this Chromium: ours gives it an address and the keys of a browser that we can read.
SUBSCRIBE = """(said) => {
  let made = null;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const unsubscribe = async () => localStorage.removeItem("made");
  PushManager.prototype.getSubscription = async () => {
    const kept = localStorage.getItem("made");
    return kept && { ...JSON.parse(kept), unsubscribe };
  };
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("refused");
    const keys = { p256dh: said.public, auth: said.auth };
    made = { endpoint: said.address, toJSON: () => ({ endpoint: said.address, keys }) };
    localStorage.setItem("made", JSON.stringify(made));
    return made;
  };
}"""


# Hands the worker a push, and returns what it shows.
PUSH = """async (said) => {
  const event = new PushEvent("push", { data: said });
  let done; event.waitUntil = (promise) => { done = promise; };
  self.dispatchEvent(event);
  await done;
  const shown = await self.registration.getNotifications();
  return shown.map((one) => [one.title, one.body, one.data.url]);
}"""
# Clicks on what is shown, and returns what the worker opens; browsers let a worker open pages after a real click only.
CLICK = """async () => {
  const opened = [];
  self.clients.openWindow = async (url) => { opened.push(url); };
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification });
  let done; event.waitUntil = (promise) => { done = promise; };
  self.dispatchEvent(event);
  await done;
  return opened;
}"""


@pytest.fixture
def open_site(transactional_db, browser, tmp_path, settings):
    """The site, served where a push service on this machine may be told."""
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with serve(tmp_path, ONEVOICE_ALLOW_PRIVATE_ADDRESSES="yes") as address:
        site = Site(address, browser)
        yield site
        for context in site.contexts:
            context.close()
    assert site.troubles == []


def choose(site, person, browser_said, **context):
    page = site.visit("/accounts/login/", cookies=site.cookies(person), **context)
    page.context.add_init_script(f"({SUBSCRIBE})({json.dumps(browser_said)})")
    page.goto(CHOICES)
    return page


def test_a_browser_asks_after_a_click_and_shows_and_opens_what_is_pushed(open_site, channel, agnes, jonas):
    ticket = make_ticket(channel)
    with push_service() as service:
        his = service.browser()
        page = choose(open_site, jonas, his.said, permissions=["notifications"])
        assert page.evaluate("navigator.serviceWorker.getRegistration('/').then((found) => !found)")
        page.get_by_role("button", name="Tell me in this browser").click()
        expect(page.locator("[data-browser] .chip")).to_be_visible()
        expect(page.get_by_role("button", name="Tell me in this browser")).to_be_hidden()

        write_note(ticket, "@Jonas Okafor, do you know?", by=agnes)
        assert pushes.send_pushes() == 1
        said = his.decrypt(service.taken[0][2]).decode()

    [worker] = page.context.service_workers
    place = f"/tickets/{ticket.number}/"
    assert worker.evaluate(PUSH, said) == []
    page.goto("about:blank")
    assert worker.evaluate(PUSH, said) == [
        ["Agnes Berg mentioned you", f"Priya #{ticket.number} · @Jonas Okafor, do you know?", place]
    ]
    assert worker.evaluate(CLICK) == [place]


def test_whoever_says_no_is_told_how_to_say_yes(open_site, agnes):
    with push_service() as service:
        page = choose(open_site, agnes, service.browser().said)
        page.get_by_role("button", name="Tell me in this browser").click()
        expect(page.locator("#push-state")).to_contain_text("You have forbidden it")
    assert not PushBrowser.objects.exists()


def test_a_browser_is_stopped_where_it_was_started(open_site, agnes):
    with push_service() as service:
        page = choose(open_site, agnes, service.browser().said, permissions=["notifications"])
        page.get_by_role("button", name="Tell me in this browser").click()
        page.get_by_role("button", name="Hide names and words").click()
        expect(page.get_by_role("button", name="Show names and words")).to_be_visible()
        page.get_by_role("button", name="Stop telling here").click()
        expect(page.locator("[data-browser]")).to_have_count(0)
    assert not PushBrowser.objects.exists()


@THEMES
def test_the_choices_are_accessible(site, agnes, theme):
    page = site.visit(CHOICES, cookies=site.cookies(agnes), color_scheme=theme)
    expect(page.get_by_role("checkbox", name="Mail: Somebody gives me a ticket")).to_be_checked()
    assert complaints(page) == ""
