"""How likely it is that any position fits at all, and that a share is right: fitted on public data."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from brandvoice.matching.evidence import NAMES

PARAMETERS = Path(__file__).with_name("gate.json")
PARAMETERS_MULTILINGUAL = Path(__file__).with_name("gate_multilingual.json")

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
    # How sharp shares are, without a head and with one.
    sharpness: tuple[float, float]

    def fits(self, figures: Floats) -> float:
        """Return the probability that one of the positions answers."""
        scaled = np.clip((figures - self.middle) / self.spread, -4, 4)
        units = np.tanh(np.einsum("f,fu->u", scaled, self.hidden) + self.hidden_base)
        return float(1 / (1 + np.exp(-(np.einsum("u,u->", units, self.out) + self.out_base))))

    def shares(self, logs: Doubles, figures: Floats) -> Doubles:
        """Return how likely each position is the right one, if any is."""
        learned = figures[NAMES.index("learned")] > 0
        sharp = np.exp(self.sharpness[bool(learned)] * (logs - logs.max()))
        shares: Doubles = sharp / sharp.sum()
        return shares


@functools.cache
def current_gate(*, multilingual: bool = False) -> Gate:
    """Return the gate that ships for the English embedder, or for the multilingual one."""
    return read_gate(json.loads((PARAMETERS_MULTILINGUAL if multilingual else PARAMETERS).read_text()))


def read_gate(parameters: dict[str, list[float]]) -> Gate:
    """Return a gate from its parameters."""
    arrays = {name: np.array(parameters[name]) for name in ("middle", "spread", "hidden", "hidden_base", "out")}
    near, learned = parameters["sharpness"]
    return Gate(**arrays, out_base=parameters["out_base"][0], sharpness=(near, learned))
