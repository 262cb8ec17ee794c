"""Reads what a version of a position touches: texts that rest on it, and customers who wait for its answer."""

from dataclasses import dataclass

from django.db.models import Count, Q

from brandvoice.models import PositionVersion
from brandvoice.queries.nearest import Asked, nearest_positions
from inbox.models import DeliveryState, Direction, Message, PostSpan, PostState, Span, Ticket
from inbox.models.deliveries import THERE, YET_TO_GO

# The signer waits for the answer; more tickets than these are not looked at.
MOST_TICKETS = 100

_ON_ITS_WAY = (*YET_TO_GO, DeliveryState.QUEUED, DeliveryState.HELD)


@dataclass(frozen=True, slots=True)
class Resting:
    """How many texts hold words of a position's signed versions."""

    drafts: int
    waiting: int
    sent: int
    # Planned posts that wait or are on their way, and those that are published.
    planned: int
    published: int


def resting_on(position_id: int) -> Resting:
    """Count the drafts, and the replies and posts on their way and gone out, that hold words of this position."""
    on_its_way = Q(message__delivery__state__in=_ON_ITS_WAY)
    counts = Span.objects.filter(version__position=position_id).aggregate(
        drafts=Count("draft", distinct=True),
        waiting=Count("message", filter=on_its_way, distinct=True),
        sent=Count("message", filter=~on_its_way, distinct=True),
    )
    return Resting(**counts, **_posts(position_id))


def _posts(position_id: int) -> dict[str, int]:
    # A channel with words of its own says nothing of it.
    said = Q(post__variants__text="")
    promised = Q(post__variants__delivery__state__in=(DeliveryState.QUEUED, DeliveryState.HELD))
    there = Q(post__variants__delivery__state__in=THERE)
    return PostSpan.objects.filter(version__position=position_id).aggregate(
        planned=Count("post", filter=said & (Q(post__state=PostState.WAITING) | promised), distinct=True),
        published=Count("post", filter=said & there, distinct=True),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of how many open tickets that await a reply, how many come nearest to a position's question."""

    looked_at: int
    here: int


def waiting_for(version: PositionVersion) -> Waiting:
    """Count the customers whose newest message comes nearest to this position, among the newest that wait for us."""
    tickets = Ticket.objects.filter(organization=version.organization_id, awaiting_reply=True).open()
    if version.position.brand_id:
        tickets = tickets.filter(brand=version.position.brand_id)
    if version.channel_kinds:
        tickets = tickets.filter(channel__network__in=version.channel_kinds)
    customers = {
        "contact__region": version.regions,
        "contact__audience": version.audiences,
        "product": version.products,
    }
    tickets = tickets.filter(**{f"{fact}__in": only for fact, only in customers.items() if only})
    newest = {ticket.pk: ticket for ticket in tickets.latest_first()[:MOST_TICKETS]}
    said = Message.objects.filter(ticket__in=newest, direction=Direction.INBOUND)
    last = said.order_by("ticket", "-sent_at", "-pk").distinct("ticket").values_list("pk", "ticket", "text")
    asked = [Asked(pk, newest[ticket].brand_id, newest[ticket].language, text) for pk, ticket, text in last]
    nearest = nearest_positions(version.organization_id, asked)
    return Waiting(len(newest), sum(position == version.position_id for position in nearest.values()))
