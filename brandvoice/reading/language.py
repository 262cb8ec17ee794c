"""Tells which of a few languages a text is in, however short: letters, small words, and a model of their mixture."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from brandvoice.reading.small_words import LETTERS, SMALL_WORDS

# Names and addresses say nothing about the language around them.
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]+")
# Scripts of their own, so that one word of English doesn't outvote the rest.
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "ar": re.compile("[\u0600-\u06ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
}
# All that can be told apart where nobody says which are likely.
TOLD = frozenset({*SMALL_WORDS, *_SCRIPTS})
# Serbian is written in two alphabets; the model knows the Latin one by its neighbours' names.
_SAME = {"sr": ("sr", "hr", "bs"), "no": ("no", "nb", "nn")}

# What one hit is worth, in nats; chosen on every second utterance of xSID's validation part.
SMALL_WORD, LETTER, SCRIPT, EXPECTED = 2.0, 1.5, 2.0, 1.5
# Titles and names in English stand in sentences of every language, seldom the other way round.
LENDER, LENT_WORD = "en", 1.0
# The model's chances are too sure of themselves on long texts and worth less on short ones.
MODEL, LOWEST = 0.8, -9.0


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language, and how likely the text is in it."""

    code: str
    confidence: float


def judge_language(text: str, allowed: Collection[str], expected: str = "") -> SpokenLanguage | None:
    """Return the likeliest of the allowed languages, or nothing where a text has no words.

    `expected` is the language of the place where it was said: it decides when little else does.
    """
    words = _NOT_WORDS.sub(" ", text)
    if not allowed or not has_words(text):
        return None
    scores = _model_scores(words, allowed)
    lowered = [word.lower() for word in _WORD.findall(words)]
    for code in scores:
        worth = LENT_WORD if code == LENDER else SMALL_WORD
        scores[code] += worth * sum(word in SMALL_WORDS.get(code, ()) for word in lowered)
        scores[code] += LETTER * len(set(words.lower()) & LETTERS.get(code, frozenset()))
        scores[code] += SCRIPT * _in_script(words, code)
    if expected in scores:
        scores[expected] += EXPECTED
    best = max(scores, key=lambda code: scores[code])
    total = sum(math.exp(score - scores[best]) for score in scores.values())
    return SpokenLanguage(best, 1 / total)


def has_words(text: str) -> bool:
    """Return whether there is a word to read: more than a letter, or one that is a word by itself."""
    words = _WORD.findall(_NOT_WORDS.sub(" ", text))
    return any(len(word) > 1 or word > "\u2e7f" for word in words)


def _model_scores(words: str, allowed: Collection[str]) -> dict[str, float]:
    chances = dict(_identifier().rank(words))
    found = {code: sum(chances.get(name, 0.0) for name in _SAME.get(code, (code,))) for code in allowed}
    total = sum(found.values()) or 1.0
    return {code: MODEL * max(LOWEST, math.log(chance / total + 1e-30)) for code, chance in found.items()}


def _in_script(words: str, code: str) -> int:
    """Return how many characters are of the language's own script; Chinese has what Japanese adds kana to."""
    pattern = _SCRIPTS.get(code)
    if pattern is None or (code == "zh" and _SCRIPTS["ja"].search(words)):
        return 0
    return min(len(pattern.findall(words)), 5)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
