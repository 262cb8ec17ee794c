"""Asks a library from a file what the inbox asks a library from the database, and times it."""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from brandvoice.actions.examples import clean_texts
from brandvoice.embedding import Embedder, multilingual_embedder, ranker_for
from brandvoice.management.labelled import LabelledMessage, LabelledPosition
from brandvoice.management.measures import Outcome
from brandvoice.matching.ranking import Learned, Ranking, rank
from brandvoice.matching.shelf import Shelf
from brandvoice.matching.training import learn
from brandvoice.queries.reader import SURE_OF_LANGUAGE
from brandvoice.queries.suggest import judge
from brandvoice.reading.language import TOLD, judge_language

# A language that fewer of a file's messages are in is a slip in telling languages.
FEWEST_IN_LANGUAGE = 0.02


@dataclass(frozen=True, slots=True)
class Row:
    """An example as the database would hold it; `position` is a place in the file."""

    position: int
    text: str
    language: str


def rows_of(positions: Sequence[LabelledPosition]) -> list[Row]:
    """Return the rows that creating these positions and adding their examples would write."""
    return [
        Row(place, text, position.language)
        for place, position in enumerate(positions)
        for text in clean_texts([position.question, *position.examples])
    ]


def shelve(rows: Sequence[Row], vectors: Sequence[np.ndarray[tuple[int], np.dtype[np.float32]]]) -> Shelf:
    """Return rows and their vectors as the shelf that a web process would hold."""
    return Shelf(
        np.arange(len(rows)),
        np.array([row.position for row in rows], np.int64),
        np.array([row.language for row in rows], "U10"),
        np.ones(len(rows), np.float32),
        np.stack(vectors) if len(vectors) else np.zeros((0, 0), np.float32),
        tuple(row.text for row in rows),
    )


def train(shelf: Shelf, embedder: Embedder) -> tuple[Learned, float]:
    """Learn from a shelf as a worker would; return what is known and the seconds that it took."""
    started = time.perf_counter()
    head = learn(shelf, embedder)
    return Learned(shelf, head), time.perf_counter() - started


class Library:
    """A file's rows as each embedder reads them; one that no message needs reads nothing."""

    def __init__(self, rows: Sequence[Row], known: Learned, embedder: Embedder) -> None:
        self.rows = rows
        self._known = {embedder.id: known}

    def asked_in(self, language: str) -> tuple[Embedder, Learned]:
        """Return who reads a message in this language and what is known then, as `library_for` says in the inbox."""
        embedder = ranker_for(language)
        if not embedder.crosses_languages and not self._learned(embedder).speaks(language):
            embedder = multilingual_embedder()
        return embedder, self._learned(embedder)

    def _learned(self, embedder: Embedder) -> Learned:
        if embedder.id not in self._known:
            vectors = [embedder.encode([row.text])[0] for row in self.rows]
            self._known[embedder.id], _ = train(shelve(self.rows, vectors), embedder)
        return self._known[embedder.id]


def usual_language(positions: Sequence[LabelledPosition]) -> str:
    """Return the language that all positions are in, or nothing where there are several."""
    spoken = {position.language for position in positions}
    return spoken.pop() if len(spoken) == 1 else ""


def languages_of(messages: Sequence[LabelledMessage], positions: Sequence[LabelledPosition]) -> frozenset[str]:
    """Return the languages that the brand of these files speaks: its positions', and those that it is written to in."""
    usual = usual_language(positions)
    told = Counter(message.language or _told(message.text, TOLD, usual) for message in messages)
    often = {language for language, count in told.items() if count >= FEWEST_IN_LANGUAGE * len(messages)}
    return frozenset(often | {position.language for position in positions})


def ask(
    messages: Sequence[LabelledMessage], positions: Sequence[LabelledPosition], library: Library
) -> Iterator[Outcome]:
    """Ask for each message, as the inbox does, and yield what became of it."""
    keys = {position.key: place for place, position in enumerate(positions)}
    usual, spoken = usual_language(positions), languages_of(messages, positions)
    usable = np.arange(len(positions))
    for language in spoken:
        library.asked_in(language)
    for message in messages:
        started = time.perf_counter()
        language = message.language or _told(message.text, spoken, usual)
        embedder, known = library.asked_in(language)
        ranking = rank(message.text, language, known, usable, embedder, most=len(positions))
        taken = (time.perf_counter() - started) * 1000
        yield _outcome(ranking, keys.get(message.key or ""), taken)


def _told(text: str, allowed: Collection[str], usual: str) -> str:
    """Return the language of a text, where the file doesn't say it; the usual one where the text doesn't either."""
    spoken = judge_language(text, allowed, usual)
    return spoken.code if spoken and spoken.confidence >= SURE_OF_LANGUAGE else usual


def _outcome(ranking: Ranking, right: int | None, ms: float) -> Outcome:
    places = [item.position_id for item in ranking.items]
    return Outcome(
        in_scope=right is not None,
        place=places.index(right) + 1 if right is not None and right in places else None,
        probability=ranking.items[0].probability if ranking.items else 0.0,
        fits=ranking.fits,
        state=judge(ranking).value,
        ms=ms,
    )
