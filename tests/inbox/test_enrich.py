"""Messages learn their language in the background, among those that the organization speaks."""

import pytest

from accounts.models import Brand
from inbox.actions.enrich import enrich_due, enrich_messages, guess_language
from inbox.actions.messages import receive_messages
from inbox.models import Event, Message, Ticket
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
    assert Event.objects.get(kind="message.enriched").facts == {"language": language}


@pytest.mark.parametrize("text", ["👍👍", "https://example.org", "@NorthlineRail", "42", "…"])
def test_what_says_nothing_gets_no_language_and_no_event(channel, three_languages, text):
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
    assert guess_language("Wo bleibt mein Zug?", frozenset()) == ""


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
    with django_assert_num_queries(8):
        assert enrich_messages(limit=1) == 1
    with django_assert_num_queries(8):
        assert enrich_messages(limit=40) == 40

    assert enrich_due() == 10
    assert enrich_due() == 0
