"""Messages that a network has approved before: what they say, which blanks they have, how these are filled in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")
APPROVED = "APPROVED"


@dataclass(frozen=True, slots=True)
class NetworkTemplate:
    """A template as its network has it; `named` where its blanks have names, else they are counted from 1."""

    external_id: str
    name: str
    language: str
    category: str
    status: str
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingTemplate:
    """The template that a reply is sent as, with what stands in its blanks, in their order."""

    name: str
    language: str
    values: tuple[tuple[str, str], ...] = ()
    named: bool = False


@runtime_checkable
class HasTemplates(Protocol):
    """A connector whose network takes approved templates where it takes no free answer."""

    def templates(self) -> Sequence[NetworkTemplate]:
        """Return the account's templates that can be sent with words alone; raises Rejected or Unavailable."""


def blanks_in(body: str) -> list[str]:
    """Return the names of a text's blanks, each once, in the order in which they are sent."""
    found = list(dict.fromkeys(_BLANK.findall(body)))
    return sorted(found, key=int) if all(name.isdecimal() for name in found) else found


def fill(body: str, values: Mapping[str, str]) -> str:
    """Return the text with its blanks filled in; those without a value stay as they are."""
    return _BLANK.sub(lambda blank: values.get(blank[1]) or blank[0], body)
