"""Finds words and phrases in a text: whole words, any case, regular inflections, in linear time."""

import functools
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property

import re2

# Longer than any text: a phrase that stands a thousand times in it is shown as often as a person would read.
MOST_FOUND = 50
_MOST_KEPT = 4096

Endings = frozenset[str]
# A word's beginning as a pattern, and the endings with which it is still the same word.
Stem = tuple[str, Endings]

_VOWELS = "aeiou"
_ENGLISH = frozenset({"", "s", "es", "d", "ed", "ing", "r", "er", "est", "ly", "'s"})
# "promise" → "promising": English drops the e before these.
_AFTER_DROPPED_E = frozenset({"e", "es", "ed", "er", "est", "ing", "eing", "ely", "e's"})
_AFTER_Y = frozenset({"y", "ies", "ied", "ying", "ier", "iest", "ily"})
_GERMAN = frozenset({"", "e", "en", "er", "es", "em", "n", "s"})
_GERMAN_NOUN = frozenset({"", "e", "en", "er", "ern", "es", "n", "s"})
_GERMAN_VERB = frozenset(
    {"en", "e", "st", "t", "te", "ten", "test", "tet", "end", "ende", "enden", "et", "ete", "eten"}
)
_UMLAUTS = {"a": "ä", "o": "ö", "u": "ü"}
_SPANISH = frozenset({"", "s", "es"})
_SPANISH_O = frozenset({"o", "a", "os", "as"})
_SPANISH_VERB = frozenset(
    f"{vowel}{ending}"
    for vowel, endings in {
        "a": "r,,s,mos,n,do,da,dos,das,ndo,ron,ré,rá,remos,rán,ba,ban",
        "e": "r,,s,mos,n,ré,rá,remos,rán",
        "i": "r,mos,do,da,dos,das,endo,eron,ré,rá,remos,rán",
        "o": ",",
        "é": ",",
        "ó": ",",
        "í": ",a,an",
    }.items()
    for ending in endings.split(",")
)
_FRENCH = frozenset({"", "s", "e", "es", "x"})


class Term:
    """One word or phrase of a language, ready to be looked for."""

    def __init__(self, term: str, language: str) -> None:
        inflect = _INFLECT.get(language, _as_it_stands)
        stems = [inflect(word) for word in unicodedata.normalize("NFC", term).split()]
        if not stems:
            raise ValueError("A term has words.")
        self._stems = [stem for stem, _ in stems]
        self._endings = [endings for _, endings in stems]
        # What plain text with the term in it matches: short, since hundreds of these are looked for in one pass.
        self.pattern = "(?i)" + r"[^ ]* +".join(self._stems)

    @cached_property
    def _regexp(self) -> "re2._Regexp[str]":
        # The whole rest of the word is taken, and judged below: a pattern would stop at the first ending that fits.
        return re2.compile("(?i)" + r"[\s\pZ]+".join(rf"{stem}((?:[\pL\pM]|['’]s)*)" for stem in self._stems))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands as whole words."""
        found = 0
        for match in self._regexp.finditer(text):
            groups = enumerate(self._endings, 1)
            known = all(match.group(number).lower().replace("’", "'") in endings for number, endings in groups)
            if known and stands_alone(text, match.start(), match.end()):
                yield match.start(), match.end()
                found += 1
                if found == MOST_FOUND:
                    return


def find_term(term: str, language: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where `term`, or a regular inflection of it, stands in `text` as whole words."""
    if term.strip():
        yield from compile_term(term, language[:2].lower()).find(text)


@functools.lru_cache(_MOST_KEPT)
def compile_term(term: str, language: str) -> Term:
    """Return the term ready to be looked for; an unknown language leaves words as they stand."""
    return Term(term, language)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether no letter or digit runs on over either edge."""
    before = start > 0 and _is_letter(text[start - 1]) and _is_letter(text[start])
    after = end < len(text) and _is_letter(text[end]) and _is_letter(text[end - 1])
    return not before and not after


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _as_it_stands(word: str) -> Stem:
    return re2.escape(word), frozenset({""})


def _inflect_english(word: str) -> Stem:
    lower = word.lower()
    if len(word) > 3 and lower.endswith("e"):
        return re2.escape(word[:-1]), _AFTER_DROPPED_E
    if len(word) > 3 and lower.endswith("y") and lower[-2] not in _VOWELS:
        return re2.escape(word[:-1]), _AFTER_Y
    endings = _ENGLISH
    if len(word) > 2 and lower[-1] not in "aeiouwxy" and lower[-2] in _VOWELS and lower[-3] not in _VOWELS:
        endings |= {f"{lower[-1]}{ending}" for ending in ("ed", "ing", "er", "est")}  # "ban" → "banned"
    return re2.escape(word), endings


def _inflect_german(word: str) -> Stem:
    if word[0].isupper():
        return _with_umlaut(word), _GERMAN_NOUN
    if len(word) > 4 and word.endswith("en"):
        return re2.escape(word[:-2]), _GERMAN_VERB
    return re2.escape(word), _GERMAN


def _with_umlaut(word: str) -> str:
    """Return a noun's pattern with its last vowel either way: Vertrag, Verträge."""
    for place in range(len(word) - 2, 0, -1):
        vowel = word[place]
        if vowel in _UMLAUTS:
            before, after = re2.escape(word[:place]), re2.escape(word[place + 1 :])
            return f"{before}[{vowel}{_UMLAUTS[vowel]}]{after}"
        if vowel in "eiäöü":
            break
    escaped: str = re2.escape(word)
    return escaped


def _inflect_spanish(word: str) -> Stem:
    lower = word.lower()
    if len(word) > 4 and lower.endswith(("ar", "er", "ir")):
        stem = word[:-2]
        # "garantizar" → "garantice", "aplicar" → "aplique".
        softer = {"z": "(?:z|c)", "c": "(?:c|qu)", "g": "(?:g|gu)"}.get(stem[-1])
        return (re2.escape(stem[:-1]) + softer if softer else re2.escape(stem)), _SPANISH_VERB
    if len(word) > 3 and lower.endswith("o"):
        return re2.escape(word[:-1]), _SPANISH_O
    if lower.endswith("z"):
        return re2.escape(word[:-1]), frozenset({"z", "ces"})
    if lower.endswith("ión"):
        return re2.escape(word[:-2]), frozenset({"ón", "ones"})
    return re2.escape(word), _SPANISH


_INFLECT: dict[str, Callable[[str], Stem]] = {
    "en": _inflect_english,
    "de": _inflect_german,
    "es": _inflect_spanish,
    "fr": lambda word: (re2.escape(word), _FRENCH),
}
