"""Ranks the positions that may be used for a message: the one way, for the inbox and for measuring."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brandvoice.embedding import Embedder, name_of, prepare
from brandvoice.matching.evidence import Evidence, examine
from brandvoice.matching.gate import Gate, gate_for
from brandvoice.matching.heads import Head
from brandvoice.matching.shelf import Corner, Shelf

Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A position, how likely it answers, and the example that says so."""

    position_id: int
    probability: float
    example_id: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The likeliest positions, best first, and how likely any position fits."""

    fits: float
    items: tuple[Ranked, ...]


NOTHING = Ranking(0.0, ())


@dataclass(frozen=True, slots=True)
class Learned:
    """All that is known of a library: its examples, and what was learned from them."""

    shelf: Shelf
    head: Head | None

    def speaks(self, language: str) -> bool:
        """Return whether any example is in this base language; "" is any."""
        return not language or bool((self.shelf.languages == language).any())


def rank(
    text: str,
    language: str,
    known: Learned,
    usable: Ids,
    embedder: Embedder,
    *,
    most: int,
    aside: Collection[int] = (),
    gate: Gate | None = None,
) -> Ranking:
    """Return the likeliest of the usable positions for a customer's words in a base language; "" is any.

    Of those that are set aside only one that is likelier than all others is returned, and it comes last.
    """
    if not prepare(text):
        return NOTHING
    corner = known.shelf.corner("" if embedder.crosses_languages else language)
    columns = np.flatnonzero(np.isin(corner.positions, usable))
    if not len(columns):
        return NOTHING
    found = examine(text, embedder.encode([text])[0], corner, columns, known.head)
    places = _in_turn(corner.positions[found.columns], aside, most)
    return _weigh(found, corner, gate or gate_for(name_of(embedder)), places)


def _in_turn(positions: Ids, aside: Collection[int], most: int) -> Rows:
    """Return at which places of a ranking stands what is offered."""
    if not aside:
        return np.arange(min(most, len(positions)))
    first = np.flatnonzero(~np.isin(positions, list(aside)))
    return first[:most] if len(first) and first[0] == 0 else np.append(first[: most - 1], 0)


def _weigh(found: Evidence, corner: Corner, gate: Gate, places: Rows) -> Ranking:
    fits = gate.fits(found.figures)
    chances = fits * gate.shares(found.logs, found.figures)
    rows = zip(corner.positions[found.columns[places]], chances[places], found.examples[places], strict=True)
    return Ranking(
        fits, tuple(Ranked(int(position), float(chance), int(example)) for position, chance, example in rows)
    )
