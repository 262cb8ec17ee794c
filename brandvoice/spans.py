"""Follows approved words through an agent's edits, and measures how far they strayed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from brandvoice.diff import Edit, edits


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text come from the wording `wording_id`."""

    wording_id: int
    start: int
    end: int

    def cut(self, text: str) -> str:
        """Return the words that the span covers."""
        return text[self.start : self.end]


def follow_edit(spans: Iterable[Span], before: str, after: str) -> tuple[Span, ...]:
    """Move spans from `before` to the edited text `after`.

    An edit inside a span stays part of it; one at its edge does not join it; a span whose words are
    all gone is gone.
    """
    changes = edits(before, after)
    moved = (_follow(span, changes) for span in spans)
    return tuple(span for span in moved if span.start < span.end)


def insert_text(spans: Iterable[Span], text: str, at: int, wording_id: int, words: str) -> tuple[str, tuple[Span, ...]]:
    """Put approved words into a text; return the new text and its spans, in order."""
    added = Span(wording_id, at, at + len(words))
    change = [Edit(at, at, at, added.end)]
    moved = [_follow(span, change) for span in spans]
    ordered = sorted([*moved, added], key=lambda span: (span.start, span.end))
    return text[:at] + words + text[at:], tuple(ordered)


def edit_distance(original: str, sent: str) -> int:
    """Return how many characters must be added, dropped or replaced (Levenshtein).

    Bit-parallel after Myers: one step a character of `sent`, with `original` in the bits of one number.
    """
    if not original:
        return len(sent)
    places: dict[str, int] = {}
    for index, character in enumerate(original):
        places[character] = places.get(character, 0) | 1 << index
    full, last = (1 << len(original)) - 1, 1 << len(original) - 1
    up, down, distance = full, 0, len(original)
    for character in sent:
        match = places.get(character, 0)
        straight = match | down
        diagonal = (((match & up) + up) ^ up) | match
        rise, fall = down | ~(diagonal | up) & full, up & diagonal
        distance += bool(rise & last) - bool(fall & last)
        rise, fall = rise << 1 | 1, fall << 1
        up, down = (fall | ~(straight | rise)) & full, rise & straight & full
    return distance


def _follow(span: Span, changes: list[Edit]) -> Span:
    if any(change.start <= span.start and change.end >= span.end for change in changes):
        return replace(span, start=0, end=0)
    return replace(span, start=_new_start(span.start, changes), end=_new_end(span.end, changes))


def _new_start(place: int, changes: list[Edit]) -> int:
    shift = 0
    for change in changes:
        if change.end <= place:
            shift = change.new_end - change.end
        elif change.start < place:
            return change.new_end
    return place + shift


def _new_end(place: int, changes: list[Edit]) -> int:
    shift = 0
    for change in changes:
        if change.start >= place:
            break
        if change.end > place:
            return change.new_start
        shift = change.new_end - change.end
    return place + shift
