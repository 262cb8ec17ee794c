"""What an endpoint is told of an event: the event, and the ticket and message it is about as they are now."""

from collections.abc import Collection, Mapping

from inbox.models import Event, Message, Ticket


def bodies_of(event_ids: Collection[int]) -> Mapping[int, tuple[Event, dict[str, object]]]:
    """Return each event with what is told of it; one query, whatever their number."""
    ticket = ("ticket__channel", "ticket__organization", "ticket__assignee", "ticket__identity")
    related = (*ticket, "message__identity", "message__user", "actor")
    rows = Event.objects.filter(pk__in=event_ids).select_related(*related)
    return {event.pk: (event, body_of(event)) for event in rows.defer("ticket__channel__webhook_secret")}


def body_of(event: Event) -> dict[str, object]:
    """Return what is told of one event, by the Standard Webhooks specification."""
    data: dict[str, object] = {"event": event.pk, "facts": event.facts}
    if event.actor:
        data["by"] = {"name": event.actor.name, "email": event.actor.email}
    if event.ticket:
        data["ticket"] = _ticket(event.ticket)
    if event.message:
        data["message"] = _message(event.message)
    return {"type": event.kind, "timestamp": event.created_at.isoformat(), "data": data}


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "status": ticket.status,
        "subject": ticket.subject,
        "channel": {"id": ticket.channel_id, "network": ticket.channel.network, "handle": ticket.channel.handle},
        "thread_key": ticket.thread_key,
        "customer": {"external_id": ticket.identity.external_id, "name": ticket.identity.shown_name},
        "assignee": ticket.assignee.email if ticket.assignee else None,
        "awaiting_reply": ticket.awaiting_reply,
    }


def _message(message: Message) -> dict[str, object]:
    identity, user = message.identity, message.user
    return {
        "id": message.pk,
        "external_id": message.external_id,
        "direction": message.direction,
        "visibility": message.visibility,
        "text": message.text,
        "author": identity.shown_name if identity else user.name if user else "",
        "sent_at": message.sent_at.isoformat(),
    }
