"""The gaps in a signed wording, such as `{order_number}`: where they are, and what may stand in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import re2
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What an agent may put into one gap.
MOST_CHARACTERS = 200

_ANY_VALUE = rf"([^\n]{{0,{MOST_CHARACTERS}}}?)"
_GAP = re2.compile(r"\{([^{}\n]{0,60})\}")
_NAME = re2.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER = re2.compile(r"[+-]?\d[\d.,' \x{00a0}\x{202f}]*")
_CURRENCY = r"(?:\p{Sc}|[A-Z]{3})"
_AMOUNT = re2.compile(rf"{_CURRENCY}[\s\x{{00a0}}]?\d[\d.,']*|\d[\d.,']*[\s\x{{00a0}}\x{{202f}}]?{_CURRENCY}")
# 2026-12-05, 5.12.2026, 5/12/26; 5 December 2026, 5. Dezember, 5 de diciembre de 2026; December 5, 2026.
_DATES = (
    re2.compile(r"\d{1,4}[./-]\d{1,2}[./-](?:\d{1,4})?"),
    re2.compile(r"\d{1,2}\.? (?:de )?\pL+\.?(?: (?:de )?\d{4})?"),
    re2.compile(r"\pL+\.? \d{1,2}(?:st|nd|rd|th)?(?:, \d{4})?"),
)


class Kind(TextChoices):
    """What stands in a gap."""

    TEXT = "text", gettext_lazy("Text")
    NUMBER = "number", gettext_lazy("Number")
    DATE = "date", gettext_lazy("Date")
    AMOUNT = "amount", gettext_lazy("Amount of money")
    URL = "url", gettext_lazy("Link")


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap: characters `start` to `end` of the wording, braces included."""

    name: str
    start: int
    end: int


def find_gaps(text: str) -> list[Gap]:
    """Return the gaps of a wording, from left to right."""
    return [Gap(match.group(1), match.start(), match.end()) for match in re2.finditer(_GAP, text)]


def is_name(name: str) -> bool:
    """Return whether a gap may be called this: `order_number`."""
    return re2.fullmatch(_NAME, name) is not None


def unknown_gaps(text: str, declared: Collection[str]) -> list[str]:
    """Return the names in braces that nobody declared, each once."""
    return list(dict.fromkeys(gap.name for gap in find_gaps(text) if gap.name not in declared))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the wording with its gaps filled; a gap without a value stays as it is."""
    pieces, place = list[str](), 0
    for gap in find_gaps(text):
        pieces += [text[place : gap.start], values.get(gap.name) or text[gap.start : gap.end]]
        place = gap.end
    return "".join([*pieces, text[place:]])


def read_values(signed: str, filled: str) -> dict[str, str] | None:
    """Return what was put into each gap of the signed words, or None if anything else was changed.

    A gap that was left as it is reads as its own braces; one name holds one value everywhere.
    """
    gaps, pattern, place = find_gaps(signed), "", 0
    for gap in gaps:
        pattern += re2.escape(signed[place : gap.start]) + _ANY_VALUE
        place = gap.end
    match = re2.fullmatch(pattern + re2.escape(signed[place:]), filled)
    if match is None:
        return None
    values: dict[str, str] = {}
    for gap, value in zip(gaps, match.groups(), strict=True):
        if values.setdefault(gap.name, value) != value:
            return None
    return values


def problem_with(kind: str, value: str) -> str:
    """Return why `value` can't stand in a gap of this kind, or "" if it can."""
    value = value.strip()
    if not value or len(value) > MOST_CHARACTERS or "\n" in value:
        return _("Write one line of at most %d characters.") % MOST_CHARACTERS
    if kind == Kind.NUMBER and not re2.fullmatch(_NUMBER, value):
        return _("“%s” is not a number, such as 42 or 1,250.5.") % value
    if kind == Kind.AMOUNT and not re2.fullmatch(_AMOUNT, value):
        return _("“%s” is not an amount with its currency, such as €12.50 or 12,50 EUR.") % value
    if kind == Kind.DATE and not any(re2.fullmatch(date, value) for date in _DATES):
        return _("“%s” is not a date, such as 2026-12-05 or 5 December 2026.") % value
    if kind == Kind.URL and not _is_link(value):
        return _("“%s” is not a link that starts with https://.") % value
    return ""


def _is_link(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in value
