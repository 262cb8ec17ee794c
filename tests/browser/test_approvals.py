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
