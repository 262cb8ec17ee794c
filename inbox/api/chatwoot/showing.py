"""Shows our inboxes, customers, tickets and messages as these programs expect them."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from inbox.models import Channel, Contact, Direction, Identity, Message, Status, Ticket

Json: TypeAlias = dict[str, Any]
STATUSES = {Status.OPEN: "open", Status.SNOOZED: "snoozed", Status.RESOLVED: "resolved"}


def inbox(channel: Channel) -> Json:
    """Return a channel."""
    return {
        "id": channel.pk,
        "name": channel.name,
        "channel_id": channel.pk,
        "channel_type": "Channel::Api",
        "inbox_identifier": str(channel.pk),
    }


def contact_inbox(identity: Identity) -> Json:
    """Return a customer's account in a channel."""
    return {"source_id": identity.external_id, "inbox": inbox(identity.channel)}


def contact(customer: Contact, accounts: Sequence[Identity]) -> Json:
    """Return a customer with those accounts that the key may see."""
    first = accounts[0]
    return {
        "id": customer.pk,
        "name": customer.name,
        "identifier": first.external_id,
        "phone_number": first.username if first.username.startswith("+") else None,
        "email": first.username if "@" in first.username[1:] else None,
        "thumbnail": first.avatar_url,
        "additional_attributes": {},
        "custom_attributes": {},
        "created_at": int(customer.created_at.timestamp()),
        "contact_inboxes": [contact_inbox(account) for account in accounts],
    }


def conversation(ticket: Ticket, messages: Sequence[Message] = ()) -> Json:
    """Return a ticket, with what was said in it where that was loaded."""
    return {
        "id": ticket.number,
        "account_id": ticket.organization_id,
        "inbox_id": ticket.channel_id,
        "status": STATUSES[Status(ticket.status)],
        "created_at": int(ticket.created_at.timestamp()),
        "timestamp": int(ticket.last_message_at.timestamp()),
        "contact_last_seen_at": 0,
        "agent_last_seen_at": 0,
        "labels": [],
        "meta": {"sender": _customer(ticket.identity, ticket.contact_id), "channel": "Channel::Api"},
        "messages": [message(each, ticket) for each in messages],
    }


def message(said: Message, ticket: Ticket) -> Json:
    """Return what was said; a note is private."""
    heard = said.direction == Direction.INBOUND
    return {
        "id": said.pk,
        "content": said.text,
        "account_id": ticket.organization_id,
        "inbox_id": ticket.channel_id,
        "conversation_id": ticket.number,
        "message_type": 0 if heard else 1,
        "content_type": "text",
        "content_attributes": {"deleted": True} if said.removed_at else {},
        "private": said.direction == Direction.NOTE,
        "source_id": said.external_id,
        "created_at": int(said.sent_at.timestamp()),
        "sender": _customer(said.identity, ticket.contact_id) if heard and said.identity else _colleague(said),
        "attachments": [{"data_url": file.url} for file in said.attachments.all()],
    }


def _customer(identity: Identity, contact_id: int) -> Json:
    name = identity.shown_name
    return {"id": contact_id, "name": name, "identifier": identity.external_id, "type": "contact"}


def _colleague(said: Message) -> Json | None:
    return {"id": said.user.pk, "name": said.user.name, "type": "user"} if said.user else None
