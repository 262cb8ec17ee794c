"""A reply that needs approval, from its writer's composer to a lead's press of a button, before everybody's eyes."""

from playwright.sync_api import expect

from inbox.models import Approval, ApprovalState, DeliveryState
from tests.browser.test_accessible import complaints
from tests.cast import make_ticket

LAW = "You are legally right."


def hand_over(page):
    page.fill("#composer-text", LAW)
    page.click("text=Hand over for approval")
    expect(page.locator("#composer-text")).to_have_value("")


def test_a_lead_approves_what_an_agent_has_handed_over_and_both_see_it(site, channel, agnes, lena):
    ticket = make_ticket(channel, "Am I right?", language="en")
    writer = site.open(agnes, f"/inbox/open/{ticket.number}/")
    lead = site.open(lena, f"/inbox/open/{ticket.number}/")

    writer.fill("#composer-text", LAW)
    expect(writer.locator(".finding--hand-over")).to_be_visible()
    assert complaints(writer) == ""
    writer.click("text=Hand over for approval")

    waiting = lead.locator(".delivery--waiting")
    expect(waiting).to_contain_text("Waits for approval")
    assert complaints(lead) == ""
    expect(writer.locator(".delivery--waiting").get_by_text("Take back and edit")).to_be_visible()
    expect(writer.locator(".delivery--waiting").get_by_text("Approve and send")).to_be_hidden()
    waiting.get_by_text("Approve and send").press("Enter")

    expect(lead.locator(".delivery--queued, .delivery--sending")).to_be_visible()
    expect(writer.locator(".delivery--queued, .delivery--sending")).to_be_visible()
    expect(writer.locator(".event-line").last).to_contain_text("Reply approved by Lena")
    assert Approval.objects.get().state == ApprovalState.APPROVED


def test_what_is_sent_back_from_the_page_is_in_its_writers_composer_again(site, channel, agnes, lena):
    ticket = make_ticket(channel, "Am I right?", language="en")
    writer = site.open(agnes, f"/inbox/open/{ticket.number}/")
    hand_over(writer)
    page = site.visit("/approvals/", cookies=site.cookies(lena))

    expect(page.locator(".approval__reason")).to_contain_text("legally")
    assert complaints(page) == ""
    page.click("summary:has-text('Send back')")
    page.fill("[name=note]", "Softer, please.")
    page.click("button:has-text('Send back')")

    expect(page.locator(".questions")).to_contain_text("Nothing waits for approval.")
    expect(writer.locator(".delivery--cancelled")).to_contain_text("Softer, please.")
    writer.reload()
    expect(writer.locator("#composer-text")).to_have_value(LAW)
    assert Approval.objects.get().message.delivery.state == DeliveryState.CANCELLED


def test_an_approver_changes_the_words_on_a_phone_and_the_next_one_sees_what_was_changed(
    site, channel, agnes, lena, max_
):
    ticket = make_ticket(channel, "Am I right?", language="en")
    writer = site.open(agnes, f"/inbox/open/{ticket.number}/")
    hand_over(writer)
    phone = site.visit("/approvals/", cookies=site.cookies(lena), viewport={"width": 390, "height": 844})

    phone.click("summary:has-text('Edit and approve')")
    assert complaints(phone) == ""
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_label("What it says").fill("You are legally right, we are sorry.")
    phone.click("button:has-text('Approve in these words')")

    expect(phone.locator(".notice")).to_contain_text("somebody else has to approve them, too")
    expect(writer.locator(".delivery--waiting")).to_be_visible()
    expect(writer.locator(".message__past summary")).to_contain_text("Changed by Lena Brandt")
    writer.click(".message__past summary")
    expect(writer.locator(".message__past ins")).to_have_text(", we are sorry")
    assert complaints(writer) == ""
    page = site.visit("/approvals/", cookies=site.cookies(max_))
    expect(page.locator(".diff ins")).to_have_text(", we are sorry")
    assert complaints(page) == ""
    page.click("button:has-text('Approve and send')")
    expect(page.locator(".questions")).to_contain_text("Nothing waits for approval.")
    assert Approval.objects.get().message.delivery.state == DeliveryState.QUEUED
