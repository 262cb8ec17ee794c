"""Tells how soon somebody should look at a message: a sum of a few signs that anybody can read, in English.

What the levels mean stands in benchmarks/labelled/README.md; `make models` weighs the signs.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import re2

from brandvoice.reading.urgency_signs import ASKS, PAIRS, SIGNS, THANKS_ALONE

WEIGHTS = Path(__file__).parent / "weights" / "urgency.json"
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign is worth, and the three sums at which the next level begins."""

    signs: Mapping[str, float]
    steps: tuple[float, ...]


def urgency_chances(text: str) -> tuple[float, ...]:
    """Return the chance of each level, from 0 (whenever) to 3 (now): an ordinal logistic model."""
    weights = _weights()
    total = sum(weights.signs.get(sign, 0.0) for sign in signs_in(text))
    below = [0.0, *(1 / (1 + math.exp(total - step)) for step in weights.steps), 1.0]
    return tuple(high - low for low, high in pairwise(below))


def signs_in(text: str) -> frozenset[str]:
    """Return the names of the signs that a text shows."""
    found = {name for name, pattern in _patterns().items() if pattern.search(text)}
    pairs = {name for name, (these, those) in PAIRS.items() if found & these and found & those}
    alone = {THANKS_ALONE} if "thanks" in found and not found & ASKS else set()
    return frozenset(found | pairs | alone)


@cache
def _weights() -> Weights:
    read = json.loads(WEIGHTS.read_text())
    return Weights(read["signs"], tuple(read["steps"]))


@cache
def _patterns() -> "dict[str, re2._Regexp]":
    return {name: re2.compile(pattern) for name, pattern in SIGNS.items()}
