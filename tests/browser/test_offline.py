"""While the site is out of reach nothing is sent and nothing that was written is lost."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from inbox.models import Draft, Message
from tests.browser.conftest import Site, go_offline
from tests.cast import make_ticket
from tests.served import serve


def test_sends_wait_and_the_draft_goes_up_once_it_is_back(site, channel, agnes):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    go_offline(page)
    expect(page.locator(".offline-bar")).to_be_visible()
    expect(page.locator(".composer__send")).to_have_attribute("aria-disabled", "true")

    page.fill("#composer-text", "It left at nine.")
    expect(page.locator("#draft-state")).to_have_text("Draft not saved yet")
    page.press("#composer-text", "Control+Enter")
    expect(page.locator(".toast--error").last).to_contain_text("Offline")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".toast--error")).to_have_count(2)
    assert not Draft.objects.exists()

    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".offline-bar")).to_be_hidden()
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    assert Draft.objects.get().text == "It left at nine."
    page.click(".composer__send")
    expect(page.locator(".message--outbound")).to_contain_text("It left at nine.")
    assert Message.objects.filter(direction="outbound").count() == 1


class Line:
    """A line to the site that can be cut, with all that is under way on it, and mended."""

    def __init__(self, address):
        self._far = urlsplit(address).hostname, urlsplit(address).port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open, self._is_cut = [], False
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._door.close()
        self.cut()

    def cut(self):
        self._is_cut = True
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open = []

    def mend(self):
        self._is_cut = False

    def _listen(self):
        with suppress(OSError):
            while True:
                near, _address = self._door.accept()
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self._far)
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, start, end):
        with suppress(OSError):
            while said := start.recv(65536):
                end.sendall(said)
        for one in (start, end):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(transactional_db, browser, tmp_path):
    """The site behind a line of its own that can be cut and mended."""
    with serve(tmp_path) as address, Line(address) as line:
        site = Site(line.address, browser)
        yield site, line
        for context in site.contexts:
            context.close()
    assert [trouble for trouble in site.troubles if "net::ERR_" not in trouble] == []


def test_the_bar_comes_when_the_line_is_cut_and_goes_when_it_is_mended(line, channel, agnes):
    site, line = line
    ticket = make_ticket(channel, thread="t")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "It left at nine.")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")

    line.cut()
    expect(page.locator(".offline-bar")).to_be_visible()
    page.fill("#composer-text", "It left at nine. Sorry!")
    expect(page.locator("#draft-state")).to_have_text("Draft not saved yet")
    make_ticket(channel, "Hello?", thread="t")

    line.mend()
    expect(page.locator(".offline-bar")).to_be_hidden(timeout=20_000)
    expect(page.locator(".thread")).to_contain_text("Hello?")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    expect(page.locator("#composer-text")).to_have_value("It left at nine. Sorry!")
    assert Draft.objects.get().text == "It left at nine. Sorry!"
