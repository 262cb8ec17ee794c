"""A rumour from its first message to the report: found, declared, held, signed on a phone, answered, stood down.

It is of our own making, or out of a recording that `manage.py replay` reads and that is not ours to pass on:
`RUMOUR_RECORDING=tweets.csv RUMOUR_WORD=halloween`. Then real customers say it, and the others what is usual.
"""

import csv
import io
import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import embed_missing_examples
from inbox.actions.enrich import enrich_messages
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.spikes import find_spikes
from inbox.management.recorded import read_recording
from inbox.models import Delivery, DeliveryState, Incident, Message, SpikeCount, SpikeWord
from inbox.spike_findings import Series
from inbox.spike_words import count_buckets
from inbox.spikes import WINDOW, window_of
from tests.browser.test_accessible import complaints
from tests.browser.test_positions import PHONE
from tests.cast import make_channel, make_incoming, make_ticket

RECORDING, WORD = os.environ.get("RUMOUR_RECORDING"), os.environ.get("RUMOUR_WORD", "bridge")
QUEUED = 50
DAY = 144
USUAL = ["Where is my train?", "I lost my bag", "Do I get my fare back?", "A seat by the window?", "Coffee?", "Thanks!"]
RUMOURS = [
    "Is it true that the harbour bridge is cracked?",
    "My neighbour says the harbour bridge is cracked. Is that so?!",
    "harbour bridge cracked?? I cross it every day with my kids",
    "Somebody posted a photo of the cracked harbour bridge. Are your trains still going over it?",
]
if RECORDING:
    SAID = {said.text for said in read_recording(Path(RECORDING).read_bytes().decode()).said if not said.by_brand}
    RUMOURS = sorted(text for text in SAID if WORD in text.lower())
    USUAL = sorted(SAID - set(RUMOURS))
HOLDING = "We are looking at the bridge now. No train crosses it before we know that it is safe."


@pytest.fixture
def ours(rail, care):
    """A channel that Onevoice sends to by itself."""
    return make_channel(rail, care, external=False, undo_seconds=60)


@pytest.fixture
def weeks(ours):
    """Four weeks in which three customers wrote every ten minutes, and what they said."""
    place = {"organization_id": ours.organization_id, "brand_id": ours.brand_id}
    now = window_of(timezone.now())
    usual = {"customers": 3, "negative": 1, "looked": True}
    SpikeCount.objects.bulk_create(
        SpikeCount(**place, **usual, series=series, key=key, window=now - back * WINDOW)
        for day in range(1, 29)
        for back in range(day * DAY - 20, day * DAY + 20)
        for series, key in ((Series.BRAND, ""), (Series.CHANNEL, str(ours.pk)))
    )
    uses = {bucket: 500.0 * count for bucket, count in count_buckets(USUAL).items()}
    SpikeWord.objects.bulk_create(
        SpikeWord(**place, bucket=bucket, uses=count, day=now.date()) for bucket, count in uses.items()
    )


@pytest.fixture
def statement(rail, lena):
    """The holding statement, which nobody has signed yet."""
    position = voice.create_position("Is the harbour bridge safe?", by=lena, brand=rail)
    version = voice.draft_version(position, voice.VersionContent((voice.NewWording(HOLDING),)), by=lena)
    return voice.submit_version(version, by=lena).position


def queue_replies(channel, by):
    """Have this many replies about the bridge on their way, in their time to be undone."""
    for number in range(QUEUED):
        ticket = make_ticket(channel, "Does my train stop at the harbour?", author=f"traveller {number}")
        seen = ticket.messages.latest("pk").pk
        send_reply(ticket, NewReply(f"Number {number}: nothing is known of the {WORD}.", "public", seen=seen), by=by)


def spread(channel):
    """Have twelve customers ask about the rumour, and look whether that is unusual."""
    sent = timezone.now()
    asked = [RUMOURS[place % len(RUMOURS)] for place in range(12)]
    incoming = [make_incoming(text, author=f"rider {place}", sent_at=sent) for place, text in enumerate(asked)]
    numbers = [received.ticket for received in receive_messages(channel, incoming)]
    enrich_messages()
    find_spikes()
    return numbers


