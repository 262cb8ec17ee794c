"""Whatever is done to a text in the composer: its spans stay on the signed words that are left, and the guard sees
which of them are still as they were signed."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from brandvoice import guard
from brandvoice.actions import positions as voice
from brandvoice.spans import Span
from tests.cast import make_ticket

RANDOM_EDITS = Path(__file__).with_name("random_edits.js").read_text()
# Repeated letters, characters outside the first plane, joined emoji, marks of their own, and both directions.
WORDS = ("aa aaa a aa.", "Enjoy 🎉 it with the 👩‍👩‍👧, café!", "שלום, aa עולם.")
SEEDS, STEPS = range(25), 40


@pytest.fixture
def signed(lena, amira, rail):
    """Wordings that may only be used as they are."""
    found = []
    for number, text in enumerate(WORDS):
        position = voice.create_position(f"Question {number}?", by=lena, brand=rail)
        content = voice.VersionContent((voice.NewWording(text),), edit_level="verbatim")
        version = voice.submit_version(voice.draft_version(position, content, by=lena), by=lena)
        found.append(voice.sign_version(version, by=amira).wordings.get())
    return found


def test_spans_follow_random_edits_and_what_is_altered_is_told(site, channel, northline, rail, agnes, signed):
    ticket = make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    words = [{"wording": wording.pk, "text": wording.text} for wording in signed]
    texts = {wording.pk: wording.text for wording in signed}
    sent = []
    for seed in SEEDS:
        found = page.evaluate(f"([seed, words, steps]) => ({RANDOM_EDITS})(seed, words, steps)", [seed, words, STEPS])
        assert found["wrong"] == [], f"seed {seed}"
        sent += found["sent"]
    # What the page has begun to ask is answered before the database is emptied.
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.wait_for_load_state("networkidle")

    whole = altered = 0
    for each in sent:
        spans = tuple(Span(span["wording"], span["start"], span["end"]) for span in each["spans"])
        context = guard.GuardContext(northline.pk, rail.pk, "bluesky", "", "direct", spans, purpose="inform")
        told = {(f.start, f.end) for f in guard.check(each["text"], context).findings if f.rule == "wording.changed"}
        for span in spans:
            unchanged = span.cut(each["text"]) == texts[span.wording_id]
            assert ((span.start, span.end) in told) != unchanged
            whole, altered = whole + unchanged, altered + (not unchanged)
    assert min(whole, altered) > 100, "both kinds were met"
