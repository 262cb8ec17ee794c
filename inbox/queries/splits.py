"""The messages of a ticket from which those are chosen that are split off."""

from dataclasses import dataclass
from datetime import datetime

from inbox.models import Direction, Message, Ticket

# A longer conversation shows its newest part.
MOST = 100
PREVIEW = 120


@dataclass(frozen=True, slots=True)
class Choosable:
    """One message: who said it, its first words, and whether it is chosen for now."""

    pk: int
    author: str
    direction: str
    words: str
    sent_at: datetime
    chosen: bool


def choosable_for_split(ticket: Ticket, since: int) -> list[Choosable]:
    """Return what was said in a ticket, oldest first; chosen is the message `since`, with what followed in its thread.

    Without one that is there, it is the customer's newest. A note is chosen only by itself.
    """
    loaded = Message.objects.filter(ticket=ticket.pk).select_related("identity", "user")
    messages = list(loaded.order_by("-sent_at", "-pk")[:MOST])[::-1]
    heard = [message for message in messages if message.direction == Direction.INBOUND]
    first = next((one for one in messages if one.pk == since), heard[-1] if heard else None)
    return [
        Choosable(
            pk=message.pk,
            author=_author(message),
            direction=message.direction,
            words=" ".join(message.text.split())[:PREVIEW],
            sent_at=message.sent_at,
            chosen=first is not None and _goes_along(message, first),
        )
        for message in messages
    ]


def _goes_along(message: Message, first: Message) -> bool:
    if message.pk == first.pk:
        return True
    follows = (message.sent_at, message.pk) > (first.sent_at, first.pk)
    return follows and message.home_id == first.home_id and message.direction != Direction.NOTE


def _author(message: Message) -> str:
    if message.direction == Direction.INBOUND:
        return message.identity.shown_name if message.identity else ""
    return message.user.name if message.user else ""
