"""Learns a library's head from its examples: seconds for ten thousand, in the background."""

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from brandvoice.embedding import Embedder
from brandvoice.matching.heads import Head
from brandvoice.matching.shelf import Shelf
from brandvoice.matching.words import BUCKETS, Bag, bag_of, rarities, weigh

# Below this many examples a position, the nearest example is all that can be known.
FEWEST_EACH = 3
STRENGTH_MEANING, STRENGTH_SIDE, STRENGTH_WORDS = 30.0, 1.0, 1.0
MOST_STEPS = 100

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Sparse = tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int64]]


def learn(shelf: Shelf, embedder: Embedder) -> Head | None:
    """Return what can be learned from the examples in the languages that the embedder reads, if there are enough."""
    read = np.isin(shelf.languages, sorted(embedder.languages))
    rows = np.flatnonzero(read | embedder.crosses_languages)
    positions = shelf.positions[rows]
    if not can_learn(positions):
        return None
    return fit_head(positions, shelf.weights[rows], shelf.vectors[rows], [shelf.texts[row] for row in rows])


def can_learn(positions: Ids) -> bool:
    """Return whether there are at least two positions and enough examples of them."""
    known = len(np.unique(positions))
    return known >= 2 and len(positions) >= FEWEST_EACH * known


def fit_head(positions: Ids, weights: Floats, vectors: Floats, texts: Sequence[str]) -> Head:
    """Return what can be learned from these examples."""
    # Read here: only what trains pays for it.
    from scipy.sparse import csr_matrix
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC
    from threadpoolctl import threadpool_limits

    bags = [bag_of(text) for text in texts]
    rarity = rarities(bags)
    sparse = csr_matrix(_lexical(bags, rarity), shape=(len(bags), 2 * BUCKETS))
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        by_meaning = LogisticRegression(C=STRENGTH_MEANING, max_iter=MOST_STEPS).fit(vectors, positions, weights)
        by_side = LinearSVC(C=STRENGTH_SIDE, random_state=0).fit(vectors, positions, weights)
        by_words = LinearSVC(C=STRENGTH_WORDS, random_state=0).fit(sparse, positions, weights)
    return Head(
        positions=by_meaning.classes_.astype(np.int64),
        meaning=_columns(by_meaning.coef_).T.copy(),
        meaning_base=_columns(by_meaning.intercept_),
        side=_columns(by_side.coef_).T.copy(),
        side_base=_columns(by_side.intercept_),
        words=_columns(by_words.coef_).T.astype(np.float16),
        words_base=_columns(by_words.intercept_),
        rarity=rarity,
    )


def _lexical(bags: Sequence[Bag], rarity: Floats) -> Sparse:
    """Return the parts of a sparse matrix, a row a message: weights, buckets, and where each row ends."""
    ends = np.cumsum([0, *(len(bag.buckets) for bag in bags)])
    return np.concatenate([weigh(bag, rarity) for bag in bags]), np.concatenate([bag.buckets for bag in bags]), ends


def _columns(coefficients: Floats) -> Floats:
    """Return a row a position; for two positions scikit-learn keeps the difference alone."""
    if len(coefficients) > 1:
        return coefficients.astype(np.float32)
    both: Floats = np.concatenate([-coefficients, coefficients]).astype(np.float32)
    return np.divide(both, 2, dtype=np.float32)
