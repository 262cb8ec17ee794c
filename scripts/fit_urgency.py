"""Weighs the signs of urgency on the messages labelled by hand, and says how good that is.

The weights start from what a person thought (GUESSES) and move only as far as 151 labels can push
them. Needs numpy alone; run as `python scripts/fit_urgency.py` (`make models`).
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from brandvoice.reading import urgency  # noqa: E402 - found beside this script
from brandvoice.reading.urgency_signs import NAMES  # noqa: E402

LABELLED = ROOT / "benchmarks" / "labelled" / "urgency.jsonl"
GUESSES = {
    "attack": 2.3, "stranger": 1.6, "changed_by_others": 1.5, "loss": 0.6, "danger": 2.4, "now": 1.2, "deadline": 0.6,
    "travel": 0.2, "soon": 0.5, "locked_out": 1.2, "factor": 0.3, "sign_in": 0.6, "broken": 0.6, "outage": 0.7,
    "error": 0.3, "money": 0.9, "paid": 0.2, "undelivered": 0.6, "again": 0.5, "waiting": 0.5, "leaving": 0.8,
    "livelihood": 0.5, "plea": 0.4, "shout": 0.4, "swears": 0.4, "question": 0.1, "how_to": -0.4, "wish": -1.0,
    "thanks": -0.3, "in_game": -0.5, "old": -0.4, "detail": -0.6, "me": 0.7, "to_us": 0.3, "from_us": -2.0,
    "number_of_things": -0.2, "time_and_trouble": 0.4, "harm_and_time": 0.4, "stuck_and_travel": 1.0,
    "thanks_alone": -1.2,
}  # fmt: skip
# How hard the guesses hold, and how much rare levels count; chosen by five folds inside the half that is fitted on.
HOLD, RARE_COUNTS = 100.0, 0.5
STEPS, RATE = 2000, 0.03

Matrix = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]


def main() -> int:
    """Fit on one half, report on the other, write the weights."""
    signs, levels, _ = read("fit")
    weights, steps = fit(signs, levels)
    write(weights, steps)
    measured, truth, texts = read("measure")
    report("signs, weighed", truth, chances(measured @ weights, steps).argmax(axis=1))
    report("key words", truth, np.array([by_key_words(text) for text in texts]))
    report("always 1", truth, np.ones_like(truth))
    return 0


def read(half: str) -> tuple[Matrix, Levels, list[str]]:
    """Return the signs, the levels and the texts of one half."""
    rows = [row for row in map(json.loads, LABELLED.read_text().splitlines()) if row["half"] == half]
    shown = [urgency.signs_in(row["text"]) for row in rows]
    signs = np.array([[name in found for name in NAMES] for found in shown], float)
    return signs, np.array([row["urgency"] for row in rows]), [row["text"] for row in rows]


def fit(signs: Matrix, levels: Levels) -> tuple[Matrix, Matrix]:
    """Return weights and steps of the ordinal logistic model, held to the guesses by a square penalty."""
    guesses = np.array([GUESSES[name] for name in NAMES])
    moved, steps = np.zeros(len(guesses)), np.array([-0.5, 1.8, 4.0])
    counts = np.bincount(levels, minlength=urgency.LEVELS)
    share = ((len(levels) / urgency.LEVELS / counts) ** RARE_COUNTS)[levels]
    mean, square = np.zeros(len(moved) + 3), np.zeros(len(moved) + 3)
    for step in range(1, STEPS + 1):
        slope = gradient(signs, levels, share, signs @ (guesses + moved), steps)
        slope[: len(moved)] += HOLD * moved
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        change = RATE * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        moved, steps = moved - change[: len(moved)], np.sort(steps - change[len(moved) :])
    return guesses + moved, steps


def gradient(signs: Matrix, levels: Levels, share: Matrix, sums: Matrix, steps: Matrix) -> Matrix:
    """Return the slope of the weighted log-likelihood, downhill."""
    below = 1 / (1 + np.exp(sums[:, None] - steps))
    rows = np.arange(len(levels))
    edges = np.pad(below, ((0, 0), (1, 1)), constant_values=(0, 1))
    density = np.pad(below * (1 - below), ((0, 0), (1, 1)))
    chance = np.clip(edges[rows, levels + 1] - edges[rows, levels], 1e-9, 1)
    by_sum = share / chance * (density[rows, levels + 1] - density[rows, levels])
    places = np.arange(len(steps))
    side = (levels[:, None] == places).astype(float) - (levels[:, None] == places + 1)
    by_step = -(share / chance) @ (density[:, 1:-1] * side)
    return np.concatenate([signs.T @ by_sum, by_step])


def chances(sums: Matrix, steps: Matrix) -> Matrix:
    """Return the chance of each level for each message."""
    below = 1 / (1 + np.exp(sums[:, None] - steps))
    return np.diff(np.pad(below, ((0, 0), (1, 1)), constant_values=(0, 1)), axis=1)


def by_key_words(text: str) -> int:
    """Return what a short list of alarming words would say: the baseline."""
    lowered = text.lower()
    if re.search(r"urgent|asap|immediately|emergency|hacked|right now", lowered):
        return 3
    if re.search(r"can'?t|cannot|not working|crash|refund|charged|down|error", lowered):
        return 2
    return 1 if re.search(r"\?|help|please", lowered) else 0


def report(name: str, truth: Levels, said: Levels) -> None:
    """Print macro-F1, the mean distance in levels, and accuracy."""
    scores = []
    for level in range(urgency.LEVELS):
        both = np.sum((truth == level) & (said == level))
        scores.append(2 * both / max(1, np.sum(truth == level) + np.sum(said == level)))
    distance, right = np.abs(truth - said).mean(), np.mean(truth == said)
    print(f"{name:16} macro-F1 {100 * np.mean(scores):.1f}  off by {distance:.2f} levels  right {100 * right:.1f} %")


def write(weights: Matrix, steps: Matrix) -> None:
    """Write the weights as people read them."""
    signs = {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True)}
    urgency.WEIGHTS.parent.mkdir(exist_ok=True)
    body = {"signs": signs, "steps": [round(float(step), 3) for step in steps]}
    urgency.WEIGHTS.write_text(json.dumps(body, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
