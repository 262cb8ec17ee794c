"""The figures of today, for the console's start page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from brandvoice.models import PositionVersion
from inbox.models import Channel, Delivery, DeliveryState, Direction, Message, Payload, Ticket
from inbox.models.deliveries import DeliveryQuerySet
from inbox.models.tickets import DueStage

TROUBLED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.HELD, DeliveryState.HELD_BACK)


class Median(Aggregate):
    """The middle value, computed by PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """One channel's day."""

    pk: int
    name: str
    network: str
    received: int
    sent: int


@dataclass(frozen=True, slots=True)
class Today:
    """One organization's day so far."""

    received: int
    sent: int
    open: int
    unassigned: int
    overdue: int
    first_reply: timedelta | None
    troubled: int
    # Replies that did not go out or may not have, and payloads that could not be read.
    dead: int
    to_sign: int
    channels: tuple[ChannelDay, ...]
    troubles: tuple[Delivery, ...]


def figures(organization_id: int | None, *, since: datetime) -> Today:
    """Return the day of one organization, or of all of them for an operator."""
    own = Q() if organization_id is None else Q(organization=organization_id)
    tickets = Ticket.objects.filter(own).open()
    waiting = tickets.aggregate(all=Count("pk"), unassigned=Count("pk", filter=Q(assignee=None)))
    troubled = Delivery.objects.filter(own, state__in=TROUBLED)
    channels = _channel_days(own, since)
    return Today(
        received=sum(day.received for day in channels),
        sent=sum(day.sent for day in channels),
        open=waiting["all"],
        unassigned=waiting["unassigned"],
        overdue=Ticket.objects.filter(own, due_stage=DueStage.OVER).due_soon().count(),
        first_reply=_median_first_reply(own, since),
        troubled=troubled.count(),
        dead=Delivery.objects.filter(own).undelivered().count() + Payload.objects.filter(own).unread().count(),
        to_sign=PositionVersion.objects.filter(own).in_review().count(),
        channels=channels,
        troubles=tuple(_newest(troubled)),
    )


def _channel_days(own: Q, since: datetime) -> tuple[ChannelDay, ...]:
    said = Message.objects.filter(own, created_at__gte=since).exclude(direction=Direction.NOTE).without_surveys()
    counted = said.values_list("channel").annotate(
        received=Count("pk", filter=Q(direction=Direction.INBOUND)),
        sent=Count("pk", filter=Q(direction=Direction.OUTBOUND)),
    )
    counts = {channel: (received, sent) for channel, received, sent in counted}
    channels = Channel.objects.filter(own, Q(active=True) | Q(pk__in=counts)).order_by("name", "pk")
    named = channels.values_list("pk", "name", "network")
    days = (ChannelDay(pk, name, network, *counts.get(pk, (0, 0))) for pk, name, network in named)
    return tuple(sorted(days, key=lambda day: -day.received))


def _median_first_reply(own: Q, since: datetime) -> timedelta | None:
    waited = ExpressionWrapper(F("first_replied_at") - F("created_at"), output_field=DurationField())
    # A reply may be older than the ticket where history was loaded; that is no speed.
    mine = Ticket.objects.filter(own, is_spam=False)
    answered = mine.filter(first_replied_at__gte=since).filter(first_replied_at__gte=F("created_at"))
    median: timedelta | None = answered.aggregate(median=Median(waited, output_field=DurationField()))["median"]
    return median


def _newest(troubled: DeliveryQuerySet) -> DeliveryQuerySet:
    return troubled.select_related("ticket", "channel").defer("channel__webhook_secret").order_by("-pk")[:5]
