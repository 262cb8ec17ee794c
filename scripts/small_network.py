"""Fits a network of a few units to the figures of played brands, and how sharp shares should be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from brandvoice.matching.evidence import NAMES
from brandvoice.matching.gate import sharpness_of

UNITS, DECAY, STEPS = 8, 0.02, 500
LIMIT = 4.0  # figures further out than so many deviations say no more
# How often a message can be answered: a brand with fifty positions has thought of most, one with three of few.
ANSWERED_FEW, ANSWERED_MANY, FEW, MANY = 0.5, 0.9, 3, 50
# What the others are about.
OTHERS = {"neighbour": 0.5, "other": 0.25, "nothing": 0.25}

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One message of a played brand; `place` counts from 0, and is -1 where nothing answers."""

    kind: str
    figures: npt.NDArray[np.float32]
    logs: Doubles
    place: int


def fit_gate(played: Sequence[Sequence[Case]]) -> dict[str, object]:
    """Return the gate's parameters."""
    cases = [case for brand in played for case in brand]
    figures = np.array([case.figures for case in cases], float)
    answered = np.array([case.place >= 0 for case in cases], float)
    weights = np.concatenate([weigh(brand) for brand in played])
    middle, spread = figures.mean(axis=0), figures.std(axis=0) + 1e-6
    scaled = np.clip((figures - middle) / spread, -LIMIT, LIMIT)
    hidden, base, out, out_base = fit_network(scaled, answered, weights / weights.sum())
    learned = NAMES.index("learned")
    return {
        "middle": rounded(middle),
        "spread": rounded(spread),
        "hidden": [rounded(row) for row in hidden],
        "hidden_base": rounded(base),
        "out": rounded(out),
        "out_base": [round(out_base, 4)],
        "sharpness": [
            fit_sharpness(case for case in cases if (case.figures[learned] > 0) == on) for on in (False, True)
        ],
    }


def weigh(brand: Sequence[Case]) -> Doubles:
    """Return how much each case of a brand counts, so that the kinds come as often as they would."""
    positions = float(np.expm1(brand[0].figures[NAMES.index("positions")]))
    grown = np.clip(np.log(max(positions, 1) / FEW) / np.log(MANY / FEW), 0, 1)
    answered = ANSWERED_FEW + (ANSWERED_MANY - ANSWERED_FEW) * grown
    wanted = {"own": answered} | {kind: (1 - answered) * share for kind, share in OTHERS.items()}
    counts = {kind: sum(case.kind == kind for case in brand) for kind in wanted}
    return np.array([100 * wanted[case.kind] / counts[case.kind] for case in brand])


def fit_network(inputs: Doubles, answered: Doubles, weights: Doubles) -> tuple[Doubles, Doubles, Doubles, float]:
    """Return one hidden layer and its output, by maximum likelihood with a little decay."""
    size = inputs.shape[1]
    start = np.random.default_rng(0).normal(0, 0.3, size * UNITS + 2 * UNITS + 1)

    def parts(flat: Doubles) -> tuple[Doubles, Doubles, Doubles, float]:
        hidden = flat[: size * UNITS].reshape(size, UNITS)
        return hidden, flat[size * UNITS : -UNITS - 1], flat[-UNITS - 1 : -1], float(flat[-1])

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        hidden, base, out, out_base = parts(flat)
        units = np.tanh(inputs @ hidden + base)
        odds = units @ out + out_base
        missed = float(weights @ (np.logaddexp(0, odds) - answered * odds))
        slope = weights * (1 / (1 + np.exp(-odds)) - answered)
        back = slope[:, None] * out * (1 - units**2)
        pull = DECAY / size
        parts_of_slope = [
            (inputs.T @ back + 2 * pull * hidden).ravel(),
            back.sum(axis=0),
            units.T @ slope + 2 * pull * out,
            [slope.sum()],
        ]
        return missed + pull * float((hidden**2).sum() + (out**2).sum()), np.concatenate(parts_of_slope)

    return parts(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x)


def fit_sharpness(cases: Iterable[Case]) -> list[float]:
    """Return the weights of `sharpness_of` that make the right positions likeliest."""
    answered = [case for case in cases if case.place >= 0]

    def loss(weights: Doubles) -> float:
        total = 0.0
        for case in answered:
            logs = sharpness_of(weights, case.figures) * (case.logs - case.logs.max())
            total += float(np.log(np.exp(logs).sum()) - logs[case.place])
        return total

    return rounded(minimize(loss, np.zeros(3), method="Nelder-Mead").x) if answered else [0.0, 0.0, 0.0]


def rounded(values: Doubles) -> list[float]:
    """Return plain numbers of four digits behind the point."""
    return [round(float(value), 4) for value in values]
