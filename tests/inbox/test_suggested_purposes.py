"""What a message is for decides which signed words stand first in the voice column, and what the guard offers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from brandvoice.actions import positions as voice
from brandvoice.actions.examples import add_examples, embed_missing_examples
from brandvoice.models import Position
from inbox.actions.drafts import save_draft
from inbox.models import Purpose, Ticket
from inbox.queries.alternatives import signed_alternatives
from tests.cast import make_key, make_ticket
from tests.inbox.doors import Api
from tests.inbox.signed_words import write_and_sign

ASKED = "My train was cancelled. Do I get my fare back?"
CALM, HOW = "We are sorry. You get every cent back.", "Claim it under “My trips”."
ELSEWHERE = "For another purpose: "


@pytest.fixture
def answer(lena, amira, rail):
    """Sign words that answer the customer and serve some purposes."""

    def answer(question, text, *purposes):
        position = voice.create_position(question, by=lena, brand=rail, purposes=purposes)
        version = write_and_sign(position, text, lena, amira)
        add_examples(position, [ASKED, "fare back please", "refund of my fare"], language="en", by=lena)
        return version

    return answer


@pytest.fixture
def ticket(channel, answer):
    """A ticket that two positions answer, one to calm the customer and one to say how."""
    answer("Do I really get my fare back?", CALM, "de_escalate")
    answer("How do I get my fare back?", HOW, "resolve")
    embed_missing_examples()
    return make_ticket(channel, ASKED, thread="t", language="en")


@pytest.fixture
def column(client, agnes, ticket):
    """Return the wordings in Agnes's column, and its page."""

    def column(**query):
        client.force_login(agnes)
        answer = client.get(f"/tickets/{ticket.number}/voice/", query, headers={"HX-Request": "true"})
        return [card.text for card in answer.context["voice"].suggestions], answer.content.decode()

    return column


def test_the_purpose_that_the_page_has_chosen_says_what_stands_first(column):
    assert column(purpose="resolve")[0][0] == HOW
    assert column(purpose="de_escalate")[0][0] == CALM


def test_without_one_it_is_the_drafts_and_before_that_what_is_proposed(column, ticket, agnes):
    Ticket.objects.filter(pk=ticket.pk).update(sentiment=-1)
    assert column()[0][0] == CALM
    assert column(purpose="no_such")[0][0] == CALM

    save_draft(ticket, by=agnes, text="Sorry", visibility="public", purpose="resolve")

    assert column()[0][0] == HOW


def test_asking_the_desk_leaves_the_purpose_that_was_chosen(client, column, ticket):
    column(purpose="de_escalate")
    asked = {"text": "What do we say to this?", "purpose": "de_escalate"}

    answer = client.post(f"/tickets/{ticket.number}/ask/", asked, headers={"HX-Request": "true"}, follow=True)

    assert answer.context["voice"].suggestions[0].text == CALM


def test_where_nothing_serves_it_the_best_of_the_others_is_shown_with_what_it_serves(column):
    Position.objects.update(purposes=["de_escalate", "inform"])

    texts, page = column(purpose="thank")

    assert len(texts) == 1
    assert f"{ELSEWHERE}De-escalate, Inform" in page
    assert "suggestion--best" not in page
    assert ELSEWHERE not in column(purpose="inform")[1]


def test_what_somebody_looks_for_serves_any_purpose(column):
    texts, page = column(q="fare back", purpose="resolve")

    assert set(texts) == {CALM, HOW}
    assert ELSEWHERE not in page


def test_the_guard_offers_only_what_serves_the_purpose(ticket, agnes):
    assert [found.text for found in signed_alternatives(ticket, agnes.pk, "resolve")] == [HOW]
    assert signed_alternatives(ticket, agnes.pk, "thank") == ()


def test_programs_say_what_an_answer_is_for_and_read_what_it_serves(ticket, northline):
    api = Api(make_key(northline, Scope.POSITIONS_READ)[1])
    asked = {"text": ASKED, "channel": ticket.channel_id}

    resolving = api.get("positions/suggest", purpose="resolve", **asked).json()["suggestions"]
    calming = api.get("positions/suggest", purpose="de_escalate", **asked).json()["suggestions"]

    assert (resolving[0]["text"], resolving[0]["purposes"]) == (HOW, ["resolve"])
    assert (calming[0]["text"], calming[0]["purposes"]) == (CALM, ["de_escalate"])


@pytest.mark.parametrize("purpose", ["resolve", "thank", ""])
def test_the_column_costs_the_same_for_ten_as_for_one(column, answer, northline, purpose):
    costs = []
    for number in range(2):
        column(purpose=purpose)
        with CaptureQueriesContext(connection) as queries:
            column(purpose=purpose)
        costs.append(len(queries))
        for more in range(9 * (1 - number)):
            Purpose.objects.create(organization=northline, key=f"own_{more}", name=f"Own {more}")
            answer(f"Fare number {more}?", f"{HOW} {more}", "resolve", f"own_{more}")
        embed_missing_examples()

    assert costs[0] == costs[1]
