"""Rows about what a brand says: positions, their versions and wordings, examples and terms."""

from brandvoice.models.examples import Embedding, Example, Library
from brandvoice.models.positions import Position
from brandvoice.models.terms import Term
from brandvoice.models.versions import MOVES, EditLevel, PositionVersion, Status
from brandvoice.models.wordings import Wording

__all__ = [
    "MOVES",
    "EditLevel",
    "Embedding",
    "Example",
    "Library",
    "Position",
    "PositionVersion",
    "Status",
    "Term",
    "Wording",
]
