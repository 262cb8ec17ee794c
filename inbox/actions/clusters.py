"""Puts unanswered messages together that ask the same, and has somebody answer them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, User
from brandvoice.languages import base_language
from brandvoice.matching.clusters import FEWEST, Group, Said, group_messages
from brandvoice.models import Position
from brandvoice.queries.nearest import Asked, nearest_positions
from inbox.actions.questions import ask_together
from inbox.actions.taught_positions import NewPosition, open_position
from inbox.models import Cluster, Message, Question, Ticket
from inbox.queries.clusters import MOST_MESSAGES, MOST_TICKETS, unanswered_messages

MOST_CLUSTERS = 20


def find_clusters() -> int:
    """Look for questions without an answer in every organization; return how many there are."""
    organizations = Organization.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_find_for(organization_id) for organization_id in organizations)


@transaction.atomic(durable=True)
def write_position(cluster: Cluster, new: NewPosition, *, by: User) -> Position:
    """Open a position for what these customers ask, and teach it their words; or return the one that it has.

    Raises Cluster.DoesNotExist where the questions have been put together anew meanwhile.
    """
    cluster = Cluster.objects.visible_to(by).lock(cluster.pk)
    if cluster.position is None:
        cluster.position = open_position(new, cluster.languages[0] if cluster.languages else "", by=by)
        cluster.save(update_fields=["position"])
    return cluster.position


@transaction.atomic(durable=True)
def ask_about(cluster: Cluster, *, by: User) -> Question | None:
    """Ask the desk on behalf of the tickets that ask this; None where they are gone."""
    waiting = Ticket.objects.visible_to(by).filter(messages__in=cluster.messages).distinct().order_by("-pk")
    return ask_together(waiting[:MOST_TICKETS], cluster.question, by=by)


def _find_for(organization_id: int) -> int:
    now = timezone.now()
    unanswered = unanswered_messages(organization_id, now).select_related("ticket")
    messages = list(unanswered.only("text", "language", "ticket__brand", "ticket__language")[:MOST_MESSAGES])
    said = [Said(message.text, _language(message)) for message in messages]
    # Some milliseconds a message: done before the transaction opens.
    groups = group_messages(said)[:MOST_CLUSTERS]
    found = [(group, [messages[place] for place in group.places]) for group in groups]
    clusters = [_cluster(organization_id, group, own, now) for group, own in found if _asks(organization_id, own)]
    _replace(organization_id, clusters)
    return len(clusters)


@transaction.atomic(durable=True)
def _replace(organization_id: int, clusters: Sequence[Cluster]) -> None:
    # Two runs at once would leave the clusters of both.
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    Cluster.objects.filter(organization=organization_id).delete()
    Cluster.objects.bulk_create(clusters)


def _cluster(organization_id: int, group: Group, messages: Sequence[Message], now: datetime) -> Cluster:
    brands = {message.ticket.brand_id for message in messages}
    return Cluster(
        organization_id=organization_id,
        brand_id=brands.pop() if len(brands) == 1 else None,
        question=group.question,
        words=list(group.words),
        languages=sorted({language for message in messages if (language := _language(message))}),
        size=len({message.ticket_id for message in messages}),
        messages=[message.pk for message in messages],
        made_at=now,
    )


def _asks(organization_id: int, messages: Sequence[Message]) -> bool:
    """Return whether several customers ask it, and the library still has no position for most of what they write."""
    if len({message.ticket_id for message in messages}) < FEWEST:
        return False
    asked = [Asked(one.pk, one.ticket.brand_id, _language(one), one.text) for one in messages]
    return 2 * len(nearest_positions(organization_id, asked)) <= len(messages)


def _language(message: Message) -> str:
    return base_language(message.language or message.ticket.language)
