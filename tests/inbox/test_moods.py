"""Agents see how customers feel, narrow their lists to it, and put right what was read wrong."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.keys import Scope
from brandvoice.actions.positions import create_position
from inbox.actions.enrich import enrich_due
from inbox.actions.messages import receive_messages
from inbox.models import Event, Message, Sentiment, Ticket
from tests.cast import make_incoming, make_key, make_ticket
from tests.inbox.doors import Api

HTMX = {"HX-Request": "true"}
ANGRY = "My account was hacked, somebody is spending my money right now! This is awful"
PLEASED = "Thank you so much, you made my day!"


@pytest.fixture
def angry(channel):
    ticket = make_ticket(channel, ANGRY)
    enrich_due()
    return ticket


def numbers(page, query):
    return {row.number for row in page.get(f"/inbox/open/list/?{query}").context["page"].rows}


def test_a_row_and_its_message_show_feeling_and_urgency_in_words_too(page, angry):
    html = page.get(f"/inbox/open/{angry.number}/").content.decode()

    assert html.count('class="mood mood--negative" role="img" aria-label="Negative"') == 2
    assert html.count('aria-label="Urgency: Now"') == 2


def test_an_answered_ticket_is_not_urgent_any_more(page, angry):
    Ticket.objects.update(awaiting_reply=False)

    html = page.get("/inbox/open/list/").content.decode()

    assert 'data-urgency=""' in html
    assert "Urgency: Now" not in html


def test_a_list_is_narrowed_to_feeling_urgency_language_and_topic(page, channel, angry):
    pleased = make_ticket(channel, PLEASED)
    enrich_due()
    Ticket.objects.filter(pk=pleased.pk).update(topic="Praise", language="de")

    assert numbers(page, "sentiment=negative") == {angry.number}
    assert numbers(page, "sentiment=positive") == {pleased.number}
    assert numbers(page, "urgency=2") == {angry.number}
    assert numbers(page, "language=de") == {pleased.number}
    assert numbers(page, "topic=Praise") == {pleased.number}
    assert numbers(page, "sentiment=negative&topic=Praise") == set()
    assert numbers(page, "sentiment=furious&urgency=x") == {angry.number, pleased.number}


def test_pages_of_a_narrowed_list_follow_one_another(page, channel):
    receive_messages(channel, [make_incoming(author=f"author{number}") for number in range(65)])
    Ticket.objects.update(sentiment=Sentiment.NEGATIVE)

    first = page.get("/inbox/open/list/?sentiment=negative")

    assert "sentiment=negative" in first.content.decode()
    assert len(numbers(page, f"sentiment=negative&after={first.context['page'].next}")) == 5


def test_the_menu_says_what_was_read_and_how_sure_that_is(page, angry):
    message = angry.messages.get()

    html = page.get(f"/messages/{message.pk}/reading/", headers=HTMX).content.decode()

    assert f"{round(100 * message.sentiment_confidence)} % sure" in html
    assert html.count('aria-pressed="true"') == 2
    assert "<html" not in html
    assert "<html" in page.get(f"/messages/{message.pk}/reading/").content.decode()


def test_a_correction_shows_at_once_in_row_head_and_message(page, angry):
    message = angry.messages.get()

    answer = page.post(f"/messages/{message.pk}/reading/correct/", {"about": "sentiment", "right": "1"}, headers=HTMX)

    html = answer.content.decode()
    assert all(part in html for part in ('class="ticket-row', 'class="ticket-head"', f'id="message-{message.pk}"'))
    assert html.count("mood--positive") == 2
    assert Event.objects.filter(kind="reading.corrected").count() == 1


def test_without_scripts_a_correction_leads_back_to_the_ticket(page, angry):
    message = angry.messages.get()

    answer = page.post(f"/messages/{message.pk}/reading/correct/", {"about": "urgency", "right": "0"})

    assert answer.url == f"/inbox/open/{angry.number}/"
    assert Message.objects.get().urgency == 0


def test_a_topic_of_the_library_can_be_given_and_taken(page, angry, olga):
    create_position("Is my account safe?", topic="Safety", key="safe", by=olga)
    message = angry.messages.get()

    page.post(f"/messages/{message.pk}/reading/correct/", {"about": "topic", "right": "Safety"}, headers=HTMX)
    assert Ticket.objects.get().topic == "Safety"
    page.post(f"/messages/{message.pk}/reading/correct/", {"about": "topic", "right": ""}, headers=HTMX)

    assert Ticket.objects.get().topic == ""


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"about": "sentiment", "right": "9"}, 422), ({"about": "weather", "right": "1"}, 422), ({}, 422)],
)
def test_what_cannot_be_said_is_refused(page, angry, fields, status):
    assert page.post(f"/messages/{angry.messages.get().pk}/reading/correct/", fields).status_code == status


def test_an_executive_looks_and_does_not_correct_and_a_stranger_finds_nothing(client, angry, amira, oscar):
    address = f"/messages/{angry.messages.get().pk}/reading/"
    fields = {"about": "sentiment", "right": "1"}

    client.force_login(amira)
    assert client.get(address).status_code == 200
    assert client.post(f"{address}correct/", fields).status_code == 403
    client.force_login(oscar)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}correct/", fields).status_code == 404


def test_a_narrowed_list_takes_as_many_queries_with_one_row_as_with_ten(page, channel):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            page.get("/inbox/open/?sentiment=negative")
        return len(found)

    make_ticket(channel, ANGRY)
    enrich_due()
    one = queries()
    receive_messages(channel, [make_incoming(ANGRY, author=f"author{number}") for number in range(9)])
    enrich_due()

    assert queries() == one


def test_the_api_tells_what_was_read(northline, angry):
    api = Api(make_key(northline, *Scope.values)[1])

    told = api.get(f"tickets/{angry.number}").json()

    assert (told["ticket"]["sentiment"], told["ticket"]["urgency"], told["ticket"]["topic"]) == ("negative", 3, None)
    reading = told["messages"][0]["reading"]
    assert (reading["sentiment"], reading["urgency"], reading["topic"]) == ("negative", 3, None)
    assert 0 < reading["sentiment_confidence"] <= 1
