"""Finds what identifies a person in a text: e-mail, phone, bank account and card numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
import re2

# Where numbers without a country code are looked for, by the language of the text.
REGIONS = {"en": ("US", "GB"), "de": ("DE", "AT"), "es": ("ES",), "fr": ("FR",), "it": ("IT",), "nl": ("NL",)}
MOST_PHONES_TRIED = 20

_LINK = re2.compile(r"(?i)(?:https?://|www\.)[^\s\pZ<>\"]+")
_EMAIL = re2.compile(r"(?i)[a-z0-9._%+\-]+@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,24}")
_IBAN = re2.compile(r"(?i)\b[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")
_CARD = re2.compile(r"\b[2-6](?:[ \-]?[0-9]){12,18}\b")


class Kind(StrEnum):
    """What was found."""

    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A stretch of text that identifies somebody."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str, language: str = "") -> tuple[PersonalData, ...]:
    """Return what identifies a person in `text`, from left to right, without overlaps."""
    # Links go first: order numbers and hashes inside them look like cards and phones.
    visible = re2.sub(_LINK, _blank, text)
    found: list[PersonalData] = []
    for finder in (_find_emails, _find_ibans, _find_cards):
        for item in finder(visible):
            found.append(item)
            visible = visible[: item.start] + " " * (item.end - item.start) + visible[item.end :]
    found += _find_phones(visible, language)
    return tuple(sorted(found, key=lambda item: item.start))


def _blank(match: "re2._Match[str]") -> str:
    return " " * len(match.group())


def _find_emails(text: str) -> Iterator[PersonalData]:
    for match in re2.finditer(_EMAIL, text):
        yield PersonalData(Kind.EMAIL, match.start(), match.end())


def _find_ibans(text: str) -> Iterator[PersonalData]:
    for match in re2.finditer(_IBAN, text):
        # The pattern may run on into the next word: give words back until the check digits agree.
        words = match.group()
        while words and not _is_iban(words):
            words = words.rpartition(" ")[0]
        if words:
            yield PersonalData(Kind.IBAN, match.start(), match.start() + len(words))


def _find_cards(text: str) -> Iterator[PersonalData]:
    for match in re2.finditer(_CARD, text):
        if _is_card(match.group()):
            yield PersonalData(Kind.CARD, match.start(), match.end())


def _find_phones(text: str, language: str) -> list[PersonalData]:
    found: dict[int, PersonalData] = {}
    for region in REGIONS.get(language[:2].lower(), (None,)):
        matcher = phonenumbers.PhoneNumberMatcher(
            text, region, phonenumbers.Leniency.VALID, max_tries=MOST_PHONES_TRIED
        )
        for match in matcher:
            overlaps = any(item.start < match.end and match.start < item.end for item in found.values())
            if not overlaps and _is_written_as_phone(match.raw_string):
                found[match.start] = PersonalData(Kind.PHONE, match.start, match.end)
    return list(found.values())


def _is_written_as_phone(text: str) -> bool:
    """Return whether it starts like a phone number or is grouped like one; bare digits are an order number."""
    return text[0] in "+0(" or not text.isdigit()


def _is_iban(text: str) -> bool:
    number = text.replace(" ", "").upper()
    if not 15 <= len(number) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return total % 10 == 0 and len(set(digits)) > 1
