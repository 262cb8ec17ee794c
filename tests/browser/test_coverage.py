"""Coverage in a real browser: from what customers ask in vain to a position that is taught with their words."""

from django.utils import timezone
from playwright.sync_api import expect

from brandvoice.models import Example
from inbox.actions.clusters import find_clusters
from inbox.models import Message
from tests.cast import make_ticket

SCOOTERS = ("Can I take my e-scooter on the train?", "Are e-scooters allowed on your trains?", "May my e-scooter come?")


def test_a_question_without_an_answer_becomes_a_position_in_one_click(site, channel, amira):
    for number, text in enumerate(SCOOTERS):
        make_ticket(channel, text, author=f"customer-{number}", language="en")
    Message.objects.update(enriched_at=timezone.now())
    find_clusters()
    page = site.visit("/coverage/", cookies=site.cookies(amira))
    expect(page.locator(".cluster")).to_contain_text("3 customers")

    page.get_by_role("link", name="Write the position").click()
    page.get_by_label("Question", exact=True).fill("Do you take e-scooters?")
    page.get_by_label(SCOOTERS[2]).uncheck()
    page.get_by_role("button", name="Create, then write").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Do you take e-scooters?")
    taught = set(Example.objects.values_list("text", flat=True))
    assert taught == {"Do you take e-scooters?", *SCOOTERS[:2]}
    page.goto(f"{site.address}/coverage/")
    expect(page.locator(".cluster")).to_have_count(0)
