"""What the newest page of a network's list tells by what is missing from it."""

from collections.abc import Sequence


def taken_away(known: Sequence[str], listed: Sequence[str], *, whole: bool) -> list[str]:
    """Return which of the known are no longer listed, both newest first.

    Where the list goes on (not `whole`), those below the last that is still there may only have moved down.
    """
    there = set(listed)
    last = max((place for place, one in enumerate(known) if one in there), default=0)
    reach = len(known) if whole else last
    return [one for one in known[:reach] if one not in there]
