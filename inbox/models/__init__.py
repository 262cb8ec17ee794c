"""Rows of the inbox: channels, customers, tickets, messages, deliveries, drafts and events."""

from inbox.models.channels import Channel, ChannelKey, Network, ReopenPolicy
from inbox.models.contacts import Contact, Identity
from inbox.models.deliveries import DELIVERY_MOVES, Attempt, Delivery, DeliveryState
from inbox.models.drafts import Draft, DraftKind
from inbox.models.events import Event
from inbox.models.labels import Label
from inbox.models.messages import Attachment, Direction, Message, Purpose, RawMessage, Visibility
from inbox.models.payloads import Payload
from inbox.models.spans import Span
from inbox.models.tickets import MOVES, Priority, Status, Ticket, TicketCounter

__all__ = [
    "DELIVERY_MOVES",
    "MOVES",
    "Attachment",
    "Attempt",
    "Channel",
    "ChannelKey",
    "Contact",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Draft",
    "DraftKind",
    "Event",
    "Identity",
    "Label",
    "Message",
    "Network",
    "Payload",
    "Priority",
    "Purpose",
    "RawMessage",
    "ReopenPolicy",
    "Span",
    "Status",
    "Ticket",
    "TicketCounter",
    "Visibility",
]
