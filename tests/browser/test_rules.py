"""A manager writes an automation rule, tries it and finds it in the list."""

from playwright.sync_api import expect

from inbox.models import TicketRule
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


@THEMES
def test_a_rule_is_written_tried_and_listed(site, channel, max_, theme):
    ticket = make_ticket(channel, "I want a refund")
    page = site.visit("/automation/new/", site.cookies(max_), color_scheme=theme)
    page.get_by_label("Name").fill("Refunds")
    first = page.get_by_role("group", name="Group 1")
    expect(page.get_by_role("group", name="Group 2")).to_be_hidden()
    first.get_by_label("Condition", exact=True).select_option("The text has one of the words")
    first.get_by_label("Words").fill("refund, money back")
    first.get_by_role("button", name="Add a condition").click()
    second = first.locator("[data-test]").nth(1)
    second.get_by_label("Condition", exact=True).select_option("The network is")
    second.get_by_label("Value").select_option("Bluesky")
    first.get_by_role("button", name="Add a condition").click()
    first.locator("[data-test]").nth(2).get_by_label("Condition", exact=True).select_option("It waits for our answer")
    page.get_by_role("button", name="Add a group").click()
    page.get_by_role("group", name="Group 2").get_by_label("Condition", exact=True).select_option("The status is")
    page.get_by_role("group", name="Group 2").get_by_role("button", name="Remove this condition").click()
    page.get_by_label("What it does").select_option("Add labels")
    page.get_by_label("Labels").fill("refund")
    page.get_by_role("button", name="Add an action").click()
    page.get_by_label("What it does").nth(1).select_option("Set the priority")
    page.get_by_label("Priority").locator("visible=true").select_option("Urgent")
    page.get_by_role("button", name="Try it on the last month").click()
    expect(page.locator("#rule-tried")).to_contain_text("1 ticket would have met the conditions.")
    expect(page.locator("#rule-tried").get_by_role("link", name=f"#{ticket.number}")).to_be_visible()
    assert complaints(page) == ""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Refunds")).to_be_visible()
    assert complaints(page) == ""
    rule = TicketRule.objects.get()
    (group,) = rule.conditions["groups"]
    assert [test["check"] for test in group["tests"]] == ["text_any", "network", "awaiting"]
    assert rule.actions == [{"do": "add_labels", "labels": ["refund"]}, {"do": "priority", "priority": 3}]
    page.get_by_role("link", name="Change “Refunds”").click()
    expect(page.locator("[data-test]").nth(1).get_by_label("Value")).to_have_value("network:bluesky")
    expect(page.get_by_role("heading", name="What it did last")).to_be_visible()
