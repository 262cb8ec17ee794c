"""How letters belong together: by their names, by the names we give, and by the token in our address."""

import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import getaddresses
from hashlib import sha256
from uuid import UUID

_NAME = re.compile(r"<([^<>\s]{1,900})>")
# Our own: the reply's key and the conversation that it belongs to.
_OURS = re.compile(r"onevoice\.([0-9a-f]{32})\.([a-z2-7]{24})@[^@\s]+")
_THREAD = re.compile(r"[a-z2-7]{24}")
LONGEST_NAME = 255


class _NamesHeader(UnstructuredHeader, BaseHeader):
    """Names of letters, folded between them only: Python itself would encode one that is longer than a line."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it travels, a name a line."""
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references"):
        registry.map_to_type(name, _NamesHeader)
    return registry


# By which our letters are written.
POLICY = policy.SMTP.clone(header_factory=_headers())


@dataclass(frozen=True, slots=True)
class Names:
    """What a letter is called, and what it answers; names stand without their brackets."""

    own: str
    answers: str
    earlier: tuple[str, ...]


def names_of(letter: EmailMessage) -> Names:
    """Return a letter's names: Message-ID, In-Reply-To and References."""
    own, answers, earlier = (_names(header(letter, name)) for name in ("Message-ID", "In-Reply-To", "References"))
    return Names(own[0] if own else "", answers[0] if answers else "", tuple(earlier))


def name_for(key: UUID, thread: str, address: str) -> str:
    """Return the name of our reply: the same at every attempt, and its conversation can be read off it."""
    return f"onevoice.{key.hex}.{thread}@{address.rpartition('@')[2]}"


def key_in(name: str) -> UUID | None:
    """Return the key of our reply with this name; None where it is not ours."""
    ours = _OURS.fullmatch(name)
    return UUID(ours[1]) if ours else None


def thread_of(letter: EmailMessage, names: Names, address: str, own: str) -> str:
    """Return the conversation that a letter belongs to; `own` names a letter that answers none."""
    for name in (names.answers, *reversed(names.earlier)):
        if ours := _OURS.fullmatch(name):
            return ours[2]
    if token := _token(letter, address):
        return token
    root = (*names.earlier, names.answers, own)
    return _digest(next(name for name in root if name))


def address_with(address: str, thread: str) -> str:
    """Return our address with the conversation's token in it."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{thread}@{domain}"


def header(letter: EmailMessage, name: str) -> str:
    """Return a header on one line; empty where it is missing or can't be read."""
    try:
        # Python's parser of structured headers gives up on some of what is really sent.
        return " ".join(str(letter.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        return ""


def people(letter: EmailMessage, *names: str) -> list[tuple[str, str]]:
    """Return the names and addresses in these headers."""
    found = getaddresses([header(letter, name) for name in names])
    return [(name, address.lower()) for name, address in found if "@" in address]


def _token(letter: EmailMessage, address: str) -> str:
    local, _at, domain = address.lower().rpartition("@")
    for _name, other in people(letter, "To", "Cc", "Delivered-To", "X-Original-To"):
        name, _plus, token = other.rpartition("@")[0].partition("+")
        if name == local and other.endswith("@" + domain) and _THREAD.fullmatch(token):
            return token
    return ""


def _names(text: str) -> list[str]:
    found: Iterable[str] = _NAME.findall(text) or text.split()
    return [name if len(name) <= LONGEST_NAME else _digest(name) for name in found]


def _digest(name: str) -> str:
    return b32encode(sha256(name.encode()).digest()[:15]).decode().lower()
