"""An organization's own fields are filled in beside a conversation, where resolving asks for them."""

from playwright.sync_api import expect

from inbox.models import CustomField
from tests.browser.test_accessible import THEMES, complaints
from tests.cast import make_ticket


def make_fields(organization):
    made = [
        ("booking", "Booking", "text", "ticket", []),
        ("seats", "Seats", "number", "ticket", []),
        ("day", "Day of travel", "date", "ticket", []),
        ("wishes", "Wishes", "choices", "ticket", ["Refund", "Call back", "Apology"]),
        ("insured", "Insured", "yes_no", "ticket", []),
        ("tier", "Tier", "choice", "customer", ["Silver", "Gold"]),
    ]
    for key, name, kind, about, choices in made:
        fields = {"key": key, "name": name, "kind": kind, "about": about, "choices": choices}
        CustomField.objects.create(organization=organization, required=key == "booking", **fields)


@THEMES
def test_what_is_needed_is_filled_in_beside_the_conversation_and_the_ticket_resolved(
    site, channel, northline, agnes, theme
):
    make_fields(northline)
    ticket = make_ticket(channel, "Where is my train?")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    page.locator("#ticket").get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("[role=status]").filter(has_text="Before it is resolved")).to_contain_text(
        "Before it is resolved, fill in: Booking."
    )

    fields = page.get_by_role("region", name="Fields of this ticket")
    fields.get_by_text("Fill in fields").click()
    fields.get_by_label("Booking").fill("NR-4711")
    fields.get_by_label("Day of travel").fill("2026-11-30")
    fields.get_by_label("Refund").check()
    fields.get_by_label("Insured").select_option("no")
    assert complaints(page) == ""
    fields.get_by_role("button", name="Save").click()

    expect(fields).to_contain_text("NR-4711")
    expect(page.locator("#thread")).to_contain_text("Filled in: Booking: NR-4711")
    customer = page.locator("#customer")
    customer.get_by_text("Fill in fields").click()
    customer.get_by_label("Tier").select_option("Gold")
    customer.get_by_role("button", name="Save").click()
    expect(customer).to_contain_text("Gold")
    page.locator("#ticket").get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#ticket-head")).to_have_attribute("data-status", "resolved")
