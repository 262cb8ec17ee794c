"""Tells how a customer feels: the middle layers of the sentence embedder and the text's tone, weighed for 28 emotions.

Trained by `make models` on data that may ship; docs/models.md says on what, and how good it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from brandvoice.reading.tone import tone_of

WEIGHTS = Path(__file__).parent / "weights" / "sentiment.npz"
NEGATIVE, NEUTRAL, POSITIVE = -1, 0, 1
LABELS = (NEGATIVE, NEUTRAL, POSITIVE)
# Emotions count once more when they show, and again when they are strong.
SHOWS, STRONG = 0.0, 1.5

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """How strong each emotion is, what that means, and a `sharpness` by which chances are as sure as right."""

    emotions: Numbers
    zero: Numbers
    columns: Numbers
    offsets: Numbers
    sharpness: float


def sentiment_chances(text: str, middle: Numbers) -> Mapping[int, float]:
    """Return the chance of each label; `middle` holds the means of the embedder's middle layers."""
    weights = _weights()
    # vecdot, not @: BLAS would wake a thread for every core, and they spin against the other processes.
    strengths = np.vecdot(weights.emotions, np.concatenate([middle, tone_of(text)])) + weights.zero
    scores = np.vecdot(weights.columns, expand(strengths)) + weights.offsets
    chances = np.exp(weights.sharpness * (scores - scores.max()))
    return dict(zip(LABELS, (chances / chances.sum()).tolist(), strict=True))


def expand(strengths: Numbers) -> Numbers:
    """Return emotions with what of them shows and what is strong, along the last axis."""
    return np.concatenate([strengths, np.maximum(strengths - SHOWS, 0), np.maximum(strengths - STRONG, 0)], axis=-1)


@cache
def _weights() -> Weights:
    with np.load(WEIGHTS) as read:
        emotions, zero, columns, offsets = (read[name] for name in ("emotions", "zero", "columns", "offsets"))
        return Weights(emotions, zero, columns, offsets, float(read["sharpness"]))
