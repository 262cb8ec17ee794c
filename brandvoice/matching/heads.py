"""What has been learned about a library's positions: linear models on meaning and on words."""

import io
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from brandvoice.matching.words import Bag, weigh

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """A column a position.

    `meaning` weighs the positions against each other; `side` asks of each alone whether the message
    is on its side or the others', and so can say no to all of them; `words` does so by the message's words.
    """

    positions: npt.NDArray[np.int64]
    meaning: Floats
    meaning_base: Floats
    side: Floats
    side_base: Floats
    words: npt.NDArray[np.float16]
    words_base: Floats
    rarity: Floats

    def by_meaning(self, vector: Floats) -> Floats:
        """Return the log-odds of each position, from the message's vector."""
        odds: Floats = np.einsum("d,dp->p", vector, self.meaning) + self.meaning_base
        return odds

    def by_side(self, vector: Floats) -> Floats:
        """Return how far the message is on each position's side, from its vector."""
        margins: Floats = np.einsum("d,dp->p", vector, self.side) + self.side_base
        return margins

    def by_words(self, bag: Bag) -> Floats:
        """Return how far each position is on the right side, from the message's words."""
        weights = weigh(bag, self.rarity)
        margins: Floats = np.einsum("b,bp->p", weights, self.words[bag.buckets].astype(np.float32)) + self.words_base
        return margins


def pack(head: Head) -> bytes:
    """Return a head as bytes, without anything that would run when it is read."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{field.name: getattr(head, field.name) for field in fields(head)})
    return buffer.getvalue()


def unpack(data: bytes) -> Head:
    """Return the head that `pack` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Head(**{field.name: arrays[field.name] for field in fields(Head)})
