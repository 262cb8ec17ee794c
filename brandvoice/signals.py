"""What brandvoice tells whoever listens: a version has moved, or is about to be signed."""

from dataclasses import dataclass

from django.dispatch import Signal

# Sent inside the transaction that moved the version: a listener that fails undoes the move.
#   version: PositionVersion, with its position
#   change:  one of the words below
#   by:      User | None, None when time did it
version_changed = Signal()

DRAFTED = "drafted"
SUBMITTED = "submitted"
SENT_BACK = "sent_back"
SIGNED = "signed"
SUPERSEDED = "superseded"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"

# Asked by the page on which somebody decides about a version; a listener answers with Consequences.
#   version: PositionVersion
consequences_asked = Signal()


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a listener knows about the version: how many customers wait, and what signing it touches."""

    waiting: int = 0
    sentences: tuple[str, ...] = ()
