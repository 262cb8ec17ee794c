"""What the built-in rules look for: patterns by kind and language, and some for every language.

They are put to the plain text, in which every space is a blank and every apostrophe is '. Prices, percentages
and the like look the same everywhere; words need somebody who speaks the language, so there are English,
German and Spanish and no guesses beyond.
"""

import functools

from brandvoice.guard.lexicons import english, german, spanish
from brandvoice.languages import FALLBACK

# Every alphabet's letters would make the pattern a hundred times as long.
_LETTERS = r"a-z0-9_\x{c0}-\x{24f}"
_AMOUNT = r"\d{1,9}(?:[.,]\d{1,3}){0,3}"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"

_EVERYWHERE: dict[str, tuple[str, ...]] = {
    "claim.price": (
        rf"(?:[$€£¥₹]|US\$|USD|EUR|GBP|CHF) ?{_AMOUNT}",
        rf"{_AMOUNT} ?(?:[$€£¥₹]|USD|EUR|GBP|CHF|euros?)",
    ),
    "claim.number": (r"\d+(?:[.,]\d+)? ?%",),
    "claim.date": (
        rf"{_DAY_NUMBER}\.{_MONTH_NUMBER}\.(?:20)?\d\d",
        rf"{_DAY_NUMBER}/{_MONTH_NUMBER}/(?:20)?\d\d",
        rf"{_MONTH_NUMBER}/{_DAY_NUMBER}/(?:20)?\d\d",
        rf"20\d\d-{_MONTH_NUMBER}-{_DAY_NUMBER}",
        r"24 ?/ ?7",
    ),
    "personal_data.ip": (r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)",),
    "tone.sarcasm": (r"🙄",),
}
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_PLAIN = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys("’‘`", "'"))
_BY_LANGUAGE = {"en": english, "de": german, "es": spanish}


@functools.cache
def patterns_of(kind: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return what a built-in rule looks for, each pattern with what of it is harmless; nothing in other languages.

    Words that hold whatever else stands beside them are a pattern of their own.
    """
    words = _BY_LANGUAGE.get(language or FALLBACK)
    spoken = words.WORDS.get(kind, ()) if words else ()
    harmless = words.UNLESS.get(kind, "") if words else ""
    surely = words.SURELY.get(kind, ()) if words else ()
    looked_for = ((*_EVERYWHERE.get(kind, ()), *spoken), harmless), (surely, "")
    return tuple(("|".join(map(_written, some)), _written(unless)) for some, unless in looked_for if some)


def plain(text: str) -> str:
    """Return the text with one kind of space and one kind of apostrophe, every character in its place."""
    return text.translate(_PLAIN)


def _written(pattern: str) -> str:
    """Return a pattern as the engine wants it: any number of blanks, and Latin letters with their accents."""
    pattern = pattern.replace(" ?", "\0").replace(" ", " +").replace("\0", " ?")
    return pattern.replace(r"[\w", f"[{_LETTERS}").replace(r"\w", f"[{_LETTERS}]")
