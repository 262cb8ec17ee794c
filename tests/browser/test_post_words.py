"""A signed wording goes into a planned post before its writer's eyes, and stays signed while they write around it."""

import pytest
from playwright.sync_api import expect

from brandvoice.actions import positions as voice
from tests.browser.test_accessible import complaints
from tests.cast import make_channel
from tests.inbox.signed_words import NEW, OLD, write_and_sign


@pytest.mark.parametrize("width", [1440, 390])
def test_a_wording_is_put_in_followed_while_one_writes_and_replaced_by_the_new_one(
    site, rail, care, lena, amira, width
):
    make_channel(rail, care, external=False, name="Rail on Bluesky")
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    write_and_sign(position, OLD, lena, amira)
    page = site.visit("/posts/new/", cookies=site.cookies(lena), viewport={"width": width, "height": 900})

    page.fill("#id_text", "News.")
    page.click("summary:has-text('Insert signed wording')")
    expect(page.locator("#post-wordings")).to_contain_text("Choose a channel first.")
    page.check(".post-channel__on input")
    expect(page.locator("#id_wording option")).to_have_count(1)
    assert complaints(page) == ""
    page.click("#post-wordings button:has-text('Insert')")

    expect(page.locator("#id_text")).to_have_value(f"News.\n\n{OLD}")
    signed = page.locator("#post-preview .signed-span")
    expect(signed).to_have_text(OLD)
    page.fill("#id_text", f"Good news for you. {OLD} Just ask.")
    expect(page.locator("#post-preview .post-preview__text")).to_contain_text("Good news for you.")
    expect(signed).to_have_text(OLD)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints(page) == ""

    page.get_by_label("Topic").press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_text")).to_have_value(f"Good news for you. {OLD} Just ask.")

    write_and_sign(position, NEW, lena, amira)
    page.fill("#id_text", f"Good news. {OLD} Just ask.")
    expect(page.locator("#post-preview button")).to_be_visible()
    page.click("#post-preview button:has-text('Use the current wording')")

    expect(page.locator("#id_text")).to_have_value(f"Good news. {NEW} Just ask.")
    expect(signed).to_have_text(NEW)
    expect(page.locator("#post-preview .finding")).to_have_count(1)
