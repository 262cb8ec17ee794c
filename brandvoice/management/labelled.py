"""Reads labelled sets: positions with examples, and messages with the position that answers each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brandvoice.languages import FALLBACK, base_language


class BadLine(Exception):
    """A line of a file is not what it should be."""

    def __init__(self, path: Path, number: int, reason: str) -> None:
        super().__init__(f"{path}, line {number}: {reason}")


@dataclass(frozen=True, slots=True)
class LabelledPosition:
    """A position as the file describes it; without examples the question is all that is known."""

    key: str
    question: str
    examples: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A customer's words; no key means that nothing should be suggested."""

    text: str
    key: str | None
    language: str


def read_positions(path: Path) -> list[LabelledPosition]:
    """Return the positions of a JSONL file, each key once.

    Raises BadLine for a line that can't be read, a key twice or examples that aren't texts.
    """
    found: dict[str, LabelledPosition] = {}
    for number, row in _rows(path):
        key, question, examples = row.get("key"), row.get("question") or "", row.get("examples") or []
        if not isinstance(key, str) or not key:
            raise BadLine(path, number, "a position needs a key.")
        if key in found:
            raise BadLine(path, number, f"the key {key} stands there already.")
        if not isinstance(question, str):
            raise BadLine(path, number, "the question has to be a text.")
        if not isinstance(examples, list) or not all(isinstance(text, str) for text in examples):
            raise BadLine(path, number, "the examples have to be a list of texts.")
        language = base_language(str(row.get("language") or FALLBACK))
        # A key's own words are better than none.
        found[key] = LabelledPosition(key, question or key.replace("_", " "), tuple(examples), language)
    return list(found.values())


def read_messages(path: Path) -> list[LabelledMessage]:
    """Return the messages of a JSONL file. Raises BadLine for a line that can't be read."""
    messages: list[LabelledMessage] = []
    for number, row in _rows(path):
        text, key = row.get("text"), row.get("key")
        if not isinstance(text, str) or not isinstance(key, str | None):
            raise BadLine(path, number, "a message needs a text, and a key that is a text or null.")
        messages.append(LabelledMessage(text, key or None, base_language(str(row.get("language") or ""))))
    return messages


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise BadLine(path, number, f"is not JSON ({error}).") from error
            if not isinstance(row, dict):
                raise BadLine(path, number, "has to be a JSON object.")
            yield number, row
