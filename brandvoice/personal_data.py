"""Finds what identifies a person in a text: e-mail, phone, bank account and card numbers, postal addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
import re2

# Where numbers without a country code are looked for, by the language of the text.
REGIONS = {"en": ("US", "GB"), "de": ("DE", "AT"), "es": ("ES",), "fr": ("FR",), "it": ("IT",), "nl": ("NL",)}
MOST_PHONES_TRIED = 20
# In place of what identifies a person.
MASK = "[…]"

_KINDS = phonenumbers.PhoneNumberType
_HOTLINES = frozenset({_KINDS.TOLL_FREE, _KINDS.SHARED_COST, _KINDS.PREMIUM_RATE, _KINDS.UAN})

_LINK = re2.compile(r"(?i)(?:https?://|www\.)[^\s\pZ<>\"]+")
_HANDLE = re2.compile(r"@[\pL\pN_][\pL\pN_.\-]*")
_EMAIL = re2.compile(r"(?i)[a-z0-9._%+\-]+@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,24}")
# "steve at example dot com", as people write what a machine should not find.
_SPELT_EMAIL = re2.compile(
    r"(?i)\b[a-z0-9._\-]{2,64} ?(?: at |\(at\)|\[at\]) ?[a-z0-9\-]{2,64} ?(?: dot |\(dot\)|\[dot\]) ?"
    r"(?:com|net|org|info|co|de|es|at|ch|eu|uk|fr|it|nl)\b"
)
_NAME = r"\p{Lu}[\pL'’\-]+"
_OF = r"(?:(?:de|del|la|las|los|el) )*"
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Close|Crescent|Place"
    r"|Pl|Way)\b"
)
_HOUSE = r"\d{1,4} ?[a-h]?\b"
_ADDRESSES = tuple(
    re2.compile(pattern)
    for pattern in (
        # 55 Baker Street, London; 1600 Pennsylvania Ave
        rf"\b\d{{1,5}}[a-z]? (?:[NESW]\.? )?(?:{_NAME} ){{1,3}}{_STREET}(?:,? {_NAME})?",
        # Hauptstraße 12a, 10115 Berlin
        rf"\p{{Lu}}[\pL\-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|damm|ufer) {_HOUSE}(?:,? \d{{5}} {_NAME})?",
        rf"\b(?:Am|An der|Auf der|Im|In der|Zum|Zur) (?:{_NAME} ){{1,2}}{_HOUSE},? \d{{5}} {_NAME}",
        # Calle Mayor 5; Avda. de la Constitución, 12
        rf"\b(?:[Cc]alle|C/|Avda\.?|[Aa]venida|[Pp]aseo|[Pp]laza) {_OF}{_NAME}(?: {_OF}{_NAME}){{0,3}},? "
        rf"(?:n[.º°]* ?)?\d{{1,4}}\b",
        # SW1A 1AA
        r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b",
    )
)


# How card numbers begin, and how long they then are; one in ten other numbers has the right check digit by chance.
_ISSUERS: tuple[tuple[tuple[str, ...], frozenset[int]], ...] = (
    (("4",), frozenset({13, 16, 19})),
    (("51", "52", "53", "54", "55", *map(str, range(22, 28))), frozenset({16})),
    (("34", "37"), frozenset({15})),
    (("30", "36", "38", "39"), frozenset({14})),
    (("50", "56", "57", "58", "6", "35"), frozenset({16, 17, 18, 19})),
)
_TITLED = re2.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Señora?|Sra?)\b\.?"
    r"|(?:[Nn]ame(?: is| of)?|[Nn]amen?|[Rr]egistered to|[Bb]elongs to|[Aa]ccount (?:of|holder)|[Aa]ddressed to"
    rf"|[Ss]igned by|auf den Namen|a nombre de):?) ({_NAME} {_NAME})\b"
)
_IBAN = re2.compile(r"(?i)\b[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")
_CARD = re2.compile(r"\b[2-6](?:[ \-]?[0-9]){12,18}\b")


class Kind(StrEnum):
    """What was found."""

    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A stretch of text that identifies somebody."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str, language: str = "") -> tuple[PersonalData, ...]:
    """Return what identifies a person in `text`, from left to right, without overlaps."""
    # Links go first: order numbers and hashes inside them look like cards and phones.
    visible = without_links(text)
    found: list[PersonalData] = []
    for finder in (_find_emails, _find_ibans, _find_cards, _find_addresses, _find_names):
        for item in finder(visible):
            found.append(item)
            visible = visible[: item.start] + " " * (item.end - item.start) + visible[item.end :]
    found += _find_phones(visible, language)
    return tuple(sorted(found, key=lambda item: item.start))


def masked(text: str, language: str = "", *, names: Iterable[str] = ()) -> str:
    """Return the text with a mark in place of links, handles, these names, and all that identifies a person.

    Names of three letters and fewer stay: they would be found everywhere.
    """
    for item in reversed(find_personal_data(text, language)):
        text = text[: item.start] + MASK + text[item.end :]
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) > 3:
            text = re2.sub(rf"(?i){re2.escape(name)}", _mask, text)
    for pattern in (_LINK, _HANDLE):
        text = re2.sub(pattern, _mask, text)
    return text


def _mask(_match: "re2._Match[str]") -> str:
    # As a plain replacement, re2 would encode it twice.
    return MASK


def without_links(text: str) -> str:
    """Return the text with blanks where links are, every other character in its place."""
    return re2.sub(_LINK, _blank, text) if "/" in text or "www." in text.lower() else text


def _blank(match: "re2._Match[str]") -> str:
    return " " * len(match.group())


def _find_emails(text: str) -> Iterator[PersonalData]:
    for pattern in (_EMAIL, _SPELT_EMAIL):
        for match in re2.finditer(pattern, text):
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


def _find_addresses(text: str) -> Iterator[PersonalData]:
    place = 0
    for start, end in sorted(match.span() for pattern in _ADDRESSES for match in re2.finditer(pattern, text)):
        if start >= place:
            yield PersonalData(Kind.ADDRESS, start, end)
            place = end


def _find_names(text: str) -> Iterator[PersonalData]:
    """Find names where words say that one follows; elsewhere two capitals are as often a product."""
    for match in re2.finditer(_TITLED, text):
        yield PersonalData(Kind.NAME, match.start(1), match.end(1))


def _find_phones(text: str, language: str) -> list[PersonalData]:
    found: dict[int, PersonalData] = {}
    for region in REGIONS.get(language[:2].lower(), (None,)):
        matcher = phonenumbers.PhoneNumberMatcher(
            text, region, phonenumbers.Leniency.VALID, max_tries=MOST_PHONES_TRIED
        )
        for match in matcher:
            overlaps = any(item.start < match.end and match.start < item.end for item in found.values())
            if not overlaps and _is_written_as_phone(match.raw_string) and not _is_hotline(match.number):
                found[match.start] = PersonalData(Kind.PHONE, match.start, match.end)
    return list(found.values())


def _is_hotline(number: "phonenumbers.PhoneNumber") -> bool:
    """Return whether it is of a kind that no person has: free of charge, at shared cost, a company's one number."""
    return phonenumbers.number_type(number) in _HOTLINES


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
    number = "".join(map(str, digits))
    known = any(number.startswith(starts) and len(number) in lengths for starts, lengths in _ISSUERS)
    return known and total % 10 == 0 and len(set(digits)) > 1
