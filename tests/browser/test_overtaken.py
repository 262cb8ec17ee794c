"""A position changes while agents write: their open composers say so at once, and offer the new words."""

import pytest
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from brandvoice.spans import Span
from inbox.actions.drafts import save_draft
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Draft
from tests.browser.conftest import go_offline
from tests.cast import make_ticket

OLD, NEW = "You get the whole fare back within 7 days.", "You get the whole fare back within 14 days."


@pytest.fixture
def signed(amira, lena, rail):
    """The version that is signed today."""
    return sign(voice.create_position("Do I get my fare back?", by=lena, brand=rail), OLD, lena, amira)


def sign(position, text, lena, amira):
    version = voice.draft_version(position, voice.VersionContent((voice.NewWording(text),)), by=lena)
    return voice.sign_version(voice.submit_version(version, by=lena), by=amira)


@pytest.fixture
def writing(site, channel, signed, agnes):
    """Agnes's page with a draft that holds the signed words between her own."""
    ticket = make_ticket(channel)
    text = f"Hello! {OLD} Bye."
    save_draft(ticket, by=agnes, text=text, visibility="public", spans=(Span(signed.wordings.get().pk, 7, 49),))
    return site.open(agnes, f"/inbox/open/{ticket.number}/")


def test_an_open_composer_hears_of_the_new_words_and_takes_them_with_one_press(writing, signed, lena, amira):
    expect(writing.locator(".overtaken")).to_have_count(0)

    new = sign(signed.position, NEW, lena, amira)

    expect(writing.locator(".overtaken")).to_contain_text("The signed words have changed.", timeout=2000)
    expect(writing.locator(".overtaken ins")).to_have_text("14")
    writing.click("[data-take-new]")
    expect(writing.locator("#composer-text")).to_have_value(f"Hello! {NEW} Bye.")
    expect(writing.locator("#composer-layer .signed-span")).to_have_text(NEW)
    expect(writing.locator(".overtaken")).to_have_count(0)
    expect(writing.locator("#draft-state")).to_have_text("Draft saved")
    draft = Draft.objects.get()
    assert [(span.version, span.distance) for span in draft.spans.all()] == [(new, 0)]
    assert draft.overtaken_at is None


@pytest.mark.parametrize("meant_for", ["another kind of channel", "somebody else"])
def test_new_words_that_are_not_meant_for_here_are_not_offered(writing, signed, lena, amira, meant_for):
    scope = {"channel_kinds": ("email",)}
    if meant_for == "somebody else":
        scope = {"sensitivity": "named", "named_people": (lena.pk,)}
    content = voice.VersionContent((voice.NewWording(NEW),), **scope)
    voice.sign_version(voice.submit_version(voice.draft_version(signed.position, content, by=lena), by=lena), by=amira)

    expect(writing.locator(".overtaken")).to_contain_text("Nothing is signed in their place", timeout=2000)
    expect(writing.locator("[data-take-new]")).to_have_count(0)


def test_of_several_new_wordings_the_one_for_this_kind_of_channel_is_offered(writing, signed, lena, amira):
    wordings = (voice.NewWording(NEW), voice.NewWording("14 days!", channel_kind="bluesky"))
    content = voice.VersionContent(wordings)
    voice.sign_version(voice.submit_version(voice.draft_version(signed.position, content, by=lena), by=lena), by=amira)

    expect(writing.locator(".overtaken")).to_have_count(1)
    writing.click("[data-take-new]")
    expect(writing.locator("#composer-text")).to_have_value("Hello! 14 days! Bye.")


def test_withdrawn_words_are_named_and_cannot_be_sent(writing, signed, amira):
    voice.withdraw_version(signed, by=amira, reason="The law has changed.")

    expect(writing.locator(".overtaken")).to_contain_text("The law has changed.", timeout=2000)
    writing.click(".composer__send")
    expect(writing.locator(".finding--block")).to_contain_text("withdrawn")
    expect(writing.locator(".message--outbound")).to_have_count(0)


def test_a_page_that_was_offline_is_right_when_it_comes_back(writing, signed, amira):
    go_offline(writing)
    expect(writing.locator("html[data-live=offline]")).to_have_count(1)
    voice.withdraw_version(signed, by=amira, reason="The law has changed.")
    writing.context.set_offline(False)

    expect(writing.locator(".overtaken")).to_contain_text("The law has changed.")


def test_a_held_reply_is_taken_back_mended_and_sent(site, channel, signed, agnes, lena, amira):
    ticket = make_ticket(channel)
    spans = (Span(signed.wordings.get().pk, 0, len(OLD)),)
    seen = ticket.messages.latest("pk").pk
    send_reply(ticket, NewReply(text=OLD, visibility="public", seen=seen, spans=spans), by=agnes)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")

    sign(signed.position, NEW, lena, amira)

    expect(page.locator(".delivery--held")).to_contain_text("replaced by a newer version")
    page.get_by_role("button", name="Take back and edit").click()
    expect(page.locator("#composer-text")).to_have_value(OLD)
    expect(page.locator(".delivery--cancelled")).to_have_count(1)
    page.click("[data-take-new]")
    page.click(".composer__send")
    expect(page.locator(".message--outbound")).to_have_count(2)
    expect(page.locator(".delivery--queued")).to_have_count(1)
