"""Which signed wordings answer what a customer wrote, best first, or that none does."""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from django.utils import timezone

from brandvoice.embedding import prepare
from brandvoice.languages import base_language
from brandvoice.matching.ranking import Ranked, Ranking, rank
from brandvoice.matching.shelf import Shelf
from brandvoice.models import PositionVersion, Wording
from brandvoice.queries.choices import Place, choose_wordings
from brandvoice.queries.vectors import library_for

MOST = 3
# Above the first a position is offered alone; where it is less likely than the second that any fits, none is. On
# messages held out of the training parts of BANKING77 and CLINC150, with ten examples a position, a quarter of
# BANKING77's intents left out: 82 % of messages about nothing are refused and a fifth of those about a
# neighbouring topic (two fifths with thirty examples), at the price of 3 to 4 % of those that could have been
# answered. What is offered alone is right in 85 % (BANKING77) to 98 % (CLINC150).
ONE_FROM, NONE_BELOW = 0.8, 0.7
# A guess that is hardly a guess is not shown beside better ones.
LEAST = 0.05


class State(StrEnum):
    """What the agent is told."""

    ONE = "one"
    CHOOSE = "choose"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SuggestQuery:
    """A customer's unanswered messages, oldest first, and where the answer would go."""

    organization_id: int
    brand_id: int
    network: str
    language: str
    texts: tuple[str, ...]
    # Who would use the words, and what is known of the customer: brandvoice/queries/wordings.py.
    person_id: int | None = None
    region: str = ""
    audience: str = ""
    product: str = ""
    # The key of the purpose in force; without one it decides nothing.
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A signed wording that may answer, who stands behind it, and why it is shown."""

    position_id: int
    version_id: int
    wording_id: int
    question: str
    text: str
    language: str
    edit_level: str
    probability: float
    matched: str
    signed_by: str
    signed_at: datetime
    valid_until: datetime | None
    # The keys of the purposes that its position serves, and whether the one in force is not among them.
    purposes: tuple[str, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to show; with state "none" the items are empty."""

    items: tuple[Suggestion, ...]
    state: State
    ms: float


def suggest(query: SuggestQuery, *, now: datetime | None = None) -> Suggestions:
    """Return the signed wordings that answer the customer, filtered before they are ranked.

    What serves other purposes than the one in force is left out, unless it fits better than all else: then it is last.
    """
    started, now = time.perf_counter(), now or timezone.now()
    text, language = "\n".join(query.texts), base_language(query.language)
    items: tuple[Suggestion, ...] = ()
    state = State.NONE
    choice = choose_wordings(_place(query), query.person_id, now, purpose=query.purpose) if prepare(text) else None
    if choice and (chosen := choice.wordings):
        embedder, known = library_for(query.organization_id, language, thorough=True)
        usable = np.fromiter(chosen, np.int64, len(chosen))
        ranking = rank(text, language, known, usable, embedder, most=MOST, aside=choice.aside)
        state = judge(ranking)
        likely = [item for item in ranking.items if item.probability >= LEAST] if state != State.NONE else []
        items = _describe(query, now, known.shelf, [(item, chosen[item.position_id]) for item in likely])
    return Suggestions(items, state if items else State.NONE, (time.perf_counter() - started) * 1000)


def judge(ranking: Ranking) -> State:
    """Return whether to offer one position, a choice, or to say that nothing fits."""
    if not ranking.items or ranking.fits < NONE_BELOW:
        return State.NONE
    return State.ONE if ranking.items[0].probability >= ONE_FROM else State.CHOOSE


def _place(query: SuggestQuery) -> Place:
    return Place(
        query.organization_id,
        query.brand_id,
        query.network,
        query.language,
        query.region,
        query.audience,
        query.product,
    )


def _describe(
    query: SuggestQuery, now: datetime, shelf: Shelf, shown: list[tuple[Ranked, int]]
) -> tuple[Suggestion, ...]:
    """Read what the page shows; what was withdrawn a moment ago is filtered a second time."""
    if not shown:
        return ()
    in_use = PositionVersion.objects.filter(organization=query.organization_id).live(now)
    people = ("version__signed_by", "version__signed_for")
    usable = Wording.objects.filter(version__in=in_use).select_related("version__position", *people)
    wordings = usable.in_bulk([pk for _, pk in shown])
    return tuple(
        suggestion_of(wordings[pk], item.probability, shelf.text_of(item.example_id), query.purpose)
        for item, pk in shown
        if pk in wordings
    )


def suggestion_of(wording: Wording, probability: float = 1.0, matched: str = "", purpose: str = "") -> Suggestion:
    """Return a wording that may be used as a suggestion; its version is loaded with its position and signers."""
    version = wording.version
    if version.signed_by is None or version.signed_at is None:
        raise AssertionError(f"Version {version.pk} passed the filter without a signature.")
    return Suggestion(
        position_id=version.position_id,
        version_id=version.pk,
        wording_id=wording.pk,
        question=version.position.question,
        text=wording.text,
        language=wording.language,
        edit_level=version.edit_level,
        probability=probability,
        matched=matched,
        signed_by=version.signed_name,
        signed_at=version.signed_at,
        valid_until=version.ends_at,
        purposes=tuple(version.position.purposes),
        aside=not version.position.serves(purpose),
    )
