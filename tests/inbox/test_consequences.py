"""What somebody who signs is told beforehand: how many customers wait for this answer, and what was counted."""

import pytest
from django.core.cache import cache

from brandvoice.actions.content import NewWording, VersionContent
from brandvoice.actions.examples import add_examples, embed_missing_examples
from brandvoice.actions.positions import create_position
from brandvoice.actions.versions import draft_version, submit_version
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.tickets import resolve_ticket
from inbox.queries.consequences import Waiting, waiting_for
from tests.cast import make_brand, make_channel, make_team, make_ticket

REFUND = ["how do i get my money back for the cancelled train", "i want a refund for my cancelled train"]
LOST = ["i left my bag on the train", "where can i find lost property"]


@pytest.fixture(autouse=True)
def forget():
    cache.clear()


@pytest.fixture
def to_sign(rail, lena):
    """A version about refunds that waits for a signature, beside an unsigned position about lost property."""
    versions = []
    for question, texts in (("Where is my lost bag?", LOST), ("Do I get my money back?", REFUND)):
        position = create_position(question, by=lena, brand=rail)
        add_examples(position, texts, language="en", by=lena)
        content = VersionContent((NewWording("Write to us."),), channel_kinds=("bluesky",))
        versions.append(submit_version(draft_version(position, content, by=lena), by=lena))
    embed_missing_examples()
    return versions[-1]


def test_the_customers_whose_newest_message_asks_this_are_counted(to_sign, channel, rail, care, agnes):
    asking = [make_ticket(channel, text, language="en") for text in REFUND]
    make_ticket(channel, LOST[0], language="en")
    make_ticket(make_channel(rail, care, network="email"), REFUND[0], language="en")

    assert waiting_for(to_sign) == Waiting(looked_at=3, here=2)

    send_reply(asking[0], NewReply("On its way.", "public", seen=0, confirm_stale=True), by=agnes)
    assert waiting_for(to_sign) == Waiting(looked_at=2, here=1)
    resolve_ticket(asking[1], by=agnes)
    assert waiting_for(to_sign) == Waiting(looked_at=1, here=0)


def test_the_page_says_how_many_wait_and_what_was_counted(to_sign, channel, amira, client):
    for text in (*REFUND, LOST[0]):
        make_ticket(channel, text, language="en")
    client.force_login(amira)

    page = client.get(f"/sign/{to_sign.pk}/").content.decode()

    assert "customers wait for this answer" in page
    assert "2 of the 3 newest open tickets that await a reply ask this, by their newest message" in page


def test_looking_again_costs_the_same_with_ten_times_the_tickets(to_sign, channel, django_assert_num_queries):
    def look(queries):
        with django_assert_num_queries(queries):
            waiting_for(to_sign)

    make_ticket(channel, REFUND[0], language="en")
    waiting_for(to_sign)
    look(3)
    for _ in range(9):
        make_ticket(channel, REFUND[0], language="en")
    waiting_for(to_sign)
    look(3)


def test_tickets_of_another_organization_are_not_counted(to_sign, oscar):
    theirs = make_channel(make_brand(oscar.organization), make_team(oscar.organization))
    make_ticket(theirs, REFUND[0], language="en")

    assert waiting_for(to_sign) == Waiting(looked_at=0, here=0)
