"""Replies that a network takes in several pieces: the words, then the files one by one."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from inbox.connectors.base import Receipt, Rejected, Unavailable, Uncertain

# Between the key of a reply and the number of a part of it, where the network tells us of each.
PART = "/"


def part_keys(key: UUID, count: int) -> list[str]:
    """Return the keys of the parts of a reply; the last has the reply's own, and stands for the whole."""
    return [*(f"{key}{PART}{number}" for number in range(1, count)), str(key)]


def post_parts(parts: Sequence[Callable[[], Receipt]], *, again_is_safe: bool = False) -> Receipt:
    """Post the pieces in their order and return the receipt of the last, which stands for the whole.

    When one is refused after others went out, the whole can't be tried again: a person has to look. That is Uncertain,
    unless the network knows each piece by its key.
    """
    receipt = None
    for number, part in enumerate(parts):
        try:
            receipt = part()
        except (Rejected, Unavailable) as refusal:
            if number == 0 or again_is_safe:
                raise
            words = {"sent": number, "all": len(parts), "words": str(refusal)}
            raise Uncertain(_("Only %(sent)d of %(all)d parts were sent: %(words)s") % words) from refusal
    if receipt is None:
        raise Rejected(_("There is nothing to send."))
    return receipt
