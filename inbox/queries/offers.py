"""What the voice column is about to put before somebody, sealed: the page sends it back once they have seen it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.core import signing

from accounts.models import User
from inbox.models import OfferState, Ticket
from inbox.queries.voice import Voice

_SALT = "inbox.offers"
# What was rendered longer ago is no sign of anything.
MOST_AGE = 24 * 3600
# Stands for "nothing fits" where the page names what was seen.
NOTHING = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A wording in the column: its place and the probability beside it; without a wording, that nothing fits."""

    wording: int | None
    state: str
    rank: int = 0
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """What a column held, and beside which message; None where somebody was looking for words."""

    message_id: int | None
    offers: tuple[Seen, ...]


def seal_offers(voice: Voice, ticket: Ticket, user: User) -> str:
    """Return what the column holds, for this person alone; "" where they are not about to answer."""
    if not (ticket.awaiting_reply and user.may("reply.send")):
        return ""
    offers = [[seen.wording, seen.state, seen.rank, seen.probability] for seen in _offers(voice)]
    return signing.dumps([ticket.pk, user.pk, voice.newest, offers], salt=_SALT)


def open_seal(sealed: str, ticket: Ticket, user: User, seen: Collection[int]) -> Seal | None:
    """Return what was sealed for this person and ticket, as far as they have seen it; None for anything else."""
    try:
        ticket_id, user_id, message_id, offers = signing.loads(sealed, salt=_SALT, max_age=MOST_AGE)
    except signing.BadSignature:
        return None
    if (ticket_id, user_id) != (ticket.pk, user.pk):
        return None
    return Seal(message_id, tuple(Seen(*offer) for offer in offers if (offer[0] or NOTHING) in seen))


def _offers(voice: Voice) -> Iterator[Seen]:
    """Yield each wording of the column once: the desk's answer stands above what is suggested."""
    found = [Seen(voice.answer.wording_id, OfferState.ANSWER)] if voice.answer else []
    state = OfferState.SEARCHED if voice.searched else OfferState(voice.state.value)
    for rank, card in enumerate(voice.suggestions, 1):
        found.append(Seen(card.wording_id, state, rank, card.percent / 100))
    if not voice.suggestions and not voice.searched:
        found.append(Seen(None, OfferState.NONE))
    if voice.holding:
        found.append(Seen(voice.holding.wording_id, OfferState.HOLDING))
    yield from {seen.wording: seen for seen in reversed(found)}.values()
