"""What a program written for Chatwoot is told of an event, or of a reply that it shall post."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from inbox.models import Delivery, Direction, Event, Message, Ticket
from inbox.queries import chatwoot
from inbox.queries.chatwoot import Json
from inbox.queries.surveys import sent_texts

# What our log calls it; replies are told of when they are taken for posting, and notes never.
TOLD = {
    "message.received": "message_created",
    "message.continued": "message_updated",
    "message.edited": "message_updated",
    "message.removed": "message_updated",
}


def call_about(event: Event) -> Json | None:
    """Return what is told of an event that was loaded by `queries.calls`, or None where Chatwoot has no such thing."""
    if event.ticket is None:
        return None
    if event.message and event.kind in TOLD:
        return _about_message(TOLD[event.kind], event.message, event.ticket)
    was, now = event.facts.get("was"), event.facts.get("now")
    if was and now and was["status"] != now["status"]:
        told = chatwoot.conversation(event.ticket) | {"status": chatwoot.STATUSES[now["status"]]}
        return {"event": "conversation_status_changed", **told, **_place(event.ticket)}
    return None


def calls_about(deliveries: Sequence[Delivery]) -> list[Json]:
    """Return what is told of replies to be posted, for deliveries with their messages, tickets and channels."""
    loaded = list(deliveries)
    ticket = ("ticket__organization", "ticket__channel", "ticket__identity")
    related = (*ticket, "message__user", "message__identity", "message__attachments")
    prefetch_related_objects(loaded, *related)
    texts = sent_texts([each.reply for each in loaded])
    return [_about_message("message_created", each.reply, each.thread, texts[each.reply.pk]) for each in loaded]


def _about_message(event: str, said: Message, ticket: Ticket, text: str | None = None) -> Json:
    """Return a message with its conversation around it; the type is a word here, and the time no number."""
    shown = chatwoot.message(said, ticket) | ({} if text is None else {"content": text})
    kind = "incoming" if said.direction == Direction.INBOUND else "outgoing"
    told = {"message_type": kind, "created_at": said.sent_at.isoformat()}
    around = chatwoot.conversation(ticket) | {"messages": [shown]}
    return {"event": event, **shown, **told, **_place(ticket), "conversation": around}


def _place(ticket: Ticket) -> Json:
    return {
        "account": {"id": ticket.organization_id, "name": ticket.organization.name},
        "inbox": {"id": ticket.channel_id, "name": ticket.channel.name},
    }
