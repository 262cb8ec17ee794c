"""Shows our channels, customers, tickets and messages as programs written for Chatwoot expect them."""

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from django.conf import settings
from django.urls import reverse

from inbox.models import (
    Attachment,
    Channel,
    Contact,
    Direction,
    Endpoint,
    FileState,
    Identity,
    Message,
    Shape,
    Status,
    Ticket,
)
from inbox.queries import sent_files

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


def inboxes(channels: Collection[Channel]) -> list[Json]:
    """Return channels, with the addresses that are told of their replies."""
    told = Endpoint.objects.filter(channel__in=channels, shape=Shape.CHATWOOT).values_list("channel", "url")
    addresses = dict(told)
    return [inbox(channel) | {"webhook_url": addresses.get(channel.pk)} for channel in channels]


def contact_inbox(identity: Identity) -> Json:
    """Return a customer's account in a channel."""
    return {"source_id": identity.external_id, "inbox": inbox(identity.channel)}


def contact(customer: Contact, accounts: Sequence[Identity]) -> Json:
    """Return a customer with those accounts that the key may see."""
    return {
        **_account(accounts[0]),
        "id": customer.pk,
        "name": customer.name,
        "additional_attributes": {},
        "custom_attributes": {},
        "created_at": int(customer.created_at.timestamp()),
        "contact_inboxes": [contact_inbox(account) for account in accounts],
    }


def conversation(ticket: Ticket, messages: Sequence[Message] = ()) -> Json:
    """Return a ticket, with what was said in it where that was loaded."""
    account = {"source_id": ticket.identity.external_id}
    return {
        "id": ticket.number,
        "account_id": ticket.organization_id,
        "inbox_id": ticket.channel_id,
        "status": STATUSES[Status(ticket.status)],
        "created_at": int(ticket.created_at.timestamp()),
        "timestamp": int(ticket.last_message_at.timestamp()),
        "contact_last_seen_at": 0,
        "agent_last_seen_at": 0,
        "can_reply": True,
        "channel": "Channel::Api",
        "labels": [],
        "contact_inbox": account,
        "meta": {"sender": customer(ticket.identity, ticket.contact_id), "channel": "Channel::Api"},
        "last_non_activity_message": {"conversation": {"contact_inbox": account}},
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
        "sender": customer(said.identity, ticket.contact_id) if heard and said.identity else _colleague(said),
        "attachments": [_file(file, said) for file in said.attachments.all()],
    }


def customer(identity: Identity, contact_id: int) -> Json:
    """Return who writes, as messages and conversations name them."""
    return {**_account(identity), "id": contact_id, "name": identity.shown_name, "type": "contact"}


def address_of(file: Attachment) -> str:
    """Return where a file is: on its network, or, where it was sent to us itself, here for colleagues."""
    return file.url or f"{settings.SITE_URL}{reverse('inbox:file', args=[file.pk])}"


def _file(file: Attachment, said: Message) -> Json:
    kind = file.content_type.partition("/")[0]
    sent = said.direction == Direction.OUTBOUND and file.state == FileState.KEPT and not file.url
    address = sent_files.address_of(file.pk) if sent else address_of(file)
    return {"data_url": address, "file_type": kind if kind in ("image", "video", "audio") else "file"}


def _account(identity: Identity) -> Json:
    name = identity.username
    return {
        "identifier": identity.external_id,
        "phone_number": name if name.startswith("+") else None,
        "email": name if "@" in name[1:] else None,
        "thumbnail": identity.avatar_url,
    }


def _colleague(said: Message) -> Json | None:
    if said.user is None:
        return None
    return {"id": said.user.pk, "name": said.user.name, "available_name": said.user.name, "type": "user"}
