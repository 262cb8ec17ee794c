"""Reads which positions in use may contradict each other."""

from collections.abc import Sequence

from accounts.models import User
from brandvoice.models import Contradiction

MOST_SHOWN = 10


def contradictions_for(user: User) -> Sequence[Contradiction]:
    """Return the gravest contradictions of the user's organization, with their positions."""
    found = Contradiction.objects.visible_to(user).gravest_first().select_related("left", "right")
    return list(found[:MOST_SHOWN])
