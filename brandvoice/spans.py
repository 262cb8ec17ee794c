"""Where approved words stand in a text, and how far an agent's edits strayed from them."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import re2

from brandvoice.diff import Edit, edits, split_words

# What may stand in one fill-in: a line of this many characters.
MOST_FILLED_IN = 200
# Aligning takes time by the product of both texts' words; beyond this many the whole text counts as altered.
MOST_PAIRS = 250_000

_FILL_IN = re2.compile(r"\{[^{}\n]{0,60}\}")
# Of a wording of which less than this is left nothing can be said to have been replaced, and it is not there any more.
LEAST_LEFT = 0.5
# Of Unicode's compatibility forms quotes and dashes are none.
_PLAIN = str.maketrans("‘’ʼ“”„«»–—\N{NON-BREAKING HYPHEN}", '\'\'\'"""""---')
# Words that a fill-in takes up cost next to nothing, so that it takes up no more than it must.
_TAKEN_UP = 1e-4


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text come from the wording `wording_id`."""

    wording_id: int
    start: int
    end: int

    def cut(self, text: str) -> str:
        """Return the words that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stood in signed words, and what an agent has put there; "" where it was only left out."""

    was: str
    now: str


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


def altered_outside_fill_ins(signed: str, current: str) -> list[tuple[int, int]]:
    """Return the stretches of `current` that are not what was signed, left to right; `{fill_ins}` may hold anything.

    Where signed words are missing the stretch is empty. Anything but one line of at most
    `MOST_FILLED_IN` characters in a fill-in counts as altered, too.
    """
    pieces = _pieces(signed)
    filled = re2.fullmatch("".join(r"(.*?)" if piece is None else re2.escape(piece) for piece in pieces), current)
    if filled and all(len(line) <= MOST_FILLED_IN for line in filled.groups()):
        return []
    wanted = [word for piece in pieces for word in ([None] if piece is None else split_words(piece))]
    here = split_words(current)
    if len(wanted) * len(here) > MOST_PAIRS:
        return [(0, len(current))]
    places = [0]
    for word in here:
        places.append(places[-1] + len(word))
    stretches = ((places[start], places[end]) for start, end in _altered_words(wanted, here, places))
    return _join_over_spaces(stretches, current)


def replacements(signed: str, current: str) -> list[Replacement]:
    """Return what was put in place of signed words, left to right; fill-ins and what fills them are no change.

    What was only added, or only a sign, carries the signed word before it (or after it, at the start), so that
    it has a place. Where most was written anew, nothing has been replaced.
    """
    opened = open_fill_ins(signed, current)
    found: list[Replacement] = []
    gone = done = 0
    for edit in edits(signed, opened):
        gone += edit.end - edit.start
        stands = any(map(str.isalnum, signed[edit.start : edit.end]))
        before, after = (0, 0) if stands else _neighbour(signed, edit, done)
        was = signed[edit.start - before : edit.end + after].strip()
        now = opened[edit.new_start - before : edit.new_end + after].strip()
        if was and alike(was) != alike(now):
            found.append(Replacement(was, now))
        done = edit.end
    return found if gone <= len(signed) * (1 - LEAST_LEFT) else []


def follow(spans: Iterable[Span], old: str, new: str) -> list[Span]:
    """Return where these stretches of `old` stand in `new`, left to right; those of which less than half is left go.

    One that stands there word for word is found wherever that is. What was changed inside another belongs to it
    still, and what was added before or after it doesn't.
    """
    changes = edits(old, new)
    as_they_were, adapted = [], []
    for span in spans:
        words, moved = span.cut(old), _follow(changes, span)
        if moved.cut(new) == words:
            as_they_were.append(moved)
        elif words in new:
            as_they_were.append(Span(span.wording_id, new.index(words), new.index(words) + len(words)))
        elif _left(changes, span) >= len(words) * LEAST_LEFT:
            adapted.append(moved)
    found: list[Span] = []
    for one in [*as_they_were, *adapted]:
        if one.start < one.end and all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found, key=lambda span: span.start)


def open_fill_ins(signed: str, current: str) -> str:
    """Return `current` with what fills the fill-ins of `signed` read as those again, by their names."""
    if not altered_outside_fill_ins(signed, current):
        return signed
    pieces = _pieces(signed)
    # All that was signed, one after the other, with something before or after it.
    whole = re2.search("".join(r"(.*?)" if piece is None else re2.escape(piece) for piece in pieces), current)
    if whole and pieces[-1] and all(len(line) <= MOST_FILLED_IN for line in whole.groups()):
        return current[: whole.start()] + signed + current[whole.end() :]
    names = [found[0] for found in re2.finditer(_FILL_IN, signed)]
    wanted = [word for piece in pieces for word in ([None] if piece is None else split_words(piece))]
    here = split_words(current)
    if not names or len(wanted) * len(here) > MOST_PAIRS:
        return current
    return "".join(_opened(wanted, here, iter(names)))


def replace_words(text: str, was: str, now: str) -> str:
    """Return `text` with `now` wherever it says `was`, whole words only."""
    words, wanted, place = split_words(text), split_words(was), 0
    said: list[str] = []
    while place < len(words):
        here = bool(wanted) and words[place : place + len(wanted)] == wanted
        said.append(now if here else words[place])
        place += len(wanted) if here else 1
    return "".join(said)


def alike(text: str) -> str:
    """Return what texts share that differ in nothing but case, spaces and the shape of quotes and dashes."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold().split())


