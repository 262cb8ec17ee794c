"""Says, word by word, what became of a text."""

import difflib
from dataclasses import dataclass
from enum import StrEnum

import re2

# Between two texts that share nothing the cost grows with the square of the words; beyond this many
# the changed middle is shown as one replacement.
MOST_WORDS = 800

_TOKEN = re2.compile(r"[\pL\pN\pM]+|[\s\pZ]+|[^\pL\pN\pM\s\pZ]")


class Change(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one of the two texts."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """`old[start:end]` became `new[new_start:new_end]`, in characters."""

    start: int
    end: int
    new_start: int
    new_end: int


def diff_words(old: str, new: str) -> list[Part]:
    """Return the parts to show: what stayed, what went and what came, in reading order."""
    parts: list[Part] = []
    place = 0
    for edit in edits(old, new):
        _append(parts, Change.SAME, old[place : edit.start])
        _append(parts, Change.REMOVED, old[edit.start : edit.end])
        _append(parts, Change.ADDED, new[edit.new_start : edit.new_end])
        place = edit.end
    _append(parts, Change.SAME, old[place:])
    return parts


def edits(old: str, new: str) -> list[Edit]:
    """Return the replacements, by whole words, that turn `old` into `new`, from left to right."""
    left, right = split_words(old), split_words(new)
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    left_middle, right_middle = left[head : len(left) - tail], right[head : len(right) - tail]
    left_at, right_at = _offsets(left), _offsets(right)
    changes = [
        Edit(left_at[head + i], left_at[head + j], right_at[head + k], right_at[head + m])
        for i, j, k, m in _replacements(left_middle, right_middle)
    ]
    return _join_over_spaces(changes, old)


def split_words(text: str) -> list[str]:
    """Return the words, spaces and signs of a text; together they are the text again."""
    words: list[str] = re2.findall(_TOKEN, text)
    return words


def _join_over_spaces(changes: list[Edit], old: str) -> list[Edit]:
    """Read neighbouring changes as one: a space that both texts happen to share says nothing."""
    joined: list[Edit] = []
    for change in changes:
        if joined and not old[joined[-1].end : change.start].strip():
            before = joined.pop()
            change = Edit(before.start, change.end, before.new_start, change.new_end)
        joined.append(change)
    return joined


def _replacements(left: list[str], right: list[str]) -> list[tuple[int, int, int, int]]:
    if not left and not right:
        return []
    if max(len(left), len(right)) > MOST_WORDS:
        return [(0, len(left), 0, len(right))]
    # In longer texts spaces and little words are no anchors (autojunk): with them the time would be cubic.
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=True)
    return [(i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _shared(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _offsets(words: list[str]) -> list[int]:
    places = [0]
    for word in words:
        places.append(places[-1] + len(word))
    return places


def _append(parts: list[Part], change: Change, text: str) -> None:
    if text:
        parts.append(Part(change, text))
