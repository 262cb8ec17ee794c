"""Replies that a network takes in several pieces: the words, then the files one by one."""

from collections.abc import Callable, Sequence
from itertools import chain, repeat
from uuid import UUID

from django.utils.translation import gettext as _

from inbox.connectors.base import OutgoingReply, Receipt, Rejected, Unavailable

# Between the key of a reply and the number of a part of it, where the network tells us of each.
PART = "/"


def part_keys(key: UUID, count: int) -> list[str]:
    """Return the keys of the parts of a reply; the last has the reply's own, and stands for the whole."""
    return [*(f"{key}{PART}{number}" for number in range(1, count)), str(key)]


def part_of(told: str) -> tuple[UUID | None, int]:
    """Return the reply's key and the part's number in a key of ours that a network repeats; 0 for the whole."""
    key, _slash, number = told.partition(PART)
    try:
        return UUID(key), int(number or 0)
    except ValueError:
        return None, 0


def post_parts(reply: OutgoingReply, parts: Sequence[Callable[[], Receipt]]) -> Receipt:
    """Post the pieces that are not there yet, in their order; return the receipt of the last, which stands for all.

    Each is stored as soon as it is there: when a later one fails, the next attempt goes on behind it.
    """
    if not parts:
        raise Rejected(_("There is nothing to send."))
    receipt = Receipt("")
    for number, (part, there) in enumerate(zip(parts, chain(reply.posted, repeat("")), strict=False), start=1):
        if there:
            receipt = Receipt(there)
            continue
        try:
            receipt = part()
        except (Rejected, Unavailable) as refusal:
            say_how_far(refusal, number - 1, len(parts))
            raise
        if len(parts) > 1:
            reply.keep_part(number, receipt.external_id)
    return receipt


def say_how_far(refusal: Exception, sent: int, count: int) -> None:
    """Let a refusal say how many parts were sent before, if any."""
    if sent:
        words = {"sent": sent, "all": count, "words": str(refusal)}
        refusal.args = (_("Only %(sent)d of %(all)d parts were sent: %(words)s") % words,)
