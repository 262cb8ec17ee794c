"""The voice column: the signed wordings that answer what the customer wrote, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from brandvoice.queries.suggest import Suggestion, SuggestQuery, suggest
from inbox.models import Direction, Message, Ticket

# An answer speaks to what has been said since the last one; longer silences don't need more.
MOST_TEXTS = 5


@dataclass(frozen=True, slots=True)
class SuggestionCard:
    """One signed wording, who stands behind it and why it is shown."""

    wording_id: int
    question: str
    text: str
    signed_by: str
    signed_at: datetime
    valid_until: datetime | None
    matched: str
    percent: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What the voice column shows; `searched` holds the words that somebody looked for."""

    suggestions: tuple[SuggestionCard, ...]
    ms: int
    searched: str


def voice_of(ticket: Ticket, *, searched: str = "") -> Voice:
    """Return the wordings for a ticket loaded with its channel, or for what somebody looks for."""
    texts = [searched] if searched else unanswered_texts(ticket.pk)
    query = SuggestQuery(
        organization_id=ticket.organization_id,
        brand_id=ticket.brand_id,
        network=ticket.channel.network,
        # Until a worker has told the customer's language, the brand's own is the likeliest.
        language=ticket.language or ticket.brand.language,
        texts=tuple(texts),
    )
    found = suggest(query)
    return Voice(tuple(_card(item) for item in found.items), max(1, round(found.ms)), searched)


def unanswered_texts(ticket_id: int) -> Sequence[str]:
    """Return what the customer has said since our last answer, oldest first; else their last message."""
    said = Message.objects.filter(ticket=ticket_id).exclude(direction=Direction.NOTE).order_by("-sent_at", "-pk")
    texts: list[str] = []
    for direction, text in said.values_list("direction", "text")[: MOST_TEXTS * 2]:
        if direction == Direction.OUTBOUND and texts:
            break
        if direction == Direction.INBOUND:
            texts.append(text)
    return texts[:MOST_TEXTS][::-1]


def _card(item: Suggestion) -> SuggestionCard:
    return SuggestionCard(
        wording_id=item.wording_id,
        question=item.question,
        text=item.text,
        signed_by=item.signed_by,
        signed_at=item.signed_at,
        valid_until=item.valid_until,
        matched=item.matched,
        percent=round(item.probability * 100),
    )
