"""Finds a brand's terms in a text: whole words, any case, simple inflections, in linear time."""

import functools
import unicodedata
from collections.abc import Iterator

import re2

# Endings that leave a word the same word, by language; elsewhere a term is matched as it stands.
ENDINGS = {
    "en": frozenset({"s", "es", "d", "ed", "ing", "r", "er"}),
    "de": frozenset({"e", "en", "er", "es", "em", "n", "s"}),
    "es": frozenset({"s", "es"}),
    "fr": frozenset({"s", "e", "es", "x"}),
}
# "promise" → "promising": English drops the e before these.
AFTER_DROPPED_E = frozenset({"e", "es", "ed", "er", "ing", "eing"})

_MOST_KEPT = 2048


def find_term(term: str, language: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where `term`, or a simple inflection of it, stands in `text` as whole words."""
    pattern, endings = _compile(term, language[:2].lower())
    if pattern is None:
        return
    for match in re2.finditer(pattern, text):
        ending = match.group(1).lower()
        starts_a_word = match.start() == 0 or not _is_letter(text[match.start() - 1])
        ends_a_word = match.end() == len(text) or not _is_letter(text[match.end()])
        if starts_a_word and ends_a_word and ending in endings:
            yield match.start(), match.end()


@functools.lru_cache(_MOST_KEPT)
def _compile(term: str, language: str) -> tuple["re2._Regexp[str] | None", frozenset[str]]:
    """Return the pattern, whose group is the ending, and the endings that count."""
    words = unicodedata.normalize("NFC", term).split()
    if not words:
        return None, frozenset()
    endings = ENDINGS.get(language, frozenset())
    if language == "en" and words[-1].lower().endswith("e") and len(words[-1]) > 3:
        words[-1], endings = words[-1][:-1], AFTER_DROPPED_E
    else:
        endings |= {""}
    body = r"[\s\pZ]+".join(re2.escape(word) for word in words)
    return re2.compile(f"(?i){body}([\\pL\\pM]*)"), endings


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
