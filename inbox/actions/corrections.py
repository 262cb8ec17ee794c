"""Asks that replies which have gone out be put right: their tickets come back, and say why."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Case, OuterRef, Subquery, Value, When
from django.utils import timezone

from accounts.models import User
from brandvoice.models import PositionVersion
from inbox import events
from inbox.models import Correction, Message, Priority, Span, Status, Ticket

MOST = 500


@transaction.atomic(durable=True)
def ask_for_corrections(version: PositionVersion, message_ids: Collection[int], *, by: User) -> int:
    """Bring the tickets of these replies back as urgent; return how many were asked for now.

    Replies that don't hold the version's words, that the person may not see, that are in spam or that somebody
    has asked about before are left out. The number of statements is fixed.
    """
    by.require("reply.recall")
    messages = _wanted(version, list(message_ids)[:MOST], by)
    corrections = [
        Correction(
            organization_id=message.organization_id, message=message, version=version, ticket_id=goes_on, asked_by=by
        )
        for message, goes_on in messages
    ]
    Correction.objects.bulk_create(corrections, ignore_conflicts=True)
    _bring_back(messages, by)
    return len(messages)


def _wanted(version: PositionVersion, message_ids: list[int], by: User) -> list[tuple[Message, int]]:
    """Return each message with the ticket in which its conversation goes on: the unresolved one, else the newest."""
    thread = Ticket.objects.filter(
        channel=OuterRef("ticket__channel"), thread_key=OuterRef("ticket__thread_key"), merged_into=None, is_spam=False
    )
    done_last = Case(When(status=Status.RESOLVED, then=Value(1)), default=Value(0))
    resting = Span.objects.filter(version=version, message__in=message_ids).values("message")
    visible = Ticket.objects.visible_to(by).filter(is_spam=False)
    messages = Message.objects.filter(pk__in=resting, ticket__in=visible, correction=None)
    goes_on = Subquery(thread.order_by(done_last, "-pk").values("pk")[:1])
    places = dict(messages.values_list("pk", goes_on))
    return [(message, places[message.pk]) for message in Message.objects.filter(pk__in=places).order_by("pk")]


def _bring_back(messages: list[tuple[Message, int]], by: User) -> None:
    locked = Ticket.objects.filter(pk__in={goes_on for _, goes_on in messages}).order_by("pk")
    tickets = {ticket.pk: ticket for ticket in locked.select_for_update(no_key=True, of=("self",))}
    was = {pk: events.state_of(ticket) for pk, ticket in tickets.items()}
    for ticket in tickets.values():
        if not ticket.awaiting_reply:
            ticket.waiting_since = timezone.now()
        ticket.named_status = ticket.named_status if ticket.status == Status.OPEN else None
        ticket.status, ticket.snoozed_until, ticket.resolved_at = Status.OPEN, None, None
        ticket.priority, ticket.awaiting_reply = Priority.URGENT, True
    changed = ["status", "named_status", "snoozed_until", "resolved_at", "priority", "awaiting_reply", "waiting_since"]
    Ticket.objects.bulk_update(tickets.values(), changed)
    news = [_asked(tickets[goes_on], message, was[goes_on]) for message, goes_on in messages]
    if news:
        events.record_many(news, by=by)


def _asked(ticket: Ticket, message: Message, was: dict[str, events.Scalar]) -> events.NewEvent:
    return events.NewEvent(
        "correction.asked",
        ticket.organization_id,
        ticket.team_id,
        ticket.pk,
        message.pk,
        facts={"was": was, "now": events.state_of(ticket)},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )
