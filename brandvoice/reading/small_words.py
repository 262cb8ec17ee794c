"""The words and letters by which people tell languages apart, from weights/small_words.toml."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

_READ = tomllib.loads((Path(__file__).parent / "weights" / "small_words.toml").read_text(encoding="utf-8"))

SMALL_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split()) | frozenset(_READ["matters"].get(code, "").split())
    for code, words in _READ["words"].items()
}
LETTERS: Mapping[str, frozenset[str]] = {code: frozenset(letters) for code, letters in _READ["letters"].items()}
