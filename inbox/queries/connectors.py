"""Reads what a connector's key may see: its channels, their tickets, what was said, what is to be sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import ApiKey, Brand, Team, User
from inbox.models import (
    Channel,
    ChannelKey,
    Delivery,
    Message,
    NamedStatus,
    Regrouping,
    RegroupingKind,
    Ticket,
    TicketLink,
)
from inbox.models.channels import ChannelQuerySet
from inbox.models.messages import MessageQuerySet
from inbox.models.tickets import TicketQuerySet
from inbox.queries.keyset import cursor_of, read_cursor

NOBODY = "none"
Place = TypeVar("Place", Brand, Team)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted; an empty value asks nothing. `assignee` is an e-mail address, or "none"."""

    status: str = ""
    assignee: str = ""
    channel: int | None = None
    updated_since: datetime | None = None


def channels_of(key: ApiKey) -> ChannelQuerySet:
    """Return the channels that the key may speak for, with their brands, in a fixed order."""
    return Channel.objects.open_to(key).select_related("brand").order_by("pk")


def open_channels(key: ApiKey) -> list[int]:
    """Return the ids of the channels that the key may speak for."""
    return list(Channel.objects.open_to(key).values_list("pk", flat=True))


def channel_for(key: ApiKey, pk: int) -> tuple[Channel, int] | None:
    """Return a channel that the key may speak for, and how many requests a minute the key may make there."""
    channel = Channel.objects.open_to(key).filter(pk=pk).first()
    if channel is None:
        return None
    own = ChannelKey.objects.filter(channel=channel, key=key).values_list("per_minute", flat=True).first()
    return channel, key.per_minute if own is None else own


def delivery_in(channel: Channel, pk: int) -> Delivery | None:
    """Return a delivery of this channel."""
    return Delivery.objects.filter(channel=channel, pk=pk).first()


def ticket_of(key: ApiKey, number: int) -> Ticket | None:
    """Return the ticket with this number, with everything that a document about it shows."""
    return _with_everything(_tickets(key), key).filter(number=number).first()


def colleague(key: ApiKey, email: str) -> User | None:
    """Return the person with this address who works in the key's organization."""
    return User.objects.get_queryset().filter(organization=key.organization_id, email=email.lower()).first()


def links_of(key: ApiKey, ticket: Ticket) -> list[TicketLink]:
    """Return a ticket's links to tickets that the key may see, with both."""
    seen = _tickets(key)
    mine = TicketLink.objects.filter(Q(ticket=ticket, other__in=seen) | Q(other=ticket, ticket__in=seen))
    return list(mine.select_related("ticket", "other").order_by("pk"))


def standing_merge(key: ApiKey, ticket: Ticket) -> Regrouping | None:
    """Return the merge of this ticket into another that the key may see, unless it was taken back; with both."""
    merges = Regrouping.objects.standing().filter(source=ticket, kind=RegroupingKind.MERGE, target__in=_tickets(key))
    return merges.select_related("source", "target").first()


def named_status(key: ApiKey, name: str) -> NamedStatus | None:
    """Return the status that the key's organization calls so."""
    return NamedStatus.objects.filter(organization=key.organization_id, name__iexact=name).first()


def page_of_tickets(key: ApiKey, wanted: TicketFilter, *, after: str, limit: int) -> tuple[list[Ticket], str]:
    """Return tickets, newest message first, and the cursor of the next page or ""; raises BadCursor."""
    tickets = _with_everything(_wanted(_tickets(key), wanted), key)
    if after:
        moment, pk = read_cursor(after)
        tickets = tickets.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)
    found = list(tickets.latest_first()[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursor_of(found[limit - 1].last_message_at, found[limit - 1].pk) if more else ""


def page_of_messages(ticket: Ticket, *, after: str, limit: int) -> tuple[list[Message], str]:
    """Return what was said, oldest first, and the cursor of the next page or ""; raises BadCursor."""
    messages = _loaded(ticket.messages.all())
    if after:
        moment, pk = read_cursor(after)
        messages = messages.filter(sent_at__gte=moment).exclude(sent_at=moment, pk__lte=pk)
    found = list(messages.in_order()[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursor_of(found[limit - 1].sent_at, found[limit - 1].pk) if more else ""


def messages_around(ticket: Ticket, *, before: int | None, after: int | None, limit: int) -> list[Message]:
    """Return messages by the order of their ids, oldest first: those next after one, else the newest before one."""
    messages = _loaded(ticket.messages.all())
    if before is not None:
        messages = messages.filter(pk__lt=before)
    if after is not None:
        return list(messages.filter(pk__gt=after).order_by("pk")[:limit])
    return list(reversed(messages.order_by("-pk")[:limit]))


def message_in(ticket: Ticket, pk: int) -> Message | None:
    """Return a message of this ticket."""
    return _loaded(ticket.messages.all()).filter(pk=pk).first()


def home_of(key: ApiKey, brand: int | None, team: int | None) -> tuple[Brand | None, Team | None]:
    """Return the brand and the team with these ids, or the organization's only ones; None where that is not clear."""
    return _named_or_only(Brand.objects.all(), key, brand), _named_or_only(Team.objects.all(), key, team)


def messages_among(key: ApiKey, ids: Collection[int]) -> dict[int, Message]:
    """Return these messages by id, as far as the key may see them."""
    if not ids:
        return {}
    return _loaded(Message.objects.filter(ticket__in=_tickets(key))).in_bulk(ids)


def newest_message(ticket: Ticket) -> int:
    """Return the id of what was stored last in the ticket: whoever names it as `seen` has seen everything."""
    return ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0


def _named_or_only(rows: QuerySet[Place], key: ApiKey, pk: int | None) -> Place | None:
    found = rows.filter(organization=key.organization_id)
    if pk is not None:
        return found.filter(pk=pk).first()
    several = list(found[:2])
    return several[0] if len(several) == 1 else None


def _tickets(key: ApiKey) -> TicketQuerySet:
    # The organization is implied by the channels; named, it lets the list's index be used.
    return Ticket.objects.open_to(key).filter(organization=key.organization_id)


def _wanted(tickets: TicketQuerySet, wanted: TicketFilter) -> TicketQuerySet:
    if wanted.status:
        tickets = tickets.filter(status=wanted.status)
    if wanted.assignee == NOBODY:
        tickets = tickets.unassigned()
    elif wanted.assignee:
        tickets = tickets.filter(assignee__email=wanted.assignee.lower())
    if wanted.channel is not None:
        tickets = tickets.filter(channel=wanted.channel)
    if wanted.updated_since is not None:
        tickets = tickets.filter(last_message_at__gte=wanted.updated_since)
    return tickets


def _with_everything(tickets: TicketQuerySet, key: ApiKey) -> TicketQuerySet:
    people = ("contact", "identity", "assignee")
    loaded = tickets.select_related("channel", "brand", *people, "named_status")
    # Where a ticket went is said to those who may open that one.
    gone = Prefetch("merged_into", Ticket.objects.open_to(key).only("number"))
    return loaded.prefetch_related("labels", gone).defer("channel__webhook_secret", "assignee__password")


def _loaded(messages: MessageQuerySet) -> MessageQuerySet:
    return messages.select_related("identity", "user", "delivery").prefetch_related("attachments")
