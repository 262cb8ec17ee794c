"""Measures suggestion on a labelled set: how often the right position comes first, and whether it abstains."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from brandvoice.embedding import Embedder, ranker_for
from brandvoice.management.baseline import baseline_places
from brandvoice.management.evaluation import Library, ask, rows_of, usual_language
from brandvoice.management.labelled import (
    BadLine,
    LabelledMessage,
    LabelledPosition,
    read_messages,
    read_positions,
)
from brandvoice.management.measures import Outcome, summarise
from brandvoice.management.practice import Practice
from brandvoice.queries.suggest import State

Item = TypeVar("Item")


class Command(BaseCommand):
    """Rank each message among the positions of a file, and print how well that went.

    The library comes from a file and nothing is written to the database. What is done with it is
    what is done in the inbox: the same rows, the same embedders, the same training, and for each
    message, whose language is told where the file does not say it, the same
    `brandvoice.matching.ranking.rank`, timed from the text to the probabilities. All
    that is left out is PostgreSQL: reading which wordings may be used, and the words that the page shows.
    """

    help = "Measure suggestion on labelled messages; the last line is a JSON object."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where the labelled set is."""
        parser.add_argument(
            "--positions", type=Path, required=True, help='JSONL: {"key", "question", "examples": […], "language"}'
        )
        parser.add_argument(
            "--messages", type=Path, required=True, help='JSONL: {"text", "key"}; the key null: nothing fits'
        )
        parser.add_argument("--practice", type=Path, help="like --messages: played agents answer these first, and err")
        parser.add_argument("--seed", type=int, default=0, help="chance of the played agents (%(default)s)")

    def handle(self, *, positions: Path, messages: Path, practice: Path | None, seed: int, **options: object) -> None:
        """Read, learn, ask and print."""
        try:
            library, asked = read_positions(positions), read_messages(messages)
            before = read_messages(practice) if practice else []
        except (BadLine, OSError) as error:
            raise CommandError(str(error)) from error
        if not library:
            raise CommandError(f"{positions} has no positions.")
        embedder, rows = ranker_for(usual_language(library)), rows_of(library)
        used = Practice(library, rows, _bar(rows, "reading examples"), embedder)
        list(_bar(used.events(before, seed=seed), "practising", len(before)))
        self._measure(library, asked, used, embedder)

    def _measure(
        self, library: list[LabelledPosition], asked: list[LabelledMessage], used: Practice, embedder: Embedder
    ) -> None:
        known = Library(used.rows, used.known, embedder)
        list(ask([LabelledMessage("warm-up", None, "")], library, known))
        outcomes = list(_bar(ask(asked, library, known), "asking", len(asked)))
        started = time.perf_counter()
        places = baseline_places(used.rows, asked, library)
        figures = summarise(outcomes)
        figures["train_s"] = round(used.seconds, 2)
        figures |= {f"baseline_top{most}": _share(places, most) for most in (1, 3)}
        self._describe(library, asked, outcomes, len(used.rows), learned=used.known.head is not None)
        self._table(figures, time.perf_counter() - started)
        self.stdout.write(json.dumps(figures))

    def _describe(
        self,
        library: list[LabelledPosition],
        asked: list[LabelledMessage],
        outcomes: list[Outcome],
        examples: int,
        *,
        learned: bool,
    ) -> None:
        keys = {position.key for position in library}
        unknown = sum(message.key is not None and message.key not in keys for message in asked)
        how = "heads and nearest examples" if learned else "nearest examples; too few for heads"
        self.stdout.write(f"{len(library)} positions, {examples} examples ({how}); {len(asked)} messages")
        if unknown:
            self.stdout.write(f"{unknown} messages have a key that no position has: nothing should fit them")
        for title, inside in (("that a position answers", True), ("that none answers", False)):
            states = Counter(outcome.state for outcome in outcomes if outcome.in_scope == inside)
            if whole := sum(states.values()):
                shares = ", ".join(f"{state.value} {100 * states[state.value] / whole:.1f} %" for state in State)
                self.stdout.write(f"of {whole} messages {title}: {shares}")

    def _table(self, figures: dict[str, float | int | None], baseline_s: float) -> None:
        for name, value in figures.items():
            self.stdout.write(f"  {name:<15} {'-' if value is None else value:>9}")
        self.stdout.write(f"  (baseline: TF-IDF + linear SVM, {baseline_s:.1f} s)")


def _share(places: list[int], most: int) -> float | None:
    return round(100 * sum(place <= most for place in places) / len(places), 2) if places else None


def _bar(items: Iterable[Item], what: str, total: int | None = None) -> Iterable[Item]:
    bar: Iterable[Item] = tqdm(items, desc=what, total=total, smoothing=0)
    return bar
