"""Reads what nothing signed answers: the messages to put together, and the largest questions with their customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from inbox.models import Cluster, Direction, Message, Sentiment, Span, Ticket
from inbox.models.clusters import ClusterQuerySet
from inbox.models.messages import MessageQuerySet

LATELY = timedelta(days=30)
MOST_MESSAGES = 1500
# As many as are found; of a briefing, fewer.
MOST_SHOWN = 20
MOST_VOICES = 3
MOST_TICKETS = 20
MOST_TEXTS = 20
# As much as an example of a position holds.
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Voice:
    """What one customer wrote, and in which ticket."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class ClusterCard:
    """One question without an answer, and who asks it."""

    cluster: Cluster
    voices: tuple[Voice, ...]
    # More tickets, beside those of the voices.
    numbers: tuple[int, ...]


def unanswered_messages(organization_id: int, now: datetime) -> MessageQuerySet:
    """Return the newest messages that fit no topic and got no signed answer; praise asks for none."""
    signed = Span.objects.filter(message__ticket=OuterRef("ticket"), message__sent_at__gt=OuterRef("sent_at"))
    tickets = Ticket.objects.filter(organization=organization_id, is_spam=False, last_message_at__gte=now - LATELY)
    said = Message.objects.filter(ticket__in=tickets, direction=Direction.INBOUND, sent_at__gte=now - LATELY)
    asking = said.filter(topic="", enriched_at__isnull=False).exclude(
        Q(sentiment=Sentiment.POSITIVE) & ~Q(text__contains="?")
    )
    return asking.filter(~Exists(signed)).order_by("-pk")


def largest_clusters(
    user: User, *, brand_id: int | None = None, language: str = "", most: int = MOST_SHOWN
) -> tuple[ClusterCard, ...]:
    """Return the largest questions without an answer, each with some of its customers' words."""
    clusters = for_brand(Cluster.objects.visible_to(user).unanswered(), brand_id).largest_first()
    if language:
        clusters = clusters.filter(languages__contains=[language])
    shown = list(clusters.select_related("brand")[:most])
    said = voices_of(user, [pk for cluster in shown for pk in cluster.messages])
    return tuple(_card(cluster, said) for cluster in shown)


def for_brand(clusters: ClusterQuerySet, brand_id: int | None) -> ClusterQuerySet:
    """Return the clusters that customers of a brand ask, others among them or not; of no brand, all."""
    return clusters.filter(Q(brand=brand_id) | Q(brand=None)) if brand_id else clusters


def texts_of(user: User, cluster: Cluster) -> list[str]:
    """Return what a cluster's customers wrote, the most central first, each text once."""
    said = voices_of(user, cluster.messages[:MOST_TEXTS])
    return list(dict.fromkeys(said[pk].text.strip()[:LONGEST_TEXT] for pk in cluster.messages if pk in said))


def voices_of(user: User, message_ids: Sequence[int]) -> dict[int, Voice]:
    """Return what customers wrote in those of the messages that the person may see."""
    messages = Message.objects.filter(pk__in=message_ids, ticket__in=Ticket.objects.visible_to(user))
    rows = messages.values_list("pk", "text", "ticket__number")
    return {pk: Voice(text, number) for pk, text, number in rows}


def _card(cluster: Cluster, said: Mapping[int, Voice]) -> ClusterCard:
    by_ticket: dict[int, Voice] = {}
    for voice in (said[pk] for pk in cluster.messages if pk in said):
        by_ticket.setdefault(voice.number, voice)
    voices = list(by_ticket.values())
    return ClusterCard(
        cluster,
        tuple(voices[:MOST_VOICES]),
        tuple(voice.number for voice in voices[MOST_VOICES : MOST_TICKETS + MOST_VOICES]),
    )
