"""The guard while one types: what nobody signed, with signed words a press away; and its rules in the console."""

import json

import pytest
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from brandvoice.actions.examples import embed_missing_examples
from brandvoice.models import Rule
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Draft
from tests.browser.test_accessible import RULES, complaints
from tests.cast import make_ticket

SIGNED = "You get half the fare back from one hour on, the whole fare from two."


@pytest.fixture
def signed(amira, lena, rail):
    """A signed wording about money, which suggestion has read."""
    position = voice.create_position("How much of my fare do I get back for a late train?", by=lena, brand=rail)
    version = voice.draft_version(position, voice.VersionContent((voice.NewWording(SIGNED),)), by=lena)
    wording = voice.sign_version(voice.submit_version(version, by=lena), by=amira).wordings.get()
    embed_missing_examples()
    return wording


def test_a_price_that_nobody_signed_is_replaced_by_signed_words_with_one_press(site, channel, agnes, signed):
    ticket = make_ticket(channel, "How much of my fare do I get back for a late train?", language="en")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")

    page.fill("#composer-text", "👋 Sorry! You get 12.50 € back. Bye.")
    expect(page.locator(".finding")).to_contain_text("A price that nobody signed.")
    assert complaints(page) == ""
    page.click("[data-fix]")

    expect(page.locator("#composer-text")).to_have_value(f"👋 Sorry! {SIGNED} Bye.")
    expect(page.locator("#composer-layer .signed-span")).to_have_text(SIGNED)
    expect(page.locator(".finding")).to_have_count(0)
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    (span,) = json.loads(page.locator("[name=spans]").input_value())
    assert span["wording"] == signed.pk
    assert [held.distance for held in Draft.objects.get().spans.all()] == [0]


def test_a_rule_is_tried_on_last_months_replies_before_it_is_saved(site, channel, agnes, max_):
    for text in ("Our trains are cheap.", "It left at nine."):
        ticket = make_ticket(channel)
        seen = ticket.messages.latest("pk").pk
        send_reply(ticket, NewReply(text, "public", seen=seen), by=agnes)
    page = site.visit("/console/brandvoice/rule/add/", cookies=site.cookies(max_))

    page.select_option("[name=kind]", "claim.price")
    expect(page.locator("[name=patterns]")).to_be_hidden()
    page.select_option("[name=kind]", "term.banned")
    page.fill("[name=phrases]", "cheap\nlow-cost")
    with page.expect_popup() as opened:
        page.click("[name=_try]")
    tried = opened.value

    expect(tried.locator("section")).to_contain_text("Found in 1 of 2 replies of the last 30 days.")
    expect(tried.locator("mark")).to_have_text("cheap")
    # Where its landmarks are is the console's own affair.
    assert complaints(tried, RULES[:-1]) == ""
    assert not Rule.objects.exists()
    page.click("[name=_save]")
    expect(page.locator("#result_list")).to_contain_text("cheap, low-cost")
