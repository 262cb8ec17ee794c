"""A reply for later, chosen by keyboard, seen waiting by everybody, taken back; without scripts as a plain form."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Organization
from inbox.actions.messages import receive_messages
from inbox.models import Delivery
from tests.browser.test_accessible import complaints
from tests.cast import make_incoming, make_ticket
from tests.inbox.later import pass_time, schedule

WORDS = "It left at nine."


@pytest.fixture
def ticket(channel):
    return make_ticket(channel, "Where is my train?", thread="t")


def test_a_reply_for_later_is_chosen_seen_waiting_and_taken_back_by_keyboard(site, ticket, agnes, jonas):
    page, his = (site.open(person, f"/inbox/open/{ticket.number}/") for person in (agnes, jonas))
    page.fill("#composer-text", WORDS)
    page.locator(".composer__send").focus()

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_accessible_name("Send later")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Tomorrow morning")
    page.keyboard.press("Enter")

    expect(page.get_by_text("It goes out later.")).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("")
    for one in (page, his):
        expect(one.locator(".message--outbound .delivery")).to_contain_text("Goes out")
        expect(one.locator(f"#ticket-{ticket.number} .chip--later")).to_be_visible()
        expect(one.locator(f"#ticket-{ticket.number} .ticket-row__dot")).to_have_count(0)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.due_at.hour, delivery.due_at.minute) == ("scheduled", 9, 0)

    page.get_by_role("button", name="Take back and edit").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value(WORDS)
    for one in (page, his):
        expect(one.locator(".message--outbound .delivery")).to_contain_text("Taken back")
        expect(one.locator(f"#ticket-{ticket.number} .chip--later")).to_have_count(0)


def test_a_time_of_ones_own_is_entered_shown_on_the_button_and_kept_when_the_guard_refuses(
    site, ticket, northline, agnes
):
    Organization.objects.filter(pk=northline.pk).update(time_zone="Europe/Vienna")
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", "Write to priya@mail.example")
    page.locator(".send-later summary").click()
    expect(page.locator(".send-later")).to_contain_text("Europe/Vienna")
    at = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT10:30")

    # Half a time is shown to whoever sends it, with the menu closed, too.
    page.locator("#send-on").press("1")
    page.keyboard.press("Escape")
    page.locator("#composer-text").press("Control+Enter")
    expect(page.locator(".send-later[open]")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "send-on"
    page.locator("#send-on").evaluate("(field) => { field.value = ''; }")

    # Nothing goes out by Enter in the field, nor without a time.
    page.locator("#send-on").press("Enter")
    page.get_by_role("button", name="Send then").click()
    expect(page.locator("#findings")).to_contain_text("Enter a day and a time.")
    page.locator(".send-later summary").click()
    page.fill("#send-on", at)
    expect(page.locator(".composer__send")).to_contain_text("Send later")
    page.keyboard.press("Escape")
    with page.expect_response("**/reply/"):
        page.locator("#composer-text").press("Control+Enter")

    expect(page.locator("#composer:not(.htmx-request)[data-later]")).to_be_visible()
    expect(page.locator(".finding--block")).to_be_visible()
    expect(page.locator(".composer__send")).to_contain_text("Send later")
    expect(page.locator("#send-on")).to_have_value(at)
    page.fill("#composer-text", WORDS)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message--outbound .delivery")).to_contain_text("Goes out")
    assert Delivery.objects.get().due_at.isoformat() == f"{at[:10]}T09:30:00+00:00"


def test_what_the_customers_next_message_holds_back_is_said_at_once_and_sent_now(site, ticket, channel, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    page.fill("#composer-text", WORDS)
    page.locator(".send-later summary").click()
    page.get_by_role("button", name="In an hour").click()
    expect(page.locator(".delivery--scheduled")).to_be_visible()

    receive_messages(channel, [make_incoming("Never mind, it came.", thread="t")])
    pass_time(hours=0)

    expect(page.locator(".delivery--held_back")).to_contain_text("The customer has written since.")
    expect(page.locator("#rail .rail__bell")).to_be_visible()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".message--outbound .delivery")).to_contain_text("Queued")
    # It stands where it was said.
    expect(page.locator(".message").last).to_contain_text(WORDS)


def test_without_scripts_a_time_is_a_field_of_the_form(site, ticket, agnes):
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", java_script_enabled=False)
    page.get_by_label("Your text").fill(WORDS)
    page.locator(".send-later summary").click()
    page.get_by_role("button", name="In an hour").click()

    expect(page.locator(".message--outbound .delivery")).to_contain_text("Goes out")
    page.get_by_role("button", name="Take back and edit").click()
    expect(page.get_by_label("Your text")).to_have_value(WORDS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_menu_and_what_waits_or_is_held_back_are_accessible(site, ticket, channel, agnes, theme):
    schedule(ticket, agnes)
    receive_messages(channel, [make_incoming("Never mind, it came.", thread="t")])
    pass_time(hours=0)
    schedule(ticket, agnes, "Good to hear.", confirm_stale=True)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/", color_scheme=theme)
    expect(page.locator(".delivery--held_back")).to_be_visible()
    expect(page.locator(".delivery--scheduled")).to_be_visible()
    page.locator(".send-later summary").click()

    assert complaints(page) == ""
