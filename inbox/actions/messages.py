"""Receives messages from any network: the one way in, in a fixed number of statements whatever the batch."""

import html
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import nh3
from django.db import IntegrityError

from accounts.models import ApiKey
from inbox import events, outbox
from inbox.actions import intake_rows as rows
from inbox.connectors.base import Author, IncomingMessage
from inbox.models import Channel, Direction
from inbox.models.contacts import plain_fact
from inbox.queries.surveys import surveys_in, without_keys

PREVIEW = 160


class Received(NamedTuple):
    """What became of one message: "created" or "duplicate", and the ticket it is in."""

    status: str
    ticket: int
    message_id: int


def receive_messages(
    channel: Channel, incoming: Sequence[IncomingMessage], *, by: ApiKey | None = None
) -> list[Received]:
    """Store what is new of `incoming` and return what became of each, in order.

    One transaction for all that is new. A message that the channel already has, or that comes twice in the
    batch, is a duplicate. Raises nothing for duplicates; the input must be valid.
    """
    unique: dict[str, IncomingMessage] = {}
    for message in incoming:
        unique.setdefault(message.external_id, message)
    here = _own_surveys(channel, unique)
    try:
        known, places = _store_new(channel, unique, here, by)
    except IntegrityError:
        # Another transaction stored one of these messages, under another thread, while this one ran.
        known, places = _store_new(channel, unique, here, by)
    return list(_receipts(incoming, known, places))


def _own_surveys(channel: Channel, messages: dict[str, IncomingMessage]) -> rows.Places:
    """Return where those are that are surveys of ours, come back: they are no answers, and their links are secrets."""
    ours = {key: plain_text(said) for key, said in messages.items() if said.direction == Direction.OUTBOUND}
    sent = {key: survey.message for key, survey in surveys_in(ours).items() if survey.channel_id == channel.pk}
    return {key: rows.Place(message.pk, message.ticket.number) for key, message in sent.items() if message}


def _store_new(
    channel: Channel, messages: dict[str, IncomingMessage], here: rows.Places, by: ApiKey | None
) -> tuple[rows.Places, rows.Places]:
    """Store the messages; where the channel has some already, the others. Return where the known and the new are."""
    known = dict(here)
    while fresh := [message for key, message in messages.items() if key not in known]:
        stored = rows.store(channel, _batch(fresh), by=by)
        if not stored.known:
            events.announce_written(channel.organization_id, stored.news)
            outbox.nudge(outbox.ENRICH)
            return known, stored.places
        known |= stored.known
    return known, {}


def _receipts(incoming: Sequence[IncomingMessage], known: rows.Places, places: rows.Places) -> Iterable[Received]:
    """Yield what became of each message; the second of two is a duplicate of the first."""
    told: set[str] = set()
    for message in incoming:
        key = message.external_id
        fresh = key in places and key not in told
        place = places[key] if key in places else known[key]
        told.add(key)
        yield Received("created" if fresh else "duplicate", place.number, place.message_id)


def _batch(messages: list[IncomingMessage]) -> rows.Batch:
    authors = {message.author.external_id: message for message in messages}
    author_numbers = {key: number for number, key in enumerate(authors)}
    threads = _by_thread(messages)
    thread_numbers = {key: number for number, key in enumerate(threads)}
    return rows.Batch(
        [_author_row(number, message) for number, message in enumerate(authors.values())],
        [_thread_row(number, said, author_numbers) for number, said in enumerate(threads.values())],
        [_message_row(m, thread_numbers[m.thread_key], author_numbers[m.author.external_id]) for m in messages],
    )


def _by_thread(messages: list[IncomingMessage]) -> dict[str, list[IncomingMessage]]:
    """Return the messages of each thread in the order in which they were said."""
    threads: dict[str, list[IncomingMessage]] = {}
    for message in messages:
        threads.setdefault(message.thread_key, []).append(message)
    for said in threads.values():
        said.sort(key=lambda message: message.sent_at)
    return threads


def _author_row(number: int, message: IncomingMessage) -> rows.AuthorRow:
    author: Author = message.author
    return rows.AuthorRow(
        number,
        author.external_id,
        author.username,
        author.name,
        author.avatar_url,
        author.followers,
        message.language[:2].lower(),
        plain_fact(author.region),
        plain_fact(author.audience),
    )


def _thread_row(number: int, said: list[IncomingMessage], authors: dict[str, int]) -> rows.ThreadRow:
    """Describe what these messages do to the thread's ticket; its customer is the first who isn't the brand."""
    heard = [m for m in said if m.direction == Direction.INBOUND]
    replied = next((m.sent_at for m in said if m.direction == Direction.OUTBOUND), None)
    customer, first, last = heard[0] if heard else said[0], said[0], said[-1]
    author = authors[customer.author.external_id]
    return rows.ThreadRow(
        thread=number,
        thread_key=first.thread_key,
        author=author,
        customer=author if heard else None,
        subject=first.subject,
        language=customer.language[:2].lower(),
        opening=first.visibility,
        visibility=last.visibility,
        preview=preview_of(last),
        awaiting=last.direction == Direction.INBOUND,
        last=last.sent_at,
        inbound=heard[-1].sent_at if heard else None,
        replied=replied,
        product=next((product for m in reversed(said) if (product := plain_fact(m.product))), ""),
    )


def _message_row(message: IncomingMessage, thread: int, author: int) -> rows.MessageRow:
    return rows.MessageRow(
        thread=thread,
        author=author,
        external_id=message.external_id,
        direction=message.direction,
        visibility=message.visibility,
        in_reply_to=message.in_reply_to,
        text=without_keys(plain_text(message)),
        html=shown_html(message.html),
        language=message.language[:2].lower(),
        sent_at=message.sent_at,
        raw=bytes(message.raw).decode() if message.raw else None,
        files=[{"url": a.url, "type": a.type, "name": a.name} for a in message.attachments] or None,
    )


def shown_html(markup: str) -> str:
    """Return HTML without what does harm, and without what a survey could be answered by."""
    return without_keys(nh3.clean(markup)) if markup else ""


def plain_text(message: IncomingMessage) -> str:
    """Return the text of a message; where only HTML came, the HTML without its tags."""
    return plain(message.text, message.html)


def plain(text: str, markup: str) -> str:
    """Return the text, or where there is none the words of the HTML."""
    if text or not markup:
        return text
    with_breaks = markup.replace("</p>", "\n").replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n")
    return html.unescape(nh3.clean(with_breaks, tags=set())).strip()


def preview_of(message: IncomingMessage) -> str:
    """Return the first words of a message, for the list."""
    return " ".join(without_keys(plain_text(message)).split())[:PREVIEW]
