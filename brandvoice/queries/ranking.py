"""Scores positions for a message: nearest examples, and how likely each position answers it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brandvoice.embedding import Embedder, Vectors
from brandvoice.languages import base_language
from brandvoice.queries.vectors import Vectored

NEAREST = 3  # a position's score is the mean of its three nearest examples

# P(something fits) = sigmoid(SLOPE * best + LEAD * (best - second) + OFFSET), shared out by
# softmax(SHARPNESS * score). Fitted by maximum likelihood on 24,667 messages of the training and
# validation parts of BANKING77 and CLINC150, with 20 to 150 positions of 1 to 20 examples each and
# between a tenth and a half of the messages about something that no position answers; expected
# calibration error there 1.1 % overall, up to 16 % for a single library.
SLOPE, LEAD, OFFSET, SHARPNESS = 8.0, 6.0, -3.8, 26.0

# In a language that the embedder was not trained on, all sentences look alike (median cosine of
# unrelated German ones 0.45, of English ones 0.31). Around their own middle they part again; the
# stretch brings the scale back to English. From the validation part of xSID in four languages.
STRETCH = 1.3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A position, how likely it answers, and the example that says so."""

    position_id: int
    probability: float
    example_id: int


def rank(
    text: str, language: str, library: Vectored, usable: npt.NDArray[np.int64], embedder: Embedder, most: int
) -> list[Ranked]:
    """Return the likeliest of the usable positions, best first."""
    base = base_language(language)
    rows = np.flatnonzero(library.about(base))
    keep = np.isin(library.positions[rows], usable)
    if not keep.any():
        return []
    rows, near = rows[keep], _similarities(text, base, library, embedder)[keep] * library.weights[rows[keep]]
    positions, scores, nearest = _best_examples(library.positions[rows], near)
    order = np.argsort(-scores, kind="stable")[:most]
    chances = _probabilities(scores)
    return [Ranked(int(positions[i]), float(chances[i]), int(library.examples[rows[nearest[i]]])) for i in order]


def _similarities(text: str, language: str, library: Vectored, embedder: Embedder) -> npt.NDArray[np.float32]:
    """Return how near each example in the message's language is."""
    question = embedder.encode([text])[0]
    if not language or language in embedder.languages:
        return _products(library.vectors, question)[library.about(language)]
    centred = library.centre(language)
    question = question - centred.middle
    return STRETCH * _products(centred.vectors, question / (np.linalg.norm(question) + 1e-9))


def _products(vectors: Vectors, question: Vectors) -> npt.NDArray[np.float32]:
    # vecdot, not @: BLAS would wake a thread for every core, and they spin against the other processes.
    products: npt.NDArray[np.float32] = np.vecdot(vectors, question)
    return products


def _best_examples(
    positions: npt.NDArray[np.int64], near: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Return each position once, the mean of its nearest examples, and the row of the nearest."""
    order = np.lexsort((-near, positions))
    sorted_positions = positions[order]
    first = np.flatnonzero(np.r_[True, sorted_positions[1:] != sorted_positions[:-1]])
    sizes = np.diff(np.r_[first, len(order)])
    place = np.arange(len(order)) - np.repeat(first, sizes)
    counted = np.where(place < NEAREST, near[order], 0)
    scores = np.add.reduceat(counted, first) / np.minimum(sizes, NEAREST)
    return sorted_positions[first], scores.astype(np.float32), order[first]


def _probabilities(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    best = float(scores.max())
    second = float(np.partition(scores, -2)[-2]) if len(scores) > 1 else 0.0
    fits = 1 / (1 + np.exp(-(SLOPE * best + LEAD * min(best - second, 0.5) + OFFSET)))
    shares = np.exp(SHARPNESS * (scores.astype(np.float64) - best))
    chances: npt.NDArray[np.float64] = fits * shares / shares.sum()
    return chances
