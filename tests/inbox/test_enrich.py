"""Messages are read in the background: their language among those that the organization speaks, sentiment, urgency."""

import pytest

from accounts.models import Brand
from brandvoice.actions.examples import add_examples, embed_missing_examples
from brandvoice.actions.positions import create_position
from brandvoice.embedding import MiniLM
from inbox.actions.enrich import enrich_due, enrich_messages
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Event, Message, Sentiment, Ticket, Urgency
from inbox.queries.openings import finds_neighbours
from tests.cast import make_incoming, make_ticket


@pytest.fixture
def three_languages(northline):
    for language in ("de", "es"):
        Brand.objects.create(organization=northline, name=f"Northline {language}", slug=language, language=language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my train? I have been waiting for an hour", "en"),
        ("Wo bleibt mein Zug? Ich warte seit einer Stunde", "de"),
        ("¿Dónde está mi tren? Llevo una hora esperando", "es"),
        ("@NorthlineRail Mein Zug fällt schon wieder aus https://example.org/the/great/train", "de"),
    ],
)
def test_a_message_and_its_ticket_learn_their_language(channel, three_languages, text, language):
    ticket = make_ticket(channel, text)

    assert enrich_due() == 1

    ticket.refresh_from_db()
    assert (ticket.messages.get().language, ticket.language) == (language, language)
    assert Event.objects.get(kind="message.enriched").facts["language"] == language


@pytest.mark.parametrize("text", ["https://example.org", "@NorthlineRail", "42", "…"])
def test_what_says_nothing_gets_no_reading_and_no_event(channel, three_languages, text):
    ticket = make_ticket(channel, text)

    enrich_due()

    ticket.refresh_from_db()
    assert (ticket.messages.get().language, ticket.language) == ("", "")
    assert ticket.messages.get().enriched_at is not None
    assert not Event.objects.filter(kind="message.enriched").exists()


def test_what_the_network_says_of_the_language_is_believed(channel, three_languages):
    ticket = make_ticket(channel, "Where is my train?", language="de")

    enrich_due()

    assert ticket.messages.get().language == "de"


def test_only_languages_of_the_organization_are_considered(channel):
    ticket = make_ticket(channel, "Wo bleibt mein Zug? Ich warte seit einer Stunde")

    enrich_due()

    assert ticket.messages.get().language in ("", "en")


def test_the_first_language_of_a_ticket_stays(channel, three_languages):
    make_ticket(channel, "Where is my train? I have been waiting", thread="t")
    enrich_due()
    receive_messages(channel, [make_incoming("Wo bleibt mein Zug? Ich warte seit Stunden", thread="t")])

    enrich_due()

    assert Ticket.objects.get().language == "en"
    assert list(Message.objects.order_by("pk").values_list("language", flat=True)) == ["en", "de"]


def test_what_we_wrote_ourselves_is_left_alone(channel, three_languages):
    make_ticket(channel, "We are sorry to hear that", direction="outbound")

    assert enrich_due() == 0


def test_every_message_is_looked_through_once_in_batches_of_a_fixed_number_of_statements(
    channel, three_languages, django_assert_num_queries
):
    receive_messages(channel, [make_incoming("Where is my train, please?") for _ in range(51)])
    finds_neighbours()  # a process asks this once, so that whoever reads first would count one more
    with django_assert_num_queries(14):
        assert enrich_messages(limit=1) == 1
    with django_assert_num_queries(14):
        assert enrich_messages(limit=40) == 40

    assert enrich_due() == 10
    assert enrich_due() == 0


def test_a_message_shows_how_its_writer_feels_and_how_soon_somebody_should_look(channel):
    ticket = make_ticket(channel, "My account was hacked, somebody is spending my money right now! This is awful")

    enrich_due()

    message, ticket = ticket.messages.get(), Ticket.objects.get()
    assert (message.sentiment, message.urgency) == (Sentiment.NEGATIVE, Urgency.NOW)
    assert 0 < message.sentiment_confidence <= 1
    assert 0 < message.urgency_confidence <= 1
    assert (ticket.sentiment, ticket.urgency) == (Sentiment.NEGATIVE, Urgency.NOW)
    facts = Event.objects.get(kind="message.enriched").facts
    assert facts == {"language": "en", "sentiment": -1, "urgency": 3}


def test_an_emoji_is_a_feeling_without_a_language(channel):
    ticket = make_ticket(channel, "😍😍")

    enrich_due()

    message = ticket.messages.get()
    assert (message.language, message.sentiment, message.urgency) == ("", Sentiment.POSITIVE, None)


def test_feelings_are_not_guessed_in_a_language_that_the_model_does_not_know(channel, three_languages):
    ticket = make_ticket(channel, "Ich warte seit einer Stunde auf den Zug und bin wirklich wütend")

    enrich_due()

    message = ticket.messages.get()
    assert (message.language, message.sentiment, message.urgency) == ("de", None, None)


def test_a_ticket_shows_its_newest_feeling_and_the_highest_urgency_without_an_answer(channel, agnes):
    ticket = make_ticket(channel, "Somebody hacked my account and changed the password, help!", thread="t")
    receive_messages(channel, [make_incoming("Thank you so much, it is wonderful that you help", thread="t")])
    enrich_due()
    ticket.refresh_from_db()
    assert (ticket.sentiment, ticket.urgency) == (Sentiment.POSITIVE, Urgency.NOW)

    send_reply(ticket, NewReply("All is well again.", "public", seen=10**9), by=agnes)
    receive_messages(channel, [make_incoming("How do I change my seat?", thread="t")])
    enrich_due()

    ticket.refresh_from_db()
    assert ticket.urgency == Urgency.IN_TURN


def test_the_topic_is_that_of_the_position_which_most_likely_answers(channel, olga):
    for key, question, topic in (("seat", "How do I change my seat?", "Booking"), ("lost", "I lost my bag", "Luggage")):
        position = create_position(question, topic=topic, key=key, by=olga)
        add_examples(position, [f"{question} please", f"hello, {question}"], language="en", by=olga)
    embed_missing_examples()
    ticket = make_ticket(channel, "how can I change my seat")
    other = make_ticket(channel, "The moon is made of cheese, isn't it")

    enrich_due()

    assert ticket.messages.get().topic == "Booking"
    assert Ticket.objects.get(pk=ticket.pk).topic == "Booking"
    assert other.messages.get().topic == ""


def test_the_topic_of_a_message_in_another_language_comes_from_english_examples(channel, olga):
    Brand.objects.update(language="de")
    for key, question, topic in (("seat", "How do I change my seat?", "Booking"), ("lost", "I lost my bag", "Luggage")):
        position = create_position(question, topic=topic, key=key, by=olga)
        add_examples(position, [f"{question} please", f"hello, {question}"], language="en", by=olga)
    embed_missing_examples()
    ticket = make_ticket(channel, "Wie kann ich meinen Sitzplatz ändern?")

    enrich_due()

    assert ticket.messages.get().topic == "Booking"


def test_reading_a_batch_passes_the_model_once_a_message(channel, monkeypatch):
    passes = []
    monkeypatch.setattr(
        MiniLM,
        "_mean",
        lambda self, text, kept=MiniLM._mean: (passes.append(text), kept(self, text))[1],
    )
    receive_messages(channel, [make_incoming(f"Where is train {number}?") for number in range(5)])

    enrich_due()

    assert len(passes) == 5
