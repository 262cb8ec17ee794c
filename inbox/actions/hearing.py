"""Steps that let what was kept unheard in a ticket be heard after all, each inside the caller's transaction."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiKey, User
from inbox import events, outbox
from inbox.actions import regrouping_steps as steps
from inbox.models import Direction, Event, Message, Ticket

# In threads that are read here after a merge, a customer is heard as well.
_HEARD = """
UPDATE inbox_ticket t SET last_inbound_at = greatest(t.last_inbound_at, said.at)
FROM (SELECT coalesce(home_id, ticket_id) AS ticket, max(sent_at) AS at FROM inbox_message
      WHERE id = ANY(%s) AND direction = 'inbound' GROUP BY 1) said
WHERE t.id = said.ticket
"""


def kept_since(ticket: Ticket, event: int, *, with_blocked: bool) -> list[Message]:
    """Return what came unheard into the ticket after that event, in the order in which it came.

    What accounts wrote that are blocked now is left out, unless it is asked for.
    """
    kept = Event.objects.filter(ticket=ticket.pk, kind="message.kept", pk__gt=event).values("message")
    messages = Message.objects.filter(pk__in=kept, ticket=ticket.pk)
    if not with_blocked:
        messages = messages.exclude(Q(identity__blocked_until__gt=timezone.now()))
    return list(messages.order_by("pk"))


def bring_up_to_date(ticket: Ticket, messages: Sequence[Message], *, was_waiting: bool) -> None:
    """Let a locked ticket show these messages, its customer waiting since the first where they did not wait before."""
    heard = [message for message in messages if message.direction == Direction.INBOUND]
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [[message.pk for message in messages]])
    steps.bring_up_to_date(ticket)
    if heard:
        steps.wait_since(ticket, ticket.waiting_since if was_waiting else heard[0].created_at)


def tell(ticket: Ticket, messages: Sequence[Message], *, by: User | ApiKey) -> None:
    """Write into the log that these came, and have them read; those who follow the ticket are told after that."""
    ids = [message.pk for message in messages if message.direction == Direction.INBOUND]
    Message.objects.filter(pk__in=ids).update(enriched_at=None)
    outbox.nudge(outbox.ENRICH)
    events.record_many([_news(ticket, message) for message in messages], by=by)


def _news(ticket: Ticket, message: Message) -> events.NewEvent:
    is_heard = message.direction == Direction.INBOUND
    region = ticket.contact.region if is_heard else ""
    return events.NewEvent(
        "message.received" if is_heard else "message.seen_on_network",
        ticket.organization_id,
        ticket.team_id,
        ticket.pk,
        message.pk,
        facts={"region": region} if region else {},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )
