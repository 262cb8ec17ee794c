"""Which signed wordings answer what a customer wrote, best first, or that none does."""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from django.utils import timezone

from brandvoice.embedding import Embedder, current_embedder, prepare
from brandvoice.languages import base_language
from brandvoice.models import Example, Wording
from brandvoice.queries.ranking import Ranked, rank
from brandvoice.queries.vectors import library_vectors
from brandvoice.queries.wordings import usable_wordings

MOST = 3
# Above this the first is offered alone; when the three together are below the other, none is. On
# the data that ranking.py names, 0.4 refuses 87 % of messages from another domain and half of those
# about a neighbouring topic, at the price of 7 % of the messages that could have been answered.
ONE_FROM, NONE_BELOW = 0.6, 0.4
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


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to show; with state "none" the items are empty."""

    items: tuple[Suggestion, ...]
    state: State
    ms: float


def suggest(query: SuggestQuery, *, now: datetime | None = None, embedder: Embedder | None = None) -> Suggestions:
    """Return the signed wordings that answer the customer, filtered before they are ranked."""
    started, now = time.perf_counter(), now or timezone.now()
    text, embedder = "\n".join(query.texts), embedder or current_embedder()
    chosen = _choose_wordings(query, now) if prepare(text) else {}
    ranked: list[Ranked] = []
    if chosen:
        library = library_vectors(query.organization_id, embedder)
        usable = np.fromiter(chosen, np.int64, len(chosen))
        ranked = rank(text, query.language, library, usable, embedder, MOST)
    state = _judge(ranked)
    shown = [item for item in ranked if item.probability >= LEAST] if state != State.NONE else []
    items = _describe(query, now, [(item, chosen[item.position_id]) for item in shown])
    return Suggestions(items, state if items else State.NONE, (time.perf_counter() - started) * 1000)


def _choose_wordings(query: SuggestQuery, now: datetime) -> dict[int, int]:
    """Return each usable position with its best wording: the customer's language, then this network's own."""
    language = base_language(query.language)
    usable = usable_wordings(query.organization_id, query.brand_id, query.network, query.language, now)
    rows = usable.values_list("version__position", "pk", "language", "channel_kind")
    best: dict[int, tuple[bool, bool, int]] = {}
    for position_id, wording_id, spoken, kind in rows:
        rated = (spoken == language, bool(kind), wording_id)
        best[position_id] = max(rated, best.get(position_id, rated))
    return {position_id: rated[-1] for position_id, rated in best.items()}


def _judge(ranked: list[Ranked]) -> State:
    if sum(item.probability for item in ranked) < NONE_BELOW:
        return State.NONE
    return State.ONE if ranked[0].probability >= ONE_FROM else State.CHOOSE


def _describe(query: SuggestQuery, now: datetime, shown: list[tuple[Ranked, int]]) -> tuple[Suggestion, ...]:
    """Read what the page shows; what was withdrawn a moment ago is filtered a second time."""
    if not shown:
        return ()
    usable = usable_wordings(query.organization_id, query.brand_id, query.network, query.language, now)
    wordings = usable.select_related("version__position", "version__signed_by").in_bulk([pk for _, pk in shown])
    examples = Example.objects.in_bulk([item.example_id for item, _ in shown])
    return tuple(_suggestion(item, wordings[pk], examples.get(item.example_id)) for item, pk in shown if pk in wordings)


def _suggestion(item: Ranked, wording: Wording, example: Example | None) -> Suggestion:
    version = wording.version
    if version.signed_by is None or version.signed_at is None:
        raise AssertionError(f"Version {version.pk} passed the filter without a signature.")
    return Suggestion(
        position_id=item.position_id,
        version_id=version.pk,
        wording_id=wording.pk,
        question=version.position.question,
        text=wording.text,
        language=wording.language,
        edit_level=version.edit_level,
        probability=item.probability,
        matched=example.text if example else "",
        signed_by=version.signed_by.name,
        signed_at=version.signed_at,
        valid_until=version.valid_until,
    )
