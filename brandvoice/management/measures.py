"""The figures that a ranking is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BINS = 15
ACCEPTED = 95  # percent of the messages that can be answered

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message; `place` counts from 1, and is None where the right position was not ranked."""

    in_scope: bool
    place: int | None
    probability: float
    fits: float
    state: str
    ms: float


def summarise(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """Return the figures of a run in percent and milliseconds; None where there is nothing to measure."""
    inside = [outcome for outcome in outcomes if outcome.in_scope]
    fits = np.array([outcome.fits for outcome in outcomes])
    scope = np.array([outcome.in_scope for outcome in outcomes], bool)
    taken = [outcome.ms for outcome in outcomes]
    return {
        "n": len(outcomes),
        "top1": _percent([outcome.place == 1 for outcome in inside]),
        "top3": _percent([outcome.place is not None and outcome.place <= 3 for outcome in inside]),
        "mrr": _percent([1 / outcome.place if outcome.place else 0 for outcome in inside]),
        "ece": calibration_error(outcomes),
        "oos_auroc": auroc(fits[scope], fits[~scope]),
        "oos_fpr95": false_alarms(fits[scope], fits[~scope]),
        "p50_ms": round(float(np.percentile(taken, 50)), 2) if taken else None,
        "p99_ms": round(float(np.percentile(taken, 99)), 2) if taken else None,
    }


def calibration_error(outcomes: Sequence[Outcome]) -> float | None:
    """Return how far the first suggestion's probability is from how often it is right, over equal bins."""
    if not outcomes:
        return None
    said = np.array([outcome.probability for outcome in outcomes])
    right = np.array([outcome.in_scope and outcome.place == 1 for outcome in outcomes], float)
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = [abs(float(said[bins == one].sum() - right[bins == one].sum())) for one in range(BINS)]
    return round(100 * sum(gaps) / len(outcomes), 2)


def auroc(inside: Doubles, outside: Doubles) -> float | None:
    """Return how often a message that can be answered scores above one that can't; ties count half."""
    if not len(inside) or not len(outside):
        return None
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, "left") + np.searchsorted(ordered, inside, "right")
    return round(100 * float(below.mean()) / 2 / len(outside), 2)


def false_alarms(inside: Doubles, outside: Doubles) -> float | None:
    """Return how many that can't be answered pass where 95 % of those that can do."""
    if not len(inside) or not len(outside):
        return None
    threshold = np.percentile(inside, 100 - ACCEPTED)
    return _percent([bool(passed) for passed in outside >= threshold])


def _percent(values: Sequence[float]) -> float | None:
    return round(100 * float(np.mean(values)), 2) if len(values) else None
