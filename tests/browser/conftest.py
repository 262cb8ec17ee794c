"""A really served site over the test database, and the system's Chromium to look at it with."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.served import serve

# Playwright's own loop runs in the test's thread; the ORM is only used between its calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "status of 404",
    "status of 409",
    "status of 413",
    "status of 422",
    "net::ERR_INTERNET_DISCONNECTED",
    "WebSocket connection to",
    "net::ERR_CONNECTION_REFUSED",
)


@dataclass
class Site:
    """Where the site is served, and how people come in."""

    address: str
    browser: object
    contexts: list = field(default_factory=list)
    troubles: list = field(default_factory=list)

    def open(self, person, path="/inbox/mine/", **context):
        """Return the page of a person who is signed in, once it is live."""
        page = self.visit(path, cookies=self.cookies(person), **context)
        if context.get("java_script_enabled", True):
            # Long enough for a page that missed its first connection: it tries again by itself, after 15 s at most.
            page.wait_for_selector("html[data-live=online][data-synced][data-counted]", timeout=45_000)
        return page

    def cookies(self, person):
        """Return what makes a browser this person's."""
        client = Client()
        client.force_login(person)
        return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.address}]

    def visit(self, path, cookies=(), **context):
        """Return a page seen by a stranger; what it complains of is kept."""
        new = self.browser.new_context(
            base_url=self.address, **({"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | context)
        )
        new.set_default_timeout(20_000)
        new.add_cookies(list(cookies))
        self.contexts.append(new)
        page = new.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._listen)
        page.goto(self.address + path)
        return page

    def _listen(self, message):
        expected = any(words in message.text for words in QUIET)
        if message.type in ("error", "warning") and not expected:
            self.troubles.append(message.text)


def go_offline(page):
    """Cut a page off once nothing is under way: what it still loads of itself would complain that it can't."""
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def pytest_collection_modifyitems(items):
    """Run a test that fails here once more, and say so: two servers, a browser and other tests share the processors."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.fail("Browser tests need Chromium: `apt-get install chromium`, or put one on the path.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served(django_db_setup, django_db_blocker, tmp_path_factory):
    """Daphne over the test database, on a free port, for the whole session."""
    with serve(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def site(transactional_db, served, browser):
    """The served site; a test ends with nothing complained of in any of its pages."""
    site = Site(served, browser)
    yield site
    for context in site.contexts:
        context.close()
    assert site.troubles == []
