"""Adds to messages what can be read off them: language, sentiment, urgency, topic; in batches, in the background."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from brandvoice.languages import base_language
from brandvoice.queries.reader import About, Guess, Reading, Said, read_messages
from inbox import events, outbox
from inbox.actions.incidents import gather
from inbox.actions.notifications import tell_followers
from inbox.actions.openings import keep_openings
from inbox.actions.post_answers import link_answers
from inbox.actions.reading_rows import show_on_tickets, store_readings
from inbox.actions.spike_counts import count_messages, is_countable
from inbox.models import Direction, Message, Ticket
from inbox.queries.lessons import languages_of, lessons_of

# The rows stay locked while the model reads them: about a second.
BATCH = 100


def enrich_due() -> int:
    """Look through all messages that wait, a batch in each transaction; return how many."""
    outbox.take_nudge(outbox.ENRICH)
    done = 0
    while count := enrich_messages():
        done += count
    return done


@transaction.atomic(durable=True)
def enrich_messages(*, limit: int = BATCH) -> int:
    """Look through inbound messages that nobody has looked through yet; return how many."""
    waiting = Message.objects.filter(enriched_at=None, direction=Direction.INBOUND).order_by("pk")
    locked = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",))
    messages = list(locked.select_related("ticket", "channel__brand")[:limit])
    if not messages:
        return 0
    readings = _read(messages)
    store_readings([_row(message, readings[message.pk]) for message in messages])
    show_on_tickets({message.ticket_id for message in messages})
    _keep(messages, readings)
    tickets = Ticket.objects.in_bulk({message.ticket_id for message in messages})
    _record(messages, readings, tickets)
    gather(messages, tickets)
    link_answers(messages, tickets)
    tell_followers(messages)
    # Last: everybody counts in the same few rows, which are held until the transaction ends.
    count_messages(messages, readings)
    return len(messages)


def _read(messages: Sequence[Message]) -> dict[int, Reading]:
    """Return what each message says; an organization's own lessons and library judge its own messages."""
    readings: dict[int, Reading] = {}
    for organization in sorted({message.organization_id for message in messages}):
        own = [message for message in messages if message.organization_id == organization]
        said = [Said(message.text, message.language, _expected(message)) for message in own]
        found = read_messages(organization, said, languages_of(organization), lessons_of(organization))
        readings |= {message.pk: reading for message, reading in zip(own, found, strict=True)}
    return readings


def _expected(message: Message) -> str:
    """Return the language that is usual where the message was said."""
    return message.ticket.language or message.channel.brand.language


def _row(message: Message, reading: Reading) -> Mapping[str, object]:
    return {
        "id": message.pk,
        "counted": is_countable(message),
        **_part(About.LANGUAGE, reading.language),
        **_part(About.SENTIMENT, reading.sentiment, number=True),
        **_part(About.URGENCY, reading.urgency, number=True),
        **_part(About.TOPIC, reading.topic),
    }


def _part(about: About, guess: Guess | None, *, number: bool = False) -> Mapping[str, object]:
    # A lesson can say of words like these that they show nothing.
    if guess is None or not guess.label:
        return {}
    label = int(guess.label) if number else guess.label
    return {about.value: label, f"{about.value}_confidence": round(guess.confidence, 4)}


def _keep(messages: Sequence[Message], readings: Mapping[int, Reading]) -> None:
    """Keep what was asked first, in the language that the message turned out to be in."""
    languages = {}
    for message in messages:
        guess = readings[message.pk].language
        languages[message.pk] = base_language(message.language or (guess.label if guess else _expected(message)))
    keep_openings(messages, {pk: reading.vector for pk, reading in readings.items()}, languages)


def _record(messages: Sequence[Message], readings: Mapping[int, Reading], tickets: Mapping[int, Ticket]) -> None:
    """Write an event for each message of which anything is known, so that figures can be kept by the log alone."""
    news = []
    for message in messages:
        ticket, facts = tickets[message.ticket_id], _facts(message, readings[message.pk])
        if facts:
            people = (ticket.assignee_id,) if ticket.assignee_id else ()
            place = (message.organization_id, ticket.team_id, message.ticket_id, message.pk)
            news.append(events.NewEvent("message.enriched", *place, facts=facts, people=people))
    if news:
        events.record_many(news)


def _facts(message: Message, reading: Reading) -> dict[str, events.Scalar]:
    row = _row(message, reading)
    learned: dict[str, events.Scalar] = {
        name: value for name in About if isinstance(value := row.get(name.value), str | int)
    }
    if message.language:
        learned.setdefault(About.LANGUAGE, message.language)
    return {str(name): value for name, value in learned.items()}
