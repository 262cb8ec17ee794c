"""Learns from corrections: what people of one organization have put right moves what is said of their next messages.

Nothing is trained. A correction counts twice: it makes its label likelier everywhere, a little and ever less, and
it decides about messages that say nearly the same. Taking it back takes all of that back.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# From here on two messages say nearly the same, in the cosine of their vectors.
NEAR = 0.6
# What a correction of the very same words is worth, in nats; and how many corrections weigh as much as experience.
SAME_WORDS, EXPERIENCE = 6.0, 12
# A label that was thought impossible until somebody chose it.
UNTHOUGHT = 0.02


@dataclass(frozen=True, slots=True)
class Lesson:
    """A label that was wrong for a message, and the right one; an empty label is none."""

    said: str
    right: str
    vector: npt.NDArray[np.float32]


def taught(
    chances: Mapping[str, float], lessons: Sequence[Lesson], vector: npt.NDArray[np.float32]
) -> Mapping[str, float]:
    """Return the chances of a message's labels in the light of what has been corrected before."""
    if not lessons:
        return chances
    scores = {label: math.log(max(chance, 1e-6)) for label, chance in chances.items()}
    for lesson in lessons:
        scores.setdefault(lesson.right, math.log(UNTHOUGHT))
    for label in scores:
        right = sum(lesson.right == label for lesson in lessons)
        said = sum(lesson.said == label for lesson in lessons)
        scores[label] += math.log((right + EXPERIENCE) / (said + EXPERIENCE))
    likeness = np.vecdot(np.stack([lesson.vector for lesson in lessons]), vector)
    for lesson, near in zip(lessons, likeness.tolist(), strict=True):
        weight = max(0.0, near - NEAR) / (1 - NEAR)
        scores[lesson.right] += SAME_WORDS * weight**2
    highest = max(scores.values())
    total = sum(math.exp(score - highest) for score in scores.values())
    return {label: math.exp(score - highest) / total for label, score in scores.items()}
