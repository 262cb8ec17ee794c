"""A library's examples as arrays, and one language of them made ready to be asked."""

import functools
import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from brandvoice.embedding import Vectors
from brandvoice.matching.words import words_of

NEAREST = 3  # a position's score is the mean of its three nearest examples

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known of a library: a row an example."""

    examples: Ids
    positions: Ids
    languages: npt.NDArray[np.str_]
    weights: Floats
    vectors: Vectors
    texts: tuple[str, ...]
    corners: dict[str, "Corner"] = field(default_factory=dict)
    # As they were found when the shelf was a little smaller.
    habits: dict[str, "Habits"] = field(default_factory=dict)

    def corner(self, language: str) -> "Corner":
        """Return the rows of one language; an empty language means all."""
        if language not in self.corners:
            rows = np.flatnonzero(self.languages == language) if language else np.arange(len(self.languages))
            self.corners[language] = corner = Corner(self, rows)
            if language in self.habits and self.habits[language].still_hold(corner):
                corner.habits = self.habits[language]
        return self.corners[language]

    def text_of(self, example_id: int) -> str:
        """Return the words of an example, or nothing where it is not here."""
        rows = np.flatnonzero(self.examples == example_id)
        return self.texts[rows[0]] if len(rows) else ""

    def grown(self, new: "Shelf") -> "Shelf":
        """Return this shelf with rows added below."""
        return Shelf(
            np.concatenate([self.examples, new.examples]),
            np.concatenate([self.positions, new.positions]),
            np.concatenate([self.languages, new.languages]),
            np.concatenate([self.weights, new.weights]),
            np.concatenate([self.vectors, new.vectors]),
            self.texts + new.texts,
            habits={key: corner.habits for key, corner in self.corners.items()},
        )


class Corner:
    """One language of a library, its rows grouped by position."""

    def __init__(self, shelf: Shelf, rows: Rows) -> None:
        order = np.argsort(shelf.positions[rows], kind="stable")
        self.rows = rows[order]
        self.examples = shelf.examples[self.rows]
        self.weights = shelf.weights[self.rows]
        self.positions, self.starts, self.sizes = np.unique(
            shelf.positions[self.rows], return_index=True, return_counts=True
        )
        self.owners = np.repeat(np.arange(len(self.sizes)), self.sizes)
        self.vectors = shelf.vectors[self.rows]
        self.texts = [shelf.texts[row] for row in self.rows]

    def near(self, vector: Floats) -> Floats:
        """Return how near each example is to a message."""
        return products(self.vectors, vector)

    def scores(self, near: Floats) -> Floats:
        """Return each position's score: the mean of its nearest examples."""
        left, total = near.copy(), np.zeros(len(self.sizes), np.float32)
        for taken in range(NEAREST):
            best = np.maximum.reduceat(left, self.starts)
            total += np.where(self.sizes > taken, best, 0)
            at = np.flatnonzero(left == best[self.owners])
            left[at[np.unique(self.owners[at], return_index=True)[1]]] = -2  # once, though two may be as near
        means: Floats = np.divide(total, np.minimum(self.sizes, NEAREST), dtype=np.float32)
        return means

    @functools.cached_property
    def centre(self) -> Floats:
        """Return the direction of what all examples are about."""
        direction: Floats = _unit(self.vectors.mean(axis=0)[None])[0]
        return direction

    @functools.cached_property
    def words(self) -> "Vocabulary":
        """Return which words the examples use."""
        return Vocabulary(self.texts, self.sizes)

    @functools.cached_property
    def habits(self) -> "Habits":
        """Return how near examples of one position usually are, and those of others."""
        return Habits(self)


class Vocabulary:
    """The words of a library and of each position."""

    def __init__(self, texts: list[str], sizes: npt.NDArray[np.intp]) -> None:
        split = [_different_words(text) for text in texts]
        seen = Counter(word for words in split for word in words)
        self.rarity = {word: math.log((1 + len(texts)) / (1 + count)) + 1 for word, count in seen.items()}
        self.unseen = math.log(1 + len(texts)) + 1
        ends = np.cumsum(sizes)
        self.of_position = [frozenset().union(*split[end - size : end]) for end, size in zip(ends, sizes, strict=True)]

    def covered(self, words: frozenset[str], position: int) -> tuple[float, float]:
        """Return which share of a message's words the library knows, and the position at this index."""
        weights = {word: self.rarity.get(word, self.unseen) for word in words}
        whole = sum(weights.values()) or 1.0
        known = sum(weight for word, weight in weights.items() if word in self.rarity)
        here = sum(weight for word, weight in weights.items() if word in self.of_position[position])
        return known / whole, here / whole


class Habits:
    """How a library's own examples look when each is asked as if it were a message.

    `own` is the usual score of a position for its own examples, each without itself; `other` the
    usual best score when the example's own position is not there: what a question looks like
    that nothing answers. Positions with few examples lean on the whole library's figures.
    """

    ASKED = 128
    LEAN = 5.0
    GROWTH = 1.05

    def __init__(self, corner: Corner) -> None:
        count, rows = len(corner.sizes), len(corner.rows)
        self.positions, self.rows = corner.positions, rows
        asked = np.unique(np.linspace(0, rows - 1, min(rows, self.ASKED)).astype(np.intp))
        own = np.full(len(asked), np.nan)
        other, landed = np.full(len(asked), np.nan), np.zeros(len(asked), np.intp)
        for place, row in enumerate(asked):
            near = products(corner.vectors, corner.vectors[row])
            own[place], other[place], landed[place] = self._ask(corner, near, row, corner.owners[row])
        self.own = self._lean(own, corner.owners[asked], count)
        self.other = self._lean(other, landed, count)

    def still_hold(self, corner: Corner) -> bool:
        """Return whether they can be used for a corner with a few examples more: finding them takes half a second."""
        return np.array_equal(self.positions, corner.positions) and len(corner.rows) <= self.GROWTH * self.rows

    @staticmethod
    def _ask(corner: Corner, near: Floats, row: int, owner: int) -> tuple[float, float, int]:
        start, size = corner.starts[owner], corner.sizes[owner]
        beside = np.delete(near[start : start + size], row - start)
        own = float(np.sort(beside)[-NEAREST:].mean()) if len(beside) else np.nan
        if len(corner.sizes) < 2:
            return own, np.nan, owner
        scores = corner.scores(near)
        scores[owner] = -2
        best = int(scores.argmax())
        return own, float(scores[best]), best

    def _lean(self, values: npt.NDArray[np.float64], at: npt.NDArray[np.intp], count: int) -> Floats:
        known = ~np.isnan(values)
        usual = float(values[known].mean()) if known.any() else np.nan
        total = np.bincount(at[known], values[known], count)
        number = np.bincount(at[known], minlength=count)
        return ((total + self.LEAN * usual) / (number + self.LEAN)).astype(np.float32)


@functools.lru_cache(maxsize=1 << 16)
def _different_words(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


def products(vectors: Vectors, vector: Floats) -> Floats:
    """Return the cosines of unit vectors with one."""
    # vecdot, not @: BLAS would wake a thread for every core, and they spin against the other processes.
    cosines: Floats = np.vecdot(vectors, vector)
    return cosines


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = (vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)).astype(np.float32)
    return unit
