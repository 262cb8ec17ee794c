"""What a message is about: the topic of the position that most likely answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brandvoice.embedding import Embedder, Vectors
from brandvoice.languages import base_language
from brandvoice.matching.ranking import rank
from brandvoice.models import Position
from brandvoice.queries.vectors import library_for

# Positions with the same topic add up; beyond the best few hardly anything is left to add.
MOST = 10


@dataclass(frozen=True, slots=True)
class Encoded:
    """A message's words, their language and the vector that was made of them."""

    text: str
    language: str
    vector: Vectors


class _Remembering:
    """Answers with vectors that were made before, so that a message passes the model once."""

    def __init__(self, embedder: Embedder, messages: Sequence[Encoded]) -> None:
        self.id, self.dim, self.languages = embedder.id, embedder.dim, embedder.languages
        self.crosses_languages = embedder.crosses_languages
        self._known = {message.text: message.vector for message in messages}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text."""
        return np.stack([self._known[text] for text in texts])


def topic_chances(organization_id: int, messages: Sequence[Encoded], embedder: Embedder) -> list[Mapping[str, float]]:
    """Return for each message how likely each topic of the organization's library is; "" is none of them."""
    topics = dict(Position.objects.filter(organization=organization_id).exclude(topic="").values_list("pk", "topic"))
    if not topics:
        return [{"": 1.0} for _ in messages]
    libraries = {spoken: library_for(organization_id, spoken) for spoken in {_spoken(one) for one in messages}}
    usable, remembering = np.fromiter(topics, np.int64, len(topics)), _Remembering(embedder, messages)
    found: list[Mapping[str, float]] = []
    for message in messages:
        best, known = libraries[_spoken(message)]
        reader = remembering if best.id == embedder.id else best
        ranking = rank(message.text, _spoken(message), known, usable, reader, most=MOST)
        chances: dict[str, float] = {}
        for item in ranking.items:
            topic = topics[item.position_id]
            chances[topic] = chances.get(topic, 0.0) + item.probability
        found.append(chances | {"": max(0.0, 1 - sum(chances.values()))})
    return found


def _spoken(message: Encoded) -> str:
    return base_language(message.language)
