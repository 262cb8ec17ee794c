"""What the guard is told and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from brandvoice.rule_kinds import Outcome
from brandvoice.spans import Span

DIRECT = "direct"
STOPPING = (Outcome.NEEDS_APPROVAL, Outcome.BLOCK)
STRICTNESS = {outcome: place for place, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Signed words that could be said instead."""

    wording_id: int
    text: str


class Stance(StrEnum):
    """What an incident lets out of what it touches."""

    OPEN = "open"
    APPROVAL = "approval"
    # The holding statement; anything else needs approval.
    HOLDING = "holding"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Freeze:
    """An incident that touches a text: what it lets out, and whether the writer has still to read its briefing."""

    incident_id: int
    name: str
    stance: Stance
    unread: bool = False
    drill: bool = False
    # Every wording of the holding statement; whether one may be used here is judged with the signed words.
    holding: frozenset[int] = frozenset()
    # Asked for the words of it that may be said here, once others were found.
    offer: Callable[[], Alternative | None] | None = None


class Chosen(TypedDict):
    """The part of a context that says why something is sent."""

    purpose: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardContext:
    """Where a text would go, and which of its stretches came from signed wording."""

    organization_id: int
    brand_id: int
    network: str
    language: str
    visibility: str
    spans: tuple[Span, ...] = ()
    # Who writes, for words that only some may use; and what is known of the customer.
    person_id: int | None = None
    region: str = ""
    audience: str = ""
    product: str = ""
    # Why it is sent, and what could be said there.
    purpose: str = ""
    purposes: tuple[str, ...] = ()
    # The incidents that touch it.
    freezes: tuple[Freeze, ...] = ()
    # The questions of positions about it that say something else since the writer has last read the briefing.
    changed: tuple[str, ...] = ()
    # When the network stops taking replies to this customer; None where it never does, or nobody knows.
    window_ends: datetime | None = None
    # Whether what is too long for one post goes out as several, where the network has threads.
    threads: bool = False
    # How often the same words stand on this channel already, as whoever asks has counted.
    posted_before: int = 0
    # Asked for signed words, best first, once something was found that they could replace.
    alternatives: Callable[[], tuple[Alternative, ...]] | None = None
    # While somebody is writing, advice too comes with signed words; elsewhere only what stops a text does.
    composing: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """One button: replace characters `start` to `end` by `text`, which is this signed wording if one is named."""

    label: str
    start: int
    end: int
    text: str
    wording_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the guard has to say, about characters `start` to `end`."""

    rule: str
    outcome: Outcome
    start: int
    end: int
    reason: str
    fix: Fix | None = None
    # The organization's own rule and its version, or none where the built-in one holds.
    rule_id: int | None = None
    version: int = 0
    # The signed version whose topic is not discussed; `version` is then its number.
    signed_version: int | None = None
    # Signed words instead, where the fix is something else: whoever is stopped has something to say.
    instead: Fix | None = None

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Return what can be done about it, one button each."""
        return tuple(fix for fix in (self.fix, self.instead) if fix)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest outcome, and why; with the versions of signed words and the state of the rules behind it."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    relied_on: tuple[int, ...] = ()
    revision: int = 0

    @property
    def stops(self) -> bool:
        """Return whether the text does not go out as it is."""
        return self.outcome in STOPPING
