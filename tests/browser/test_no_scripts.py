"""Without scripts, forms and links do the whole of an agent's work."""

import pytest
from playwright.sync_api import expect

from inbox.actions.drafts import save_draft
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.sharing import share_draft
from inbox.models import Delivery, DeliveryState, Message, Ticket
from tests.cast import make_channel, make_incoming, make_rule, make_ticket


@pytest.fixture
def open_plain(site):
    """Open pages in a browser that runs no scripts."""
    return lambda person, path: site.open(person, path, java_script_enabled=False)


def test_a_ticket_is_found_taken_answered_noted_and_resolved(open_plain, channel, agnes):
    ticket = make_ticket(channel, "Where is my train?")
    page = open_plain(agnes, "/inbox/unassigned/")

    page.get_by_role("link", name="Where is my train?").click()
    page.locator("summary", has_text="Assign").click()
    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".ticket-head__facts")).to_contain_text("Agnes Berg")

    page.get_by_label("Your text").fill("She is angry.")
    page.get_by_role("button", name="Add as note").click()
    expect(page.locator(".message--note")).to_contain_text("She is angry.")

    page.get_by_label("Your text").fill("It left at nine.")
    page.get_by_role("button", name="Send", exact=False).first.click()
    expect(page.locator(".message--outbound")).to_contain_text("It left at nine.")

    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".ticket-head__state--done")).to_contain_text("resolved")
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (agnes, "resolved")
    assert page.url.endswith(f"/inbox/resolved/{ticket.number}/")


def test_a_ticket_is_snoozed_labelled_and_followed(open_plain, channel, agnes):
    ticket = make_ticket(channel)
    page = open_plain(agnes, f"/inbox/open/{ticket.number}/")
    page.locator("[data-menu=more] summary").click()
    page.get_by_label("New label").fill("refund")
    page.get_by_role("button", name="Save labels").click()
    expect(page.locator(".ticket-head .chip")).to_have_text("refund")

    page.locator("[data-menu=more] summary").click()
    page.get_by_role("button", name="Follow", exact=True).click()
    page.locator("[data-menu=more] summary").click()
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()

    page.locator("summary", has_text="Snooze").click()
    page.get_by_role("button", name="One hour").click()
    expect(page.locator(".ticket-head__state")).to_contain_text("snoozed until")


def test_what_is_new_is_shown_before_a_reply_goes_out(open_plain, channel, agnes, jonas):
    ticket = make_ticket(channel, thread="t")
    page = open_plain(agnes, f"/inbox/open/{ticket.number}/")
    page.get_by_label("Your text").fill("It is late.")
    send_reply(ticket, NewReply("It left at nine.", "", seen=10**9), by=jonas)

    page.locator(".composer__send").click()

    expect(page.get_by_role("alert")).to_contain_text("The ticket has moved on since you read it")
    expect(page.locator(".stale")).to_contain_text("It left at nine.")
    expect(page.get_by_label("Your text")).to_have_value("It is late.")
    assert Message.objects.filter(direction="outbound").count() == 1

    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".message--outbound")).to_have_count(2)


def test_the_guard_says_plainly_what_it_stops(open_plain, channel, agnes):
    make_rule(channel.organization, "unfortunately", reason="We don't say that.")
    ticket = make_ticket(channel)
    page = open_plain(agnes, f"/inbox/open/{ticket.number}/")
    page.get_by_label("Your text").fill("Unfortunately it is late.")

    page.locator(".composer__send").click()

    expect(page.locator(".finding")).to_contain_text("We don't say that.")
    expect(page.get_by_label("Your text")).to_have_value("Unfortunately it is late.")
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_reply_is_taken_back_and_a_failed_one_tried_again(open_plain, rail, care, agnes):
    channel = make_channel(rail, care, undo_seconds=60)
    ticket = make_ticket(channel)
    page = open_plain(agnes, f"/inbox/open/{ticket.number}/")
    page.get_by_label("Your text").fill("It left at nine.")
    page.locator(".composer__send").click()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Your text")).to_have_value("It left at nine.")

    page.locator(".composer__send").click()
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(state=DeliveryState.FAILED)
    page.reload()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    assert Delivery.objects.latest("pk").state == DeliveryState.QUEUED


def test_older_tickets_are_a_link_away(open_plain, channel, agnes):
    receive_messages(channel, [make_incoming(f"Question {number}", author=f"a{number}") for number in range(120)])
    page = open_plain(agnes, "/inbox/open/")
    shown = page.locator(".ticket-row").count()
    page.get_by_role("link", name="Older tickets").click()
    expect(page.locator(".ticket-row")).to_have_count(Ticket.objects.count() - shown)


def test_drafts_have_a_page_of_their_own(open_plain, channel, agnes, jonas):
    ticket = make_ticket(channel)
    save_draft(ticket, by=jonas, text="It left at nine.", visibility="")
    share_draft(ticket, by=jonas, shared=True)
    page = open_plain(agnes, f"/inbox/open/{ticket.number}/")
    page.get_by_role("link", name="Drafts that colleagues show").click()
    expect(page.locator(".shared-draft__text")).to_have_text("It left at nine.")
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_label("Your text")).to_have_value("It left at nine.")
