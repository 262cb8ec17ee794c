"""Valkey is killed for ten seconds while people work: nothing is lost, and every page makes good by itself."""

import json
import time
from contextlib import contextmanager

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models.keys import Scope
from config import embedded
from inbox.models import Message, Status, Ticket
from tests.cast import make_key, make_ticket
from tests.inbox.doors import bearer

ROUNDS = 8


@pytest.fixture
def api(served, northline):
    """A program with a key, at the served site."""
    secret = make_key(northline, *Scope.values)[1]
    with httpx.Client(base_url=f"{served}/api/v1/", headers=bearer(secret), timeout=5) as client:
        yield client


@contextmanager
def valkey_killed(data_dir, *, seconds):
    """Kill Valkey, keep it down until so many seconds are over, and start an empty one."""
    back_at = time.monotonic() + seconds
    embedded.pause_valkey(data_dir)
    try:
        yield
        time.sleep(max(0, back_at - time.monotonic()))
    finally:
        embedded.resume_valkey(data_dir)


def post(api, channel, *said):
    """Have customers say these (thread, text); they are stored when this returns."""
    items = [
        {
            "external_id": text,
            "thread_key": thread,
            "author": {"external_id": thread},
            "sent_at": timezone.now().isoformat(),
            "text": text,
        }
        for thread, text in said
    ]
    headers = {"Content-Type": "application/json"}
    answer = api.post(f"channels/{channel.pk}/messages", content=json.dumps(items), headers=headers)
    assert (answer.status_code, answer.json()["created"]) == (200, len(said))


@pytest.mark.slow
def test_what_happened_while_valkey_was_away_is_on_every_page_without_a_reload(
    site, api, channel, agnes, jonas, settings
):
    ticket, done = make_ticket(channel, "Where is my train?", thread="long"), make_ticket(channel, "Thanks!")
    pages = [site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas)]
    for page in pages:
        expect(page.locator("[data-count=open]")).to_have_text("2")
        page.evaluate("window.stillHere = true")

    with valkey_killed(settings.DATA_DIR, seconds=10):
        for number in range(ROUNDS):
            post(api, channel, (f"new-{number}", f"Question {number}"), ("long", f"And again {number}"))
            pages[0].wait_for_timeout(900)
        assert api.post(f"tickets/{done.number}/resolve").status_code == 200
        late = site.open(agnes, "/inbox/open/")

    waiting = Ticket.objects.exclude(pk=done.pk)
    for page in (*pages, late):
        for number in waiting.values_list("number", flat=True):
            expect(page.locator(f"#ticket-{number}")).to_be_visible()
        expect(page.locator(".ticket-row")).to_have_count(ROUNDS + 1)
        for view in ("open", "unassigned"):
            expect(page.locator(f"[data-count={view}]")).to_have_text(str(ROUNDS + 1))
        expect(page.locator("html")).to_have_attribute("data-live", "online")
    for page in pages:
        expect(page.locator(".message--inbound")).to_have_count(ROUNDS + 1)
        expect(page.locator(".message--inbound").last).to_contain_text(f"And again {ROUNDS - 1}")
        assert page.evaluate("window.stillHere")

    said = {f"{words} {number}" for words in ("Question", "And again") for number in range(ROUNDS)}
    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(said | {"Where is my train?", "Thanks!"})
    assert set(waiting.values_list("status", flat=True)) == {Status.OPEN}

    post(api, channel, ("long", "Live again"))
    for page in pages:
        expect(page.locator(".message--inbound").last).to_contain_text("Live again")
