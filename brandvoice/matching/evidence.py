"""What a library says about a message: each position's share, and the figures that tell whether any fits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brandvoice.matching.heads import Head
from brandvoice.matching.shelf import Corner
from brandvoice.matching.words import bag_of, words_of

# How much the nearest examples, meaning and words count for. In log space: the product of the three.
# Chosen on messages held out of the training parts of BANKING77 and CLINC150. `side` would add nothing
# here, and tells the gate most.
SHARPNESS_NEAR, SHARPNESS_WORDS = 20.0, 3.0
WEIGHT_NEAR, WEIGHT_MEANING, WEIGHT_WORDS = 0.5, 1.0, 1.0

NAMES = (
    "nearest",
    "best",
    "lead",
    "five",
    "own",
    "other",
    "share",
    "gap",
    "odds",
    "energy",
    "side",
    "margin",
    "learned",
    "known_words",
    "shared_words",
    "positions",
    "examples",
    "about",
    "agree",
    "length",
)

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The positions that may be used, best first, and what the gate looks at.

    `columns` are indices of the corner's positions, `logs` the logarithm of each one's share,
    `examples` each one's nearest example.
    """

    columns: Rows
    logs: Doubles
    examples: npt.NDArray[np.int64]
    figures: Floats


def examine(text: str, vector: Floats, corner: Corner, columns: Rows, head: Head | None) -> Evidence:
    """Compare a message with the positions at `columns`, of which there is at least one."""
    near = corner.near(vector) * corner.weights
    scores = corner.scores(near)[columns]
    logs = logs_near = log_shares(SHARPNESS_NEAR * scores.astype(np.float64))
    learned = [0.0] * 5
    if head is not None and (fused := _fuse(text, vector, corner.positions[columns], logs_near, head)):
        logs, learned = fused
    order = np.argsort(-logs, kind="stable")
    best = columns[order[0]]
    figures = [
        *_figures_near(corner, near, columns, scores, best),
        float(np.exp(logs[order[0]])),
        float(min(logs[order[0]] - logs[order[1]], 10.0)) if len(order) > 1 else 10.0,
        *learned,
        *_figures_words(text, corner, best),
        float(np.log1p(len(columns))),
        float(np.log(corner.sizes[columns].mean())),
        float(corner.centre @ vector),
        float(order[0] == scores.argmax()),
        float(np.log1p(len(text.split()))),
    ]
    return Evidence(columns[order], logs[order], _nearest(corner, near, columns[order]), np.array(figures, np.float32))


def log_shares(values: Doubles) -> Doubles:
    """Return the logarithm of the softmax."""
    shifted = values - values.max()
    shares: Doubles = shifted - np.log(np.exp(shifted).sum())
    return shares


def _fuse(
    text: str, vector: Floats, positions: npt.NDArray[np.int64], logs_near: Doubles, head: Head
) -> tuple[Doubles, list[float]] | None:
    """Multiply what was learned into the shares; a position that is new to the head keeps what its examples give it."""
    place = np.searchsorted(head.positions, positions).clip(max=len(head.positions) - 1)
    taught = head.positions[place] == positions
    if taught.sum() < 2:
        return None
    at = place[taught]
    odds = head.by_meaning(vector)[at].astype(np.float64)
    sides = head.by_side(vector)[at].astype(np.float64)
    margins = head.by_words(bag_of(text))[at].astype(np.float64)
    their_part = np.log(np.exp(logs_near[taught]).sum() + 1e-300)
    known = WEIGHT_MEANING * log_shares(odds) + WEIGHT_WORDS * log_shares(SHARPNESS_WORDS * margins)
    total = WEIGHT_MEANING + WEIGHT_WORDS
    learned = total * logs_near
    learned[taught] = known + total * their_part
    fused = log_shares(learned + WEIGHT_NEAR * logs_near)
    energy = float(np.log(np.exp(odds - odds.max()).sum()) + odds.max())
    return fused, [float(odds.max()), energy, float(sides.max()), float(margins.max()), 1.0]


def _figures_near(corner: Corner, near: Floats, columns: Rows, scores: Floats, best: int) -> list[float]:
    usable = np.zeros(len(corner.sizes), bool)
    usable[columns] = True
    among = near[usable[corner.owners]]
    five = np.partition(among, -5)[-5:] if len(among) > 5 else among
    ranked = np.sort(scores)
    score = float(ranked[-1])
    lead = min(score - float(ranked[-2]), 0.5) if len(ranked) > 1 else 0.5
    return [
        float(among.max()),
        score,
        lead,
        float(five.mean()),
        _difference(score, corner.habits.own[best]),
        _difference(score, corner.habits.other[best]),
    ]


def _difference(score: float, usual: float) -> float:
    return 0.0 if np.isnan(usual) else score - float(usual)


def _figures_words(text: str, corner: Corner, best: int) -> tuple[float, float]:
    return corner.words.covered(frozenset(words_of(text)), best)


def _nearest(corner: Corner, near: Floats, columns: Rows) -> npt.NDArray[np.int64]:
    """Return the nearest example of each position."""
    places = [start + int(near[start : start + size].argmax()) for start, size in _slices(corner, columns)]
    return corner.examples[places]


def _slices(corner: Corner, columns: Rows) -> list[tuple[int, int]]:
    return [(int(corner.starts[column]), int(corner.sizes[column])) for column in columns]
