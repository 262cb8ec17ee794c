"""Who saw a message first is said on every open page, at once."""

from playwright.sync_api import expect

from inbox.models import Sight
from tests.cast import make_ticket


def test_the_first_to_see_a_message_is_named_on_a_colleagues_page(site, channel, agnes, jonas):
    ticket = make_ticket(channel, thread="t")
    hers = site.open(agnes, f"/inbox/open/{ticket.number}/")
    his = site.open(jonas, f"/inbox/open/{ticket.number}/")
    for page in (hers, his):
        expect(page.locator(".message__seen")).to_contain_text("First seen by Agnes Berg")

    his.close()
    make_ticket(channel, "Hello?", thread="t")

    newest = hers.locator(".message--inbound").last
    expect(newest).to_contain_text("Hello?")
    expect(newest.locator(".message__seen")).to_contain_text("First seen by Agnes Berg")
    expect(hers.locator(".message__seen").first).to_be_hidden()
    assert Sight.objects.count() == 2
