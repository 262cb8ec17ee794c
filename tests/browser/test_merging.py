"""Two tickets become one by keyboard, and a colleague who looks sees it happen, and taken back."""

import re

from playwright.sync_api import expect

from inbox.actions.regrouping import merge_tickets
from inbox.models import Message
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_a_merge_by_keyboard_moves_the_conversation_in_both_browsers_and_undo_moves_it_back(
    site, channel, rail, care, agnes, jonas
):
    one, other = make_ticket(channel, "The first words"), make_ticket(channel, "The second words")
    hers = site.open(agnes, f"/inbox/open/{one.number}/")
    his = site.open(jonas, f"/inbox/open/{other.number}/")
    expect(his.locator("#thread")).to_contain_text("The second words")

    hers.keyboard.press("w")
    expect(hers.get_by_role("dialog").get_by_label("The second words")).to_be_checked()
    hers.keyboard.press("Enter")

    for page in (hers, his):
        expect(page.locator("#ticket")).to_have_attribute("data-number", str(other.number))
        expect(page.locator("#thread")).to_contain_text("The first words")
        expect(page.locator("#relations")).to_contain_text(f"Merged with this #{one.number}")
        expect(page.locator(f"#ticket-{one.number}")).to_have_count(0)

    his.locator("#relations").get_by_role("button", name="Undo").click()

    for page in (hers, his):
        expect(page.locator("#thread")).not_to_contain_text("The first words")
        expect(page.locator("#relations")).to_be_hidden()
        expect(page.locator(f"#ticket-{one.number}")).to_be_visible()
    assert Message.objects.filter(ticket=one).count() == 1


@THEMES
def test_the_dialog_its_warning_and_a_merged_ticket_are_accessible(site, channel, agnes, theme):
    one, other = make_ticket(channel, author="priya"), make_ticket(channel, author="tom")
    make_ticket(channel, "Something else of mine", author="priya")
    page = site.open(agnes, f"/inbox/open/{one.number}/", color_scheme=theme)
    page.keyboard.press("w")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_visible()
    assert complaints(page) == ""

    dialog.get_by_label("Number of another ticket").fill(str(other.number))
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("different customers")
    assert complaints(page) == ""
    dialog.get_by_label("Merge them all the same").check()
    dialog.get_by_role("button", name="Merge", exact=True).click()

    expect(page.locator("#relations")).to_contain_text(re.compile("Merged with this"))
    assert complaints(page) == ""
    page.locator("#relations a").click()
    expect(page.locator("#relations")).to_contain_text("Merged into")
    expect(page.locator("#composer")).to_be_hidden()


def test_what_somebody_was_typing_in_a_ticket_that_is_merged_stays_on_the_screen_and_says_why(site, channel, agnes):
    one, other = make_ticket(channel), make_ticket(channel)
    page = site.open(agnes, f"/inbox/open/{one.number}/")
    page.locator("#composer-text").fill("It left")

    merge_tickets(one, other, by=agnes)
    expect(page.locator("#ticket-head")).to_have_attribute("data-merged", "")
    page.evaluate("document.querySelector('#composer-text').dispatchEvent(new Event('input', { bubbles: true }))")

    expect(page.locator("#draft-state")).to_have_text("This ticket was merged into another. Answer there.")
    expect(page.locator("#composer-text")).to_have_value("It left")
    expect(page.locator("#composer")).to_be_visible()
