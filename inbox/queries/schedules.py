"""Finds scheduled replies that somebody has to look at: their time has come, or their conversation has moved on."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from inbox.models import Delivery, DeliveryState, Direction, Message, Regrouping
from inbox.models.deliveries import CAME_TO_NOTHING, DeliveryQuerySet


def scheduled() -> DeliveryQuerySet:
    """Return scheduled replies, each with what has happened since it was written: `heard`, `answered`, `moved`, `spam`.

    The customer has written; a colleague has answered; messages went into the ticket or out of it; it is spam.
    """
    later = Message.objects.filter(ticket=OuterRef("message__ticket"), pk__gt=OuterRef("message")).without_surveys()
    said = later.filter(direction=Direction.OUTBOUND).exclude(delivery__state__in=CAME_TO_NOTHING)
    # Nobody but a person talks for somebody else; what has no delivery was written on the network.
    others = Q(delivery=None) | Q(user__isnull=False) & ~Q(user=Coalesce(OuterRef("message__user"), Value(0)))
    ticket = OuterRef("message__ticket")
    moves = Regrouping.objects.standing().filter(Q(source=ticket) | Q(target=ticket))
    return Delivery.objects.filter(state=DeliveryState.SCHEDULED).annotate(
        heard=Exists(later.filter(direction=Direction.INBOUND)),
        answered=Exists(said.filter(others)),
        moved=Exists(moves.filter(created_at__gt=OuterRef("created_at"))),
        spam=F("message__ticket__is_spam"),
    )


def ripe(now: datetime) -> DeliveryQuerySet:
    """Return the scheduled replies that do something now: go out, or are held back; the first due first."""
    stopped = Q(heard=True) | Q(answered=True) | Q(moved=True) | Q(spam=True)
    return scheduled().filter(stopped | Q(due_at__lte=now)).order_by("due_at", "pk")
