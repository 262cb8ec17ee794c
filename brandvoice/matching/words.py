"""The words and letters of a message as numbers: the lexical half of what is learned about positions."""

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import re2

from brandvoice.embedding import prepare

# Words, pairs of words and stretches of letters fall into as many buckets each. Four times as many
# gain nothing on BANKING77, and what is learned weighs four times as much.
BUCKETS = 1 << 12
LETTERS = range(2, 6)
LONGEST = 600  # characters; what a message is about stands before that

_WORD = re2.compile(r"[\pL\pN]+(?:'[\pL]+)?")

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Bag:
    """One message's buckets, each once, and how much each counts."""

    buckets: Indices
    counts: Floats


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    found: list[str] = _WORD.findall(prepare(text[:LONGEST]).lower())
    return found


def bag_of(text: str) -> Bag:
    """Return which buckets a text falls into."""
    words = words_of(text)
    pairs = [f"{left} {right}" for left, right in pairwise(words)]
    counted = Counter(_bucket(gram) for gram in [*words, *pairs])
    counted.update(BUCKETS + _bucket(gram) for gram in _letters(words))
    buckets = np.fromiter(counted.keys(), np.int32, len(counted))
    return Bag(buckets, np.fromiter((1 + math.log(count) for count in counted.values()), np.float32, len(counted)))


def rarities(bags: Sequence[Bag]) -> Floats:
    """Return how rare each bucket is among these messages."""
    seen = np.zeros(2 * BUCKETS, np.float32)
    for bag in bags:
        seen[bag.buckets] += 1
    return (np.log((1 + len(bags)) / (1 + seen)) + 1).astype(np.float32)


def weigh(bag: Bag, rarity: Floats) -> Floats:
    """Return the weight of each bucket of a bag; words and letters have the length one each."""
    weights = bag.counts * rarity[bag.buckets]
    letters = bag.buckets >= BUCKETS
    for half in (letters, ~letters):
        length = float(np.sqrt(np.sum(weights[half] ** 2)))
        if length:
            weights[half] /= length
    return weights


def _letters(words: Iterable[str]) -> Iterable[str]:
    """Yield stretches of letters, a word at a time with its edges."""
    for word in words:
        edged = f" {word} "
        for length in LETTERS:
            for start in range(max(1, len(edged) - length + 1)):
                yield edged[start : start + length]


def _bucket(gram: str) -> int:
    return zlib.crc32(gram.encode()) % BUCKETS
