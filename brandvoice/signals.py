"""What brandvoice tells whoever listens, and what it asks of them: a version has moved; what was sent last month."""

from dataclasses import dataclass

from django.dispatch import Signal

from brandvoice.spans import Span

# Sent inside the transaction that moved the version: a listener that fails undoes the move.
#   version: PositionVersion, with its position
#   change:  one of the words below
#   by:      User | None, None when time did it
version_changed = Signal()

DRAFTED = "drafted"
REVISED = "revised"
SUBMITTED = "submitted"
SENT_BACK = "sent_back"
# One of several names stands under it; more are asked for.
CO_SIGNED = "co_signed"
SIGNED = "signed"
# The moment has come for which it was signed.
BEGUN = "begun"
SUPERSEDED = "superseded"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"
# The day has come on which somebody should look whether it still holds.
REVIEW_DUE = "review_due"
# It is suggested for other purposes than before; that moves no version.
REROUTED = "rerouted"

# Asked by the page on which somebody decides about a version; a listener answers with Consequences.
#   version: PositionVersion
consequences_asked = Signal()


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a listener knows about the version: how many customers wait, and what signing it touches."""

    waiting: int = 0
    sentences: tuple[str, ...] = ()


# Asked by whoever reads or writes which purposes a position serves; a listener answers with NamedPurposes in order.
#   organization_id: int
purposes_asked = Signal()


@dataclass(frozen=True, slots=True)
class NamedPurpose:
    """Why a message may be sent: its key, its name in the reader's language, whether it can be chosen."""

    key: str
    name: str
    active: bool


# Sent inside the transaction that changed them, as they are now.
#   position: Position
#   by:       User
purposes_changed = Signal()

# Asked by the page on which somebody tries a rule; a listener answers with an iterator of SentText, newest first.
#   organization_id: int
#   brand_id: int | None, None for every brand
#   since:    datetime
sent_texts_asked = Signal()


@dataclass(frozen=True, slots=True)
class SentText:
    """A reply that went out."""

    text: str
    language: str
    visibility: str
    purpose: str = ""
    spans: tuple[Span, ...] = ()
    # Where it can be read, and what to call it.
    address: str = ""
    name: str = ""