def states():
    return sorted(set(Delivery.objects.values_list("state", flat=True)))


def test_a_rumour_is_found_stopped_answered_and_reported(site, ours, weeks, statement, agnes, amira, max_):
    queue_replies(ours, agnes)
    manager = site.open(max_, "/inbox/open/")
    agent = site.open(agnes, "/inbox/mine/")
    expect(manager.locator(".incident-bar__line--spike")).to_have_count(0)

    # The rumour: the detector proposes, and the manager declares with what it proposes.
    numbers = spread(ours)
    proposal = manager.locator(".incident-bar__line--spike")
    expect(proposal).to_be_visible()
    assert complaints(manager) == ""
    proposal.get_by_text("Declare", exact=True).click()
    manager.wait_for_url("**/incidents/new/**")
    manager.fill("[name=name]", "Rumour about the harbour bridge")
    manager.fill("[name=phrases]", f"{WORD}, {WORD}s")
    manager.locator(".levels__level", has_text="Crisis").click()
    manager.get_by_role("button", name="Declare it now").click()
    manager.wait_for_url("**/incidents/*/")
    incident = Incident.objects.get()
    assert (states(), Delivery.objects.count()) == ([DeliveryState.HELD], QUEUED)
    expect(agent.locator(".incident-bar__line")).to_contain_text("Rumour about the harbour bridge")

    # The executive signs what may be said, on a phone; the manager names it.
    phone = site.open(amira, **PHONE)
    phone.goto(f"{site.address}/sign/")
    phone.tap(".position-row__link")
    phone.get_by_role("button", name="Sign", exact=True).tap()
    expect(phone.get_by_text("Everything is signed.")).to_be_visible()
    embed_missing_examples()
    manager.goto(f"{site.address}/incidents/{incident.pk}/change/")
    manager.select_option("[name=holding]", str(statement.pk))
    manager.fill("[name=briefing]", "Say that no train crosses before we know.")
    manager.get_by_role("button", name="Save").click()
    manager.wait_for_url(f"**/incidents/{incident.pk}/")

    # The agent is stopped until the briefing is read, and then answers with the statement.
    agent.goto(f"{site.address}/inbox/open/{numbers[0]}/")
    agent.wait_for_selector("html[data-live=online][data-synced]")
    agent.fill("#composer-text", f"The {WORD} is fine.")
    expect(agent.locator(".finding", has_text="Read the briefing")).to_be_visible()
    agent.locator(".incident-bar__briefing summary").click()
    agent.get_by_role("button", name="I have read it").click()
    expect(agent.locator(".incident-bar__new")).to_have_count(0)
    agent.fill("#composer-text", f"The {WORD} is fine!")
    expect(agent.locator(".finding", has_text="Read the briefing")).to_have_count(0)
    agent.get_by_role("button", name="Say the holding statement").first.click()
    expect(agent.locator("#composer-text")).to_have_value(HOLDING)
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".message--outbound .signed-span")).to_have_text(HOLDING)
    answer = Message.objects.get(text=HOLDING)
    assert answer.delivery.state == DeliveryState.QUEUED
    Delivery.objects.filter(message=answer).update(state=DeliveryState.SENT)

    # It is over, and the report says who said what, and on whose word.
    manager.reload()
    expect(manager.locator(".incident-list", has_text=HOLDING).first).to_be_visible()
    assert complaints(manager) == ""
    manager.get_by_text("Stand down…").click()
    manager.get_by_role("button", name="Stand down", exact=True).click()
    expect(manager.locator(".incident-state")).to_contain_text("Stood down")
    expect(agent.locator(".incident-bar__line", has_text="Rumour")).to_have_count(0)
    rows = list(csv.DictReader(io.StringIO(manager.request.get(f"/incidents/{incident.pk}/report.csv").text()[1:])))
    said = {row["words"]: row["signed"] for row in rows if row["what"] == "Reply: Sent"}
    assert said == {HOLDING: f"{statement.question} (1)"}
    assert [row["what"] for row in rows if row["what"] in {"Declared", "Stood down"}] == ["Declared", "Stood down"]
    assert manager.request.get(f"/incidents/{incident.pk}/report.pdf").body().startswith(b"%PDF-")
