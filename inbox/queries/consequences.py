"""Reads what rests on a version of a position: open drafts, replies on their way, replies already sent."""

from dataclasses import dataclass

from django.db.models import Count, Q

from inbox.models import DeliveryState, Span

_ON_ITS_WAY = (DeliveryState.QUEUED, DeliveryState.HELD)


@dataclass(frozen=True, slots=True)
class Resting:
    """How many texts hold words of a position's signed versions."""

    drafts: int
    waiting: int
    sent: int


def resting_on(position_id: int) -> Resting:
    """Count the drafts, the replies on their way and the sent replies that hold words of this position."""
    on_its_way = Q(message__delivery__state__in=_ON_ITS_WAY)
    counts = Span.objects.filter(version__position=position_id).aggregate(
        drafts=Count("draft", distinct=True),
        waiting=Count("message", filter=on_its_way, distinct=True),
        sent=Count("message", filter=~on_its_way, distinct=True),
    )
    return Resting(**counts)