def _follow(changes: Sequence[Edit], span: Span) -> Span:
    return Span(span.wording_id, _moved(changes, span.start), _moved(changes, span.end, is_end=True))


def _left(changes: Iterable[Edit], span: Span) -> int:
    """Return how many characters of a stretch these changes leave as they are."""
    gone = (max(0, min(one.end, span.end) - max(one.start, span.start)) for one in changes)
    return span.end - span.start - sum(gone)


def _moved(changes: Iterable[Edit], place: int, *, is_end: bool = False) -> int:
    """Return where the start or the end of a stretch stands after these changes, which come left to right."""
    shift = 0
    for one in changes:
        if one.start < place < one.end:
            return one.new_start if is_end else one.new_end
        if one.end > place or (is_end and one.start == place):
            break
        shift = one.new_end - one.end
    return place + shift


def _neighbour(signed: str, edit: Edit, done: int) -> tuple[int, int]:
    """Return how much to take along of the text before a place where something was added, or else after it."""
    left = signed[done : edit.start].split()
    if left:
        return edit.start - signed.rindex(left[-1], done, edit.start), 0
    right = signed[edit.end :].split(maxsplit=1)
    return 0, signed.index(right[0], edit.end) + len(right[0]) - edit.end if right else 0


def _opened(wanted: list[str | None], here: list[str], names: Iterator[str]) -> Iterator[str]:
    """Walk both texts along the cheapest way and yield `here`, with the names of fill-ins for what fills them."""
    cost = _costs(wanted, here)
    i = j = taken_from = 0
    while i < len(wanted) or j < len(here):
        word = wanted[i] if i < len(wanted) else ""
        if j < len(here) and word == here[j]:
            yield here[j]
            i, j = i + 1, j + 1
        elif i < len(wanted) and (j == len(here) or cost[i + 1][j] <= cost[i][j + 1]):
            if word is None:
                filled, name = "".join(here[taken_from:j]), next(names)
                yield filled if "\n" in filled or len(filled) > MOST_FILLED_IN else name
            i += 1
        else:
            if word is not None:
                yield here[j]
            j += 1
            continue
        taken_from = j


def _pieces(signed: str) -> list[str | None]:
    """Cut the signed words at their fill-ins, which read as None."""
    pieces: list[str | None] = []
    place = 0
    for found in re2.finditer(_FILL_IN, signed):
        pieces += [signed[place : found.start()], None]
        place = found.end()
    return [*pieces, signed[place:]]


def _altered_words(wanted: list[str | None], here: list[str], places: list[int]) -> Iterator[tuple[int, int]]:
    """Walk both texts along the cheapest way and yield, in words of `here`, what strays from `wanted`."""
    cost = _costs(wanted, here)
    i = j = taken_from = 0
    while i < len(wanted) or j < len(here):
        word = wanted[i] if i < len(wanted) else ""
        if j < len(here) and word == here[j]:
            i, j = i + 1, j + 1
        elif i < len(wanted) and (j == len(here) or cost[i + 1][j] <= cost[i][j + 1]):
            if word is not None:
                yield j, j
            elif places[j] - places[taken_from] > MOST_FILLED_IN:
                yield taken_from, j
            i += 1
        else:
            if word is not None or "\n" in here[j]:
                yield j, j + 1
            j += 1
            continue
        taken_from = j


def _costs(wanted: list[str | None], here: list[str]) -> list[list[float]]:
    """Return, for each place in both texts, what it costs to make the rest of one into the rest of the other."""
    width = len(here)
    below = [float(width - j) for j in range(width + 1)]
    table = [below]
    for word in reversed(wanted):
        row = [0.0] * (width + 1)
        row[width] = below[width] + (word is not None)
        for j in range(width - 1, -1, -1):
            if word == here[j]:
                row[j] = below[j + 1]
            elif word is None:
                row[j] = min(below[j], row[j + 1] + (1 if "\n" in here[j] else _TAKEN_UP))
            else:
                row[j] = 1 + min(below[j], row[j + 1])
        below = row
        table.append(row)
    return table[::-1]


def _join_over_spaces(stretches: Iterable[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and not text[joined[-1][1] : start].strip():
            start = joined.pop()[0]
        joined.append((start, end))
    return joined
