"""Plays agents who use a library: what they accept becomes examples, with the mistakes that people make."""

import random
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from brandvoice.embedding import Embedder
from brandvoice.management.evaluation import Row, shelve, train
from brandvoice.management.labelled import LabelledMessage, LabelledPosition
from brandvoice.matching.ranking import Learned, rank

# Of three suggestions the agent takes the right one; where it is not among them, three in ten look it up and the
# others write by hand, which teaches nothing. One in twenty takes a wrong one.
SHOWN, LOOKS_UP, WRONG = 3, 0.3, 0.05
# What a worker learns from is this many events old at most.
EVERY = 100


class Practice:
    """A library that is being used."""

    def __init__(
        self, positions: Sequence[LabelledPosition], rows: list[Row], reading: Iterable[Row], embedder: Embedder
    ) -> None:
        """`reading` are the rows once more, as they are shown while they are read."""
        self.positions, self.rows, self.embedder = positions, rows, embedder
        self.keys = {position.key: place for place, position in enumerate(positions)}
        vectors = [embedder.encode([row.text])[0] for row in reading]
        self.known, self.seconds = train(shelve(rows, vectors), embedder)

    def events(self, messages: Sequence[LabelledMessage], *, seed: int = 0) -> Iterator[int]:
        """Let agents answer the messages that some position answers; yield the number of events so far."""
        chance = random.Random(seed)  # noqa: S311 - plays people, guards nothing
        asked = [message for message in messages if message.key in self.keys]
        for number, message in enumerate(asked, 1):
            self._answer(message, chance)
            if number % EVERY == 0 or number == len(asked):
                self.known, self.seconds = train(self.known.shelf, self.embedder)
            yield number

    def _answer(self, message: LabelledMessage, chance: random.Random) -> None:
        right, language = self.keys[message.key or ""], self.positions[0].language
        ranking = rank(message.text, language, self.known, np.arange(len(self.positions)), self.embedder, most=SHOWN)
        shown = [item.position_id for item in ranking.items]
        wrong = [place for place in shown if place != right]
        if wrong and chance.random() < WRONG:
            self._learn(message.text, chance.choice(wrong))
        elif right in shown or chance.random() < LOOKS_UP:
            self._learn(message.text, right)

    def _learn(self, text: str, position: int) -> None:
        """Add an example as accepting a suggestion does: the nearest examples know it at once."""
        row = Row(position, text, self.positions[position].language)
        self.rows.append(row)
        new = shelve([row], [self.embedder.encode([text])[0]])
        self.known = Learned(self.known.shelf.grown(new), self.known.head)
