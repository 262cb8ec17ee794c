"""A correction puts a message right, teaches the organization's next ones, and can be taken back."""

import pytest

from brandvoice.queries.reader import About
from inbox.actions.enrich import enrich_due
from inbox.actions.lessons import NotALabel, correct_reading
from inbox.actions.messages import receive_messages
from inbox.models import Event, Lesson, Message, Sentiment, Urgency
from tests.cast import make_brand, make_channel, make_incoming, make_team, make_ticket

COMPLAINT = "The quiet coach was full of singing football fans"


def read(channel, text):
    """Have a customer write, and return the message as it was read."""
    receive_messages(channel, [make_incoming(text)])
    enrich_due()
    return Message.objects.latest("pk")


def test_a_correction_is_shown_recorded_and_sure(channel, agnes):
    message = read(channel, "Which platform does the train leave from?")

    correct_reading(message, About.URGENCY, "3", by=agnes)

    message.refresh_from_db()
    assert (message.urgency, message.urgency_confidence) == (Urgency.NOW, None)
    assert message.ticket.urgency == Urgency.NOW
    event = Event.objects.get(kind="reading.corrected")
    assert (event.actor, event.facts) == (agnes, {"about": "urgency", "said": "1", "right": "3"})


def test_the_next_message_that_says_the_same_is_read_as_it_was_corrected(channel, agnes):
    message = read(channel, COMPLAINT)
    wrong = message.sentiment
    right = Sentiment.NEGATIVE if wrong != Sentiment.NEGATIVE else Sentiment.POSITIVE

    correct_reading(message, About.SENTIMENT, str(right), by=agnes)

    assert read(channel, COMPLAINT.replace("The quiet", "Our quiet")).sentiment == right


@pytest.mark.parametrize("about", [About.SENTIMENT, About.URGENCY])
def test_words_of_which_somebody_said_that_they_show_nothing_are_read_as_that(channel, agnes, about):
    correct_reading(read(channel, COMPLAINT), about, "", by=agnes)

    assert getattr(read(channel, COMPLAINT), about.value) is None


def test_other_messages_are_read_as_before(channel, agnes):
    thanks = "Thank you so much, you made my day!"
    message = read(channel, COMPLAINT)

    correct_reading(message, About.SENTIMENT, str(-1 if message.sentiment != -1 else 0), by=agnes)

    assert read(channel, thanks).sentiment == Sentiment.POSITIVE


def test_taking_a_correction_back_takes_back_what_it_taught(channel, agnes):
    before = read(channel, COMPLAINT)
    correct_reading(before, About.SENTIMENT, "1", by=agnes)

    again = correct_reading(before, About.SENTIMENT, str(before.sentiment), by=agnes)

    assert not Lesson.objects.exists()
    assert again.sentiment_confidence == before.sentiment_confidence
    after = read(channel, COMPLAINT)
    assert (after.sentiment, after.sentiment_confidence) == (before.sentiment, before.sentiment_confidence)


def test_what_one_organization_teaches_does_not_reach_another(channel, agnes, oscar):
    elsewhere = make_channel(make_brand(oscar.organization), make_team(oscar.organization))
    untaught = read(elsewhere, COMPLAINT).sentiment

    correct_reading(read(channel, COMPLAINT), About.SENTIMENT, str(1 if untaught != 1 else -1), by=agnes)

    assert read(elsewhere, COMPLAINT).sentiment == untaught


@pytest.mark.parametrize(
    ("about", "right"), [(About.SENTIMENT, "2"), (About.URGENCY, "urgent"), (About.LANGUAGE, "tlh"), (About.TOPIC, "?")]
)
def test_only_what_can_be_said_of_a_message_is_said(channel, agnes, about, right):
    message = read(channel, COMPLAINT)

    with pytest.raises(NotALabel):
        correct_reading(message, about, right, by=agnes)


def test_our_own_words_are_not_read(channel, agnes):
    message = make_ticket(channel, "We are sorry", direction="outbound").messages.get()

    with pytest.raises(NotALabel):
        correct_reading(message, About.SENTIMENT, "1", by=agnes)
