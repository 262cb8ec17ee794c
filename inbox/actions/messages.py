"""Receives messages from any network: the one way in, in a fixed number of statements whatever the batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import ApiKey
from inbox import batches, events, outbox
from inbox.actions import intake_rows as rows
from inbox.connectors.base import IncomingMessage
from inbox.models import Channel, Direction, ReopenPolicy, Status

PREVIEW = 160


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one message: "created" or "duplicate", and the ticket it is in."""

    status: str
    ticket: int
    message_id: int


class ConcurrentDuplicate(Exception):
    """Another transaction stored one of these messages, under another thread, while this one ran."""


def receive_messages(
    channel: Channel, incoming: Sequence[IncomingMessage], *, by: ApiKey | None = None
) -> list[Received]:
    """Store what is new of `incoming` and return what became of each, in order.

    One transaction for the batch. A message that the channel already has, or that comes twice in the
    batch, is a duplicate. Raises nothing for duplicates; the input must be valid.
    """
    try:
        return _receive(channel, incoming, by)
    except ConcurrentDuplicate:
        return _receive(channel, incoming, by)


@transaction.atomic(durable=True)
def _receive(channel: Channel, incoming: Sequence[IncomingMessage], by: ApiKey | None) -> list[Received]:
    unique: dict[str, IncomingMessage] = {}
    for message in incoming:
        unique.setdefault(message.external_id, message)
    found = rows.find(channel, list(unique.values()))
    fresh = [message for key, message in unique.items() if key not in found.known]
    stored = _store(channel, fresh, found, by) if fresh else {}
    return [_receipt(message.external_id, found.known, stored, seen) for message, seen in _with_seen(incoming)]


def _with_seen(incoming: Sequence[IncomingMessage]) -> Iterable[tuple[IncomingMessage, bool]]:
    """Yield each message and whether its id came earlier in the batch."""
    earlier: set[str] = set()
    for message in incoming:
        yield message, message.external_id in earlier
        earlier.add(message.external_id)


def _receipt(external_id: str, known: dict[str, rows.Place], stored: dict[str, rows.Place], seen: bool) -> Received:
    if external_id in stored:
        place = stored[external_id]
        return Received("duplicate" if seen else "created", place.number, place.message_id)
    return Received("duplicate", known[external_id].number, known[external_id].message_id)


def _store(
    channel: Channel, fresh: list[IncomingMessage], found: rows.Found, by: ApiKey | None
) -> dict[str, rows.Place]:
    people, threads = found.people, _by_thread(fresh)
    opened = {key: said for key, said in threads.items() if not _goes_into(channel, found.tickets.get(key), said)}
    made = rows.make_tickets(channel, {key: _first_row(said, people) for key, said in opened.items()})
    tickets = found.tickets | made
    places = rows.insert_messages(channel, fresh, tickets, people)
    if len(places) != len(fresh):
        raise ConcurrentDuplicate
    changes = [_change(tickets[key], said, people) for key, said in threads.items() if key not in made]
    with batches.one_round_trip():
        rows.update_tickets(changes)
        rows.keep_raw_and_attachments(channel, fresh, places)
        _record(channel, fresh, places, made, changes, by)
    outbox.nudge(outbox.ENRICH)
    return places


def _by_thread(fresh: list[IncomingMessage]) -> dict[str, list[IncomingMessage]]:
    """Return the messages of each thread in the order in which they were said."""
    threads: dict[str, list[IncomingMessage]] = {}
    for message in fresh:
        threads.setdefault(message.thread_key, []).append(message)
    for said in threads.values():
        said.sort(key=lambda message: message.sent_at)
    return threads


def _goes_into(channel: Channel, ticket: rows.TicketRow | None, said: list[IncomingMessage]) -> bool:
    """Return whether the messages belong to the thread's newest ticket, by the channel's policy."""
    if ticket is None:
        return False
    if ticket.status != Status.RESOLVED or channel.reopen_policy == ReopenPolicy.REOPEN:
        return True
    newest = _newest_inbound(said)
    return newest is None or ticket.resolved_at is None or newest <= ticket.resolved_at


