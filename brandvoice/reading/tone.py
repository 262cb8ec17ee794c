"""Numbers that say how a text sounds: words and emoji with a known valence, what turns them round, how loud it is.

The valences are those of VADER (MIT, see weights/LICENSE-vader.txt), rated by people for posts in
English; how they are put together here is our own.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).parent / "weights"
VALENCES = WEIGHTS / "valences.json"
NAMES = (
    *("balance", "strength", "good", "bad", "best", "worst", "has_good", "has_bad", "mixed", "flat", "last"),
    *("exclaims", "asks", "drawls", "shouts", "length", "cheers", "scolds", "denies", "tagged", "personal", "ahead"),
)

_NOISE = re.compile(r"https?://\S+|www\.\S+|@\w+")
_TOKEN = re.compile(
    r"#?[A-Za-z][A-Za-z']*|[:;=8xX][\-o*']?[)\](\[dDpP/\\|]+|[)\](\[][\-o*']?[:;=]|<3+|\^_*\^|\S",
)
_DRAWL = re.compile(r"(.)\1{2,}")
_AHEAD = re.compile(r"\b(?:tomorrow|tonight|weekend|friday|saturday|sunday)\b", re.IGNORECASE)
_MANNER = tomllib.loads((WEIGHTS / "manner.toml").read_text(encoding="utf-8"))
_DENIALS, _LOUDER, _SOFTER = (frozenset(_MANNER[kind].split()) for kind in ("denials", "louder", "softer"))
# How far back a word is still turned round, and by how much; a louder word, a drawl, capitals.
_REACH, _TURN, _LOUD, _SOFT, _DRAWN, _BEFORE_BUT = 3, -0.7, 1.25, 0.75, 1.2, 0.6

Tone = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Words:
    """A text's words as written and in lower case, and the valence of each that has one."""

    written: Sequence[str]
    lowered: Sequence[str]
    valences: Sequence[float]


def tone_of(text: str) -> Tone:
    """Return the numbers, in the order of NAMES."""
    plain = _NOISE.sub(" ", text).replace("’", "'")
    words = _find_words(plain)
    good = sum(value for value in words.valences if value > 0)
    bad = -sum(value for value in words.valences if value < 0)
    balance = (good - bad) / ((good - bad) ** 2 + 15) ** 0.5
    exclaims = min(4, plain.count("!")) / 4
    amounts = [balance, abs(balance), good / (good + 4), bad / (bad + 4)]
    marks = [exclaims, min(3, plain.count("?")) / 3, min(2, len(_DRAWL.findall(plain))) / 2]
    shown = [exclaims * (balance > 0), exclaims * (balance < 0)]
    parts = [amounts, _extremes(words.valences, good, bad), marks, _manner(words), shown, _matter(plain, words)]
    return np.concatenate(parts).astype(np.float32)


def valence_of(text: str) -> float:
    """Return how good or bad a text's words and emoji sound, added up."""
    return sum(_find_words(_NOISE.sub(" ", text)).valences)


def _extremes(valences: Sequence[float], good: float, bad: float) -> list[float]:
    best, worst = max([0.0, *valences]), min([0.0, *valences])
    last = valences[-1] if valences else 0.0
    return [best / 4, worst / 4, good > 0, bad > 0, good > 0 and bad > 0, not valences, last / 4]


def _manner(words: _Words) -> list[float]:
    count = max(1, len(words.written))
    return [sum(word.isupper() and len(word) > 2 for word in words.written) / count, min(1.0, count / 40)]


def _matter(plain: str, words: _Words) -> list[float]:
    count = max(1, len(words.lowered))
    denials = sum(word in _DENIALS for word in words.lowered) / count
    return [denials, "#" in plain, "i" in words.lowered, bool(_AHEAD.search(plain))]


def _find_words(plain: str) -> _Words:
    written = _TOKEN.findall(plain)
    lowered = [word.lower().lstrip("#") for word in written]
    shouting = plain.isupper()
    last_but = max((place for place, word in enumerate(lowered) if word == "but"), default=-1)
    valences = []
    for place, word in enumerate(lowered):
        value = _valence(word)
        if value is None:
            continue
        if written[place].isupper() and len(word) > 2 and not shouting:
            value *= _LOUD
        value *= _turned(lowered[max(0, place - _REACH) : place])
        valences.append(value * (_BEFORE_BUT if place < last_but else 1))
    return _Words(written, lowered, valences)


def _valence(word: str) -> float | None:
    known = _valences()
    if word in known:
        return known[word]
    if not _DRAWL.search(word):
        return None
    for times in (r"\1\1", r"\1"):
        if (short := _DRAWL.sub(times, word)) in known:
            return known[short] * _DRAWN
    return None


def _turned(before: Sequence[str]) -> float:
    near = before[-2:]
    factor = _LOUD if any(word in _LOUDER for word in near) else 1.0
    factor *= _SOFT if any(word in _SOFTER for word in near) else 1.0
    return factor * (_TURN if any(word in _DENIALS for word in before) else 1.0)


@cache
def _valences() -> Mapping[str, float]:
    read: Mapping[str, float] = json.loads(VALENCES.read_text(encoding="utf-8"))
    return read
