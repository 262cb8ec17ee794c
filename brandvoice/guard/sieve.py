"""Looks for hundreds of things in one text: one pass says which can be in it, and only those look for their place."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import re2

from brandvoice.terms import MOST_FOUND, stands_alone

SET_MEMORY = 64 << 20
# Each costs a look at the rest of the text.
MOST_BEGUN_AGAIN = 20


class Finder(Protocol):
    """Something to look for."""

    @property
    def pattern(self) -> str:
        """What every text that holds it matches."""

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands."""


class Pattern:
    """A pattern to look for, any case; words of it are whole words."""

    __slots__ = ("_regexp", "_unless", "pattern")

    def __init__(self, pattern: str, *, unless: str = "") -> None:
        options = re2.Options()
        options.longest_match = True
        self.pattern = f"(?i:{pattern})"
        self._regexp = re2.compile(self.pattern, options)
        # What is found and holds this is let go.
        self._unless = re2.compile(f"(?i:{unless})") if unless else None

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands; never an empty stretch."""
        found = 0
        for match in self._matches(text):
            start, end = match.span()
            if start < end and stands_alone(text, start, end) and not self._is_harmless(match.group()):
                yield start, end
                found += 1
                if found == MOST_FOUND:
                    return

    def _matches(self, text: str) -> Iterator["re2._Match[str]"]:
        """Yield what matches; where that begins inside of a word, also what it hid and begins with the next."""
        place: int | None = 0
        again = MOST_BEGUN_AGAIN
        while place is not None:
            begun, place = place, None
            for match in self._regexp.finditer(text, begun):
                start = match.start()
                if again and start and text[start - 1 : start + 1].isalnum():
                    place, again = _next_word(text, start), again - 1
                    break
                yield match

    def _is_harmless(self, words: str) -> bool:
        return self._unless is not None and self._unless.search(words) is not None


class Sieve:
    """Finders that are put to a text together."""

    __slots__ = ("_finders", "_together")

    def __init__(self, finders: Sequence[Finder]) -> None:
        self._finders = tuple(finders)
        options = re2.Options()
        options.max_mem, options.log_errors = SET_MEMORY, False
        self._together = re2.Set.SearchSet(options)
        # Matches everything: where even this one is missing, the pass ran out of memory and its answer is worthless.
        self._together.Add("")
        for finder in self._finders:
            self._together.Add(finder.pattern)
        self._together.Compile()

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield which finder found something, and where."""
        matched = set(self._together.Match(text) or ())
        possible = sorted(place - 1 for place in matched if place) if 0 in matched else range(len(self._finders))
        for place in possible:
            for start, end in self._finders[place].find(text):
                yield place, start, end


def _next_word(text: str, place: int) -> int:
    while place < len(text) and text[place].isalnum():
        place += 1
    return place
