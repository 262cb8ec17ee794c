"""Our own post that a network sends back before its receipt is shown once, in pages that are open."""

from playwright.sync_api import expect

from inbox.actions.deliveries import claim_due_deliveries, record_sent
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.connectors.base import Receipt
from inbox.models import Message
from tests.cast import make_incoming, make_ticket


def make_echo(channel, by):
    """Return the claimed delivery of a reply whose echo is there already."""
    channel.external = False
    channel.save(update_fields=["external"])
    ticket = make_ticket(channel, "Where is my train?", thread="t")
    send_reply(ticket, NewReply("It left at nine.", "public", seen=0, confirm_stale=True), by=by)
    (delivery,) = claim_due_deliveries()
    echo = make_incoming("It left at nine.", thread="t", external_id="their-1", direction="outbound")
    receive_messages(channel, [echo])
    return ticket, delivery


def test_the_echo_goes_from_an_open_page_when_the_receipt_comes(site, channel, agnes):
    ticket, delivery = make_echo(channel, agnes)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator(".message--outbound")).to_have_count(2)

    record_sent(delivery, Receipt("their-1"))

    expect(page.locator(".message--outbound")).to_have_count(1)
    expect(page.locator(f"#message-{delivery.message_id}")).to_contain_text("Sent")


def test_what_has_gone_while_the_page_was_cut_off_goes_when_it_is_back(site, channel, agnes):
    ticket, _delivery = make_echo(channel, agnes)
    page = site.open(agnes, f"/inbox/open/{ticket.number}/")
    expect(page.locator(".message--outbound")).to_have_count(2)

    Message.objects.get(external_id="their-1").delete()
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:resync', { bubbles: true }))")

    expect(page.locator(".message--outbound")).to_have_count(1)
    expect(page.locator(".message--inbound")).to_have_count(1)
