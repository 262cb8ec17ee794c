"""Offers: what the voice column really put before whom is written down, once, and what they took from it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brandvoice.actions.examples import add_examples, embed_missing_examples
from inbox.actions.messages import receive_messages
from inbox.models import Offer, OfferState
from tests.cast import make_brand, make_channel, make_incoming, make_team, make_ticket
from tests.inbox.signed_words import OLD, queue, start_draft

pytestmark = pytest.mark.django_db
ASKED = "My train was cancelled. Do I get my fare back?"


@pytest.fixture
def ticket(channel, signed, lena):
    """A ticket that the signed words answer."""
    add_examples(signed.position, [ASKED, "fare back please", "refund of my fare"], language="en", by=lena)
    embed_missing_examples()
    return make_ticket(channel, ASKED, thread="t", language="en")


def column(client, person, ticket, query=""):
    """Return what the column sealed for a person, and the wordings in it."""
    client.force_login(person)
    page = client.get(f"/tickets/{ticket.number}/voice/{query}").content.decode()
    sealed = re.search(r'data-offers="([^"]+)"', page)
    return sealed[1] if sealed else "", re.findall(r'data-wording="(\d+)"', page)


def see(client, person, ticket, query="", *, only=None):
    sealed, wordings = column(client, person, ticket, query)
    return tell(client, ticket, sealed, wordings if only is None else only)


def tell(client, ticket, sealed, wordings):
    return client.post(f"/tickets/{ticket.number}/seen/", {"offers": sealed, "seen": ",".join(map(str, wordings))})


def offers():
    return list(Offer.objects.order_by("pk").values_list("user", "version", "state", "rank"))


def test_what_was_seen_is_written_with_its_state_place_and_probability(client, ticket, signed, agnes):
    assert see(client, agnes, ticket).status_code == 204

    offer = Offer.objects.get()
    assert (offer.ticket, offer.message, offer.user) == (ticket, ticket.messages.get(), agnes)
    assert (offer.version, offer.wording) == (signed, signed.wordings.get())
    assert (offer.state, offer.rank) == (OfferState.ONE, 1)
    assert 0.8 <= offer.probability <= 1


def test_seeing_it_again_adds_nothing_and_the_next_message_is_a_new_offer(client, ticket, channel, agnes, jonas):
    for _ in range(3):
        see(client, agnes, ticket)
    assert len(offers()) == 1

    see(client, jonas, ticket)
    receive_messages(channel, [make_incoming(f"Hello? {ASKED}", thread="t")])
    see(client, agnes, ticket)
    assert [user for user, *_ in offers()] == [agnes.pk, jonas.pk, agnes.pk]


def test_that_nothing_fits_is_written_too(client, channel, agnes):
    ticket = make_ticket(channel, "Do you sell cheese?", language="en")
    see(client, agnes, ticket)
    see(client, agnes, ticket)
    assert offers() == [(agnes.pk, None, OfferState.NONE, 0)]


def test_what_was_not_on_the_screen_is_not_written(client, ticket, agnes):
    assert see(client, agnes, ticket, only=[]).status_code == 204
    assert see(client, agnes, ticket, only=[999_999]).status_code == 204
    assert offers() == []


def test_nobody_tells_what_was_offered_to_somebody_else_or_elsewhere(client, ticket, channel, agnes, jonas, oscar):
    sealed, wordings = column(client, agnes, ticket)
    other = make_ticket(channel, ASKED, language="en")
    assert tell(client, other, sealed, wordings).status_code == 422
    assert tell(client, ticket, sealed[:-1] + "x", wordings).status_code == 422
    client.force_login(jonas)
    assert tell(client, ticket, sealed, wordings).status_code == 422
    client.force_login(oscar)
    assert tell(client, ticket, sealed, wordings).status_code == 404
    assert offers() == []


def test_only_who_is_about_to_answer_is_offered_anything(client, ticket, signed, agnes, amira):
    assert column(client, amira, ticket)[0] == ""
    client.force_login(amira)
    assert tell(client, ticket, "", []).status_code == 403

    queue(ticket, signed, agnes)
    assert column(client, agnes, ticket)[0] == ""


def test_words_found_by_hand_count_as_offered_once_they_are_offered(client, ticket, signed, agnes):
    see(client, agnes, ticket, "?q=fare back")
    assert [state for _user, _version, state, _rank in offers()] == [OfferState.SEARCHED]

    see(client, agnes, ticket)
    see(client, agnes, ticket, "?q=fare back")
    assert [state for _user, _version, state, _rank in offers()] == [OfferState.ONE]


def test_putting_words_into_a_draft_is_written_once_whether_or_not_they_were_offered(client, ticket, signed, agnes):
    start_draft(ticket, signed, agnes)
    first = Offer.objects.get()
    assert (first.state, first.message) == (OfferState.TAKEN, ticket.messages.get())

    see(client, agnes, ticket)
    start_draft(ticket, signed, agnes, text=OLD)
    again = Offer.objects.get()
    assert (again.state, again.inserted_at) == (OfferState.ONE, first.inserted_at)


def test_rendering_the_column_asks_nothing_about_offers_whoever_was_offered_what(client, ticket, agnes, jonas):
    counts = []
    for person in (agnes, jonas):
        column(client, agnes, ticket)
        with CaptureQueriesContext(connection) as rendered:
            column(client, agnes, ticket)
        assert not [query for query in rendered if "inbox_offer" in query["sql"]]
        counts.append(len(rendered))
        see(client, person, ticket)
    assert counts[0] == counts[1]


def test_a_draft_with_foreign_words_takes_nothing_from_them(ticket, signed, oscar):
    verde = make_channel(make_brand(oscar.organization), make_team(oscar.organization))
    start_draft(make_ticket(verde, "Hello?"), signed, oscar)
    assert offers() == []
