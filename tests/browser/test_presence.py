"""Agents see who else is at a ticket, and who is writing, before they answer the same customer twice."""

from playwright.sync_api import expect

from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def test_two_agents_at_one_ticket_see_each_other_look_write_and_leave(site, channel, agnes, jonas):
    ticket = make_ticket(channel)
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/")
    his = site.open(jonas, "/inbox/open/")
    row = his.locator(f"#ticket-{ticket.number}")
    expect(row.get_by_role("img", name="Agnes Berg is looking at this")).to_be_visible()

    row.locator("a").click()
    expect(his.locator("#present").get_by_role("img", name="Agnes Berg is looking at this")).to_be_visible()
    expect(hers.locator("#present").get_by_role("img", name="Jonas Okafor is looking at this")).to_be_visible()

    hers.locator("#composer-text").press_sequentially("It left")
    expect(his.locator("#others")).to_have_text("Agnes Berg is writing")
    expect(row.get_by_role("img", name="Agnes Berg is writing")).to_be_visible()
    expect(hers.locator("#others")).to_be_hidden()

    hers.click(".composer__send")
    expect(his.locator(".message--outbound")).to_be_visible()
    expect(his.locator("#others")).to_be_hidden()
    hers.close()
    expect(his.locator(".person")).to_have_count(0)


def test_what_others_do_is_still_shown_when_a_row_or_a_composer_is_drawn_anew(site, channel, agnes, jonas):
    ticket = make_ticket(channel, thread="t")
    other = make_ticket(channel)
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/")
    his = site.open(jonas, f"/inbox/open/{ticket.number}/")
    hers.locator("#composer-text").press_sequentially("It left")
    expect(his.locator("#others")).to_have_text("Agnes Berg is writing")

    make_ticket(channel, "And now?", thread="t")
    expect(his.locator(f"#ticket-{ticket.number}")).to_contain_text("And now?")
    expect(his.locator(f"#ticket-{ticket.number} .person")).to_have_attribute("data-doing", "composing")
    his.locator(f"#ticket-{other.number} a").click()
    expect(his.locator("#ticket")).to_have_attribute("data-number", str(other.number))
    expect(his.locator("#others")).to_be_hidden()
    his.locator(f"#ticket-{ticket.number} a").click()
    expect(his.locator("#others")).to_have_text("Agnes Berg is writing")


@THEMES
def test_faces_are_accessible(site, channel, agnes, jonas, theme):
    ticket = make_ticket(channel)
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/")
    his = site.open(jonas, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    hers.locator("#composer-text").press_sequentially("It left")
    expect(his.locator("#others")).to_have_text("Agnes Berg is writing")
    assert complaints(his) == ""
