"""Reads sets of texts with a sentiment each, and counts how often a judge is right about them."""

import re
from collections.abc import Sequence
from pathlib import Path

# Some published sets write characters outside ASCII as \u2019 and double their quotation marks.
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
LABELS = (0, 1, 2)
LABEL_NAMES = ("negative", "neutral", "positive")


class BadSet(Exception):
    """The files don't belong together, or a label is none."""


def read_set(texts: Path, labels: Path) -> tuple[list[str], list[int]]:
    """Return texts and labels (0 negative, 1 neutral, 2 positive), a line each; raises BadSet."""
    said = [decoded(line) for line in texts.read_text(encoding="utf-8").rstrip("\n").split("\n")]
    found = labels.read_text(encoding="utf-8").split()
    if len(said) != len(found):
        raise BadSet(f"{texts} has {len(said)} lines, {labels} {len(found)} labels.")
    if wrong := set(found) - {str(label) for label in LABELS}:
        raise BadSet(f"{labels} has labels that are not 0, 1 or 2: {', '.join(sorted(wrong))}.")
    return said, [int(label) for label in found]


def decoded(line: str) -> str:
    """Return a line as it was posted."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), line)
    return plain.replace('\\""', '"').replace('\\"', '"')


def recalls(truth: Sequence[int], said: Sequence[int]) -> list[float]:
    """Return what share of each label was found, in percent; labels that don't occur are left out."""
    return [
        100 * sum(b == label for a, b in zip(truth, said, strict=True) if a == label) / truth.count(label)
        for label in LABELS
        if label in truth
    ]


def accuracy(truth: Sequence[int], said: Sequence[int]) -> float:
    """Return what share is right, in percent."""
    return 100 * sum(a == b for a, b in zip(truth, said, strict=True)) / max(1, len(truth))