def _newest_inbound(said: list[IncomingMessage]) -> datetime | None:
    return max((m.sent_at for m in said if m.direction == Direction.INBOUND), default=None)


def _first_row(said: list[IncomingMessage], people: dict[str, rows.Person]) -> rows.NewTicket:
    """Describe the ticket that these messages open; its customer is the first who isn't the brand."""
    customer = next((m for m in said if m.direction == Direction.INBOUND), said[0])
    person = people[customer.author.external_id]
    replies = [m.sent_at for m in said if m.direction == Direction.OUTBOUND]
    return rows.NewTicket(
        person=person,
        subject=said[0].subject,
        language=customer.language[:2].lower(),
        visibility=said[0].visibility,
        preview=preview_of(said[-1]),
        awaiting_reply=said[-1].direction == Direction.INBOUND,
        last_message_at=said[-1].sent_at,
        last_inbound_at=_newest_inbound(said),
        first_replied_at=min(replies, default=None),
    )


def _change(ticket: rows.TicketRow, said: list[IncomingMessage], people: dict[str, rows.Person]) -> rows.TicketChange:
    """Describe what these messages do to a ticket that is there already."""
    latest, newest_inbound = said[-1], _newest_inbound(said)
    leads = latest.sent_at >= ticket.last_message_at
    first = next((m for m in said if m.direction == Direction.INBOUND), None)
    takes_over = first is not None and ticket.last_inbound_at is None
    return rows.TicketChange(
        ticket=ticket,
        person=people[first.author.external_id] if first and takes_over else None,
        status=Status.OPEN if newest_inbound else Status(ticket.status),
        preview=preview_of(latest) if leads else None,
        visibility=latest.visibility if leads else None,
        awaiting_reply=latest.direction == Direction.INBOUND if leads else None,
        last_message_at=latest.sent_at,
        last_inbound_at=newest_inbound,
        first_replied_at=min((m.sent_at for m in said if m.direction == Direction.OUTBOUND), default=None),
    )


def _record(
    channel: Channel,
    fresh: list[IncomingMessage],
    places: dict[str, rows.Place],
    made: dict[str, rows.TicketRow],
    changes: list[rows.TicketChange],
    by: ApiKey | None,
) -> None:
    """Write an event for each ticket opened or reopened and for each message."""
    news = [_ticket_event("ticket.created", channel, ticket, None, ticket.state()) for ticket in made.values()]
    for change in changes:
        if change.status != change.ticket.status:
            kind = "ticket.reopened" if change.ticket.status == Status.RESOLVED else "ticket.woken"
            now = change.ticket.state() | {"status": str(change.status)}
            news.append(_ticket_event(kind, channel, change.ticket, change.ticket.state(), now))
    for message in fresh:
        place = places[message.external_id]
        kind = "message.received" if message.direction == Direction.INBOUND else "message.seen_on_network"
        news.append(
            events.NewEvent(
                kind,
                channel.organization_id,
                place.team_id,
                place.ticket_id,
                place.message_id,
                people=(place.assignee_id,) if place.assignee_id else (),
            )
        )
    events.record_many(news, by=by)


def _ticket_event(
    kind: str,
    channel: Channel,
    ticket: rows.TicketRow,
    was: dict[str, str | int | None] | None,
    now: dict[str, str | int | None],
) -> events.NewEvent:
    return events.NewEvent(
        kind,
        channel.organization_id,
        ticket.team_id,
        ticket.pk,
        facts={"was": was, "now": now},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )


def preview_of(message: IncomingMessage) -> str:
    """Return the first words of a message, for the list."""
    return " ".join(rows.plain_text(message).split())[:PREVIEW]
