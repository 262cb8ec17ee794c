"""How likely it is that any position fits at all, and that a share is right: fitted on public data."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from brandvoice.matching.evidence import NAMES

# One for each embedder: vectors of another lie nearer to each other, or further.
GATES = Path(__file__).with_name("gates")

POSITIONS, EXAMPLES = NAMES.index("positions"), NAMES.index("examples")

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gate:
    """A small network over the figures of `evidence`; scripts/train_gate.py makes it."""

    middle: Doubles
    spread: Doubles
    hidden: Doubles
    hidden_base: Doubles
    out: Doubles
    out_base: float
    # How sharp shares are, without a head and with one: see `sharpness_of`.
    sharpness: tuple[Doubles, Doubles]

    def fits(self, figures: Floats) -> float:
        """Return the probability that one of the positions answers."""
        scaled = np.clip((figures - self.middle) / self.spread, -4, 4)
        units = np.tanh(np.einsum("f,fu->u", scaled, self.hidden) + self.hidden_base)
        return float(1 / (1 + np.exp(-(np.einsum("u,u->", units, self.out) + self.out_base))))

    def shares(self, logs: Doubles, figures: Floats) -> Doubles:
        """Return how likely each position is the right one, if any is."""
        learned = figures[NAMES.index("learned")] > 0
        sharp = np.exp(sharpness_of(self.sharpness[bool(learned)], figures) * (logs - logs.max()))
        shares: Doubles = sharp / sharp.sum()
        return shares


def sharpness_of(weights: Doubles, figures: Floats) -> float:
    """Return the factor on the logarithms of shares: it goes by how many positions and examples there are."""
    one, positions, examples = weights
    return float(np.exp(one + positions * figures[POSITIONS] + examples * figures[EXAMPLES]))


@functools.cache
def gate_for(name: str) -> Gate:
    """Return the gate that ships for the embedder of this name."""
    return read_gate(json.loads((GATES / f"{name}.json").read_text()))


def read_gate(parameters: dict[str, Any]) -> Gate:
    """Return a gate from its parameters."""
    arrays = {name: np.array(parameters[name]) for name in ("middle", "spread", "hidden", "hidden_base", "out")}
    near, learned = (np.array(weights) for weights in parameters["sharpness"])
    return Gate(**arrays, out_base=parameters["out_base"][0], sharpness=(near, learned))
