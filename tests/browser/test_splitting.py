"""A conversation is split by keyboard, a colleague who looks sees it happen, and it is put back."""

from playwright.sync_api import expect

from inbox.models import Message, Ticket
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_a_split_by_keyboard_opens_the_new_ticket_and_undo_brings_back(site, channel, agnes, jonas):
    ticket = make_ticket(channel, "Where is my train?", thread="t")
    make_ticket(channel, "And my refund?", thread="t")
    hers, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    expect(his.locator("#thread")).to_contain_text("And my refund?")

    hers.keyboard.press("S")
    dialog = hers.get_by_role("dialog")
    expect(dialog.get_by_label("And my refund?")).to_be_checked()
    expect(dialog.get_by_label("Where is my train?")).not_to_be_checked()
    hers.keyboard.press("Enter")

    expect(hers.locator("#ticket")).not_to_have_attribute("data-number", str(ticket.number))
    expect(hers.locator("#relations")).to_contain_text(f"Split off from #{ticket.number}")
    expect(hers.locator("#thread")).to_contain_text("And my refund?")
    expect(his.locator("#thread article")).to_have_count(1)
    expect(his.locator("#relations")).to_contain_text("Split off from this")
    new = Ticket.objects.latest("pk")
    for page in (hers, his):
        expect(page.locator(f"#ticket-{new.number}")).to_be_visible()

    hers.locator("#relations").get_by_role("button", name="Undo").click()

    for page in (hers, his):
        expect(page.locator("#ticket")).to_have_attribute("data-number", str(ticket.number))
        expect(page.locator("#thread")).to_contain_text("And my refund?")
    assert Message.objects.filter(ticket=ticket).count() == 2


@THEMES
def test_the_dialog_is_accessible_and_ticks_from_a_message_on(site, channel, agnes, theme):
    ticket = make_ticket(channel, "First words", thread="t")
    for text in ("Second words", "Third words"):
        make_ticket(channel, text, thread="t")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.keyboard.press("S")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Third words")).to_be_focused()
    assert complaints(page) == ""

    dialog.get_by_role("link", name="From here").nth(1).press("Enter")

    expect(dialog.get_by_label("Second words")).to_be_checked()
    expect(dialog.get_by_label("First words")).not_to_be_checked()
    dialog.get_by_role("link", name="From here").first.press("Enter")
    expect(dialog.get_by_label("First words")).to_be_checked()
    dialog.get_by_role("button", name="Split", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("stays behind")
    assert complaints(page) == ""
