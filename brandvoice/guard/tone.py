"""How a text sounds: what would embarrass the brand when quoted, and what is hard to read."""

from collections.abc import Iterator

import re2
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandvoice.guard.reading import Reading
from brandvoice.guard.verdicts import Finding, Fix
from brandvoice.languages import base_language

# LIX, the share of long words plus the words of a sentence: above 60 it reads like a contract. German words are longer.
HARD_TO_READ, HARD_GERMAN = 60, 68
FEWEST_WORDS, LONG_WORD = 30, 6
# A list of abbreviations, such as "OS, GPU, RAM", has no word of so many letters.
LOUD_LETTERS, LOUD_WORD = 8, 4

_CAPITALS = re2.compile(r"\p{Lu}[\p{Lu}'’\-]+(?:[\s\pZ,]+(?:\p{Lu}[\p{Lu}'’\-]+|[AI]))+[!?.]*")
_EXCLAMATIONS = re2.compile(r"[!?¡¿]{3,}")

_REASONS: dict[str, str | Promise] = {
    "tone.blame": gettext_lazy("It sounds as if the customer were to blame."),
    "tone.sarcasm": gettext_lazy("It sounds sarcastic."),
    "tone.rude": gettext_lazy("It sounds rude."),
    "tone.slang": gettext_lazy("It sounds too casual."),
}


def check_tone(reading: Reading) -> Iterator[Finding]:
    """Point out how the text sounds, outside of signed words."""
    yield from _check_phrases(reading)
    yield from _check_shouting(reading)
    yield from _check_reading_level(reading)


def _check_phrases(reading: Reading) -> Iterator[Finding]:
    for rule, places in reading.found.items():
        if rule.kind in _REASONS:
            for start, end in places:
                overlaps = any(start < other_end and other_start < end for other_start, other_end in reading.own)
                if not overlaps and not reading.is_backed(start, end):
                    yield reading.finding(rule, start, end, str(_REASONS[rule.kind]))


def _check_shouting(reading: Reading) -> Iterator[Finding]:
    rule = reading.rules.single.get("tone.shouting")
    if rule is None:
        return
    reason = _("It sounds as if we were shouting.")
    for match in re2.finditer(_CAPITALS, reading.plain):
        start, end = match.span()
        if _is_loud(match.group()) and not reading.is_backed(start, end):
            quiet = _quieter(reading, start, end)
            yield reading.finding(rule, start, end, reason, Fix(_("Say it calmly"), start, end, quiet))
    for match in re2.finditer(_EXCLAMATIONS, reading.plain):
        start, end = match.span()
        mark = "?" if "?" in match.group() else "!"
        yield reading.finding(rule, start, end, reason, Fix(_("Once is enough"), start, end, mark))


def _is_loud(words: str) -> bool:
    letters = [sum(map(str.isalpha, word)) for word in words.split()]
    return sum(letters) >= LOUD_LETTERS and max(letters) >= LOUD_WORD


def _quieter(reading: Reading, start: int, end: int) -> str:
    """Return shouted words in small letters, with a capital where a sentence begins."""
    words = reading.text[start:end].lower()
    begins = reading.sentence_at(start)[0]
    return words[0].upper() + words[1:] if not reading.text[begins:start].strip() else words


def _check_reading_level(reading: Reading) -> Iterator[Finding]:
    rule = reading.rules.single.get("tone.reading_level")
    words = [word for word in reading.plain.split() if word[0].isalnum()] if rule else []
    if rule is None or len(words) < FEWEST_WORDS:
        return
    level = len(words) / max(1, len(reading.sentences)) + 100 * _share_of_long(words)
    most = HARD_GERMAN if base_language(reading.context.language) == "de" else HARD_TO_READ
    if level > rule.number("most", most):
        reason = _("Hard to read: shorter sentences and shorter words would help.")
        yield reading.finding(rule, 0, len(reading.text), reason)


def _share_of_long(words: list[str]) -> float:
    return sum(len(word.rstrip(".,;:!?)")) > LONG_WORD for word in words) / len(words)
