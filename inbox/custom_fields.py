"""What fields of an organization's own hold: their kinds, and values read from what was typed or sent by programs."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 500
LARGEST_NUMBER = 10**15
# Of what can be chosen, as many names as a refusal gives.
MOST_NAMED = 20
# What has no width comes along when something is copied; the joiners of some scripts stay.
_NO_WIDTH = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")

# A text, a number, a day as 2026-10-01, a choice, several choices in the order of the field's, yes or no.
Value: TypeAlias = str | int | float | bool | list[str]


class FieldAbout(TextChoices):
    """Of what a field is."""

    TICKET = "ticket", _("Ticket")
    CUSTOMER = "customer", _("Customer")


class FieldKind(TextChoices):
    """What a field holds."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Day")
    CHOICE = "choice", _("One of several choices")
    CHOICES = "choices", _("Any of several choices")
    YES_NO = "yes_no", _("Yes or no")


WITH_CHOICES = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class BadValue(Exception):
    """A field can't hold this; says what it can."""


def read_value(kind: str, choices: Sequence[str], said: object) -> Value | None:
    """Return the value that was said, None for nothing; raises BadValue.

    `said` is a text, as forms and searches have it, or what JSON makes of the value.
    """
    if isinstance(said, str):
        said = one_line(said)
    if said is None or said in ("", []):
        return None
    return _READERS[kind](said, choices)


def one_line(text: str) -> str:
    """Return a text without line breaks and what has no width, and with single spaces."""
    return " ".join(_NO_WIDTH.sub("", text).split())


def shown(value: Value | None) -> str:
    """Return a value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return ", ".join(value) if isinstance(value, list) else str(value)


def _text(said: object, _choices: Sequence[str]) -> str:
    if not isinstance(said, str) or len(said) > LONGEST_TEXT or "\0" in said:
        raise BadValue(gettext("a text of at most %(most)s characters") % {"most": LONGEST_TEXT})
    return said


def _number(said: object, _choices: Sequence[str]) -> int | float:
    refusal = BadValue(gettext("a number such as 12 or 12.5"))
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        raise refusal
    try:
        number = Decimal(str(said))
    except InvalidOperation:
        raise refusal from None
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        raise refusal
    found = float(number)
    return int(found) if math.floor(found) == found else found


def _date(said: object, _choices: Sequence[str]) -> str:
    try:
        return date.fromisoformat(str(said)).isoformat()
    except ValueError:
        raise BadValue(gettext("a day such as 2026-10-01")) from None


def _choice(said: object, choices: Sequence[str]) -> str:
    wanted = one_line(str(said)).lower()
    found = next((one for one in choices if one_line(one).lower() == wanted), None)
    if found is None:
        more = ", …" if len(choices) > MOST_NAMED else ""
        raise BadValue(gettext("one of: %(choices)s") % {"choices": ", ".join(choices[:MOST_NAMED]) + more})
    return found


def _any_of(said: object, choices: Sequence[str]) -> list[str]:
    chosen = {_choice(one, choices) for one in (said if isinstance(said, list) else [said])}
    return [one for one in choices if one in chosen]


def _yes_or_no(said: object, _choices: Sequence[str]) -> bool:
    found = said if isinstance(said, bool) else _YES_NO.get(str(said).lower())
    if found is None:
        raise BadValue(gettext("yes or no"))
    return found


_READERS: Mapping[str, Callable[[object, Sequence[str]], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _any_of,
    FieldKind.YES_NO: _yes_or_no,
}
