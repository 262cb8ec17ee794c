"""Measures the sentiment model on a labelled set, beside two that are simpler."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, median

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from brandvoice.embedding import thorough_embedder
from brandvoice.management.moods import LABEL_NAMES, BadSet, accuracy, read_set, recalls
from brandvoice.reading.sentiment import sentiment_chances
from brandvoice.reading.tone import tone_of

# Where VADER's authors draw the line.
EDGE = 0.05


class Command(BaseCommand):
    """Judge each text as the inbox does, timed from the text to the chances, and print how often that was right."""

    help = "Measure sentiment on labelled texts; the last line is a JSON object."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where the labelled set is."""
        parser.add_argument("--texts", type=Path, required=True, help="one text a line")
        parser.add_argument("--labels", type=Path, required=True, help="0 negative, 1 neutral, 2 positive; one a line")

    def handle(self, *, texts: Path, labels: Path, **options: object) -> None:
        """Read, judge and print."""
        try:
            said, truth = read_set(texts, labels)
        except (BadSet, OSError) as error:
            raise CommandError(str(error)) from error
        judge(said[0])  # reads the model
        judged = [_timed(text) for text in _bar(said)]
        found = [label for label, _ in judged]
        self.stdout.write(f"{len(said)} texts{'':<19}{'  '.join(LABEL_NAMES)}  macro recall  accuracy")
        self._row("this model", truth, found)
        self._row("valences of words", truth, [by_valences(float(tone_of(text)[0])) for text in said])
        if find_spec("vaderSentiment"):
            self._row("VADER", truth, _by_vader(said))
        figures = {
            "n": len(said),
            "macro_recall": round(fmean(recalls(truth, found)), 2),
            "accuracy": round(accuracy(truth, found), 2),
            "p50_ms": round(median(ms for _, ms in judged), 2),
        }
        self.stdout.write(json.dumps(figures))

    def _row(self, name: str, truth: list[int], said: list[int]) -> None:
        found = recalls(truth, said)
        shares = "  ".join(f"{share:8.1f}" for share in found)
        self.stdout.write(f"  {name:<22}{shares}  {fmean(found):12.2f}  {accuracy(truth, said):8.2f}")


def judge(text: str) -> int:
    """Return 0 negative, 1 neutral or 2 positive, as the inbox would."""
    chances = sentiment_chances(text, thorough_embedder().middle(text))
    return max(chances, key=lambda label: chances[label]) + 1


def by_valences(balance: float) -> int:
    """Return what the balance of good and bad words says."""
    return 2 if balance >= EDGE else 0 if balance <= -EDGE else 1


def _timed(text: str) -> tuple[int, float]:
    started = time.perf_counter()
    label = judge(text)
    return label, (time.perf_counter() - started) * 1000


def _by_vader(texts: list[str]) -> list[int]:
    analyser = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return [by_valences(analyser.polarity_scores(text)["compound"]) for text in texts]


def _bar(items: list[str]) -> Iterable[str]:
    bar: Iterable[str] = tqdm(items, desc="judging", smoothing=0)
    return bar
