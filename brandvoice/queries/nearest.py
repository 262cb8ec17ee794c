"""Which question each of many messages comes nearest to, whether or not anything is signed for it yet."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from redis.exceptions import RedisError

from brandvoice.embedding import current_embedder
from brandvoice.languages import base_language
from brandvoice.matching.ranking import rank
from brandvoice.models import Position
from brandvoice.queries.suggest import State, judge
from brandvoice.queries.vectors import library_for, library_vectors

# A message costs some milliseconds the first time; after that it is known until the library changes.
KEEP_SECONDS = 3600
NOTHING_FITS = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a customer wrote to a brand; `key` names these words and never others."""

    key: int
    brand_id: int
    language: str
    text: str


def nearest_positions(organization_id: int, asked: Sequence[Asked]) -> dict[int, int]:
    """Return, by the key of each message, the position whose examples it comes nearest to; left out where none fits."""
    library = library_vectors(organization_id, current_embedder())
    marks = f"nearest:{organization_id}:{library.revision}:{library.epoch}:{library.head_number}"
    names = {f"{marks}:{one.key}": one for one in asked}
    known: dict[str, int] = {}
    # Without Valkey everything is ranked anew.
    with suppress(RedisError):
        known = cache.get_many(names)
    found = _rank_all(organization_id, {name: one for name, one in names.items() if name not in known})
    with suppress(RedisError):
        cache.set_many(found, KEEP_SECONDS)
    everything = known | found
    return {one.key: everything[name] for name, one in names.items() if everything[name] != NOTHING_FITS}


def _rank_all(organization_id: int, asked: dict[str, Asked]) -> dict[str, int]:
    positions = Position.objects.filter(organization=organization_id)
    usable = {
        brand_id: np.fromiter(positions.for_brand(brand_id).values_list("pk", flat=True), np.int64)
        for brand_id in {one.brand_id for one in asked.values()}
    }
    libraries = {
        language: library_for(organization_id, language)
        for language in {base_language(one.language) for one in asked.values()}
    }
    found = {}
    for name, one in asked.items():
        language = base_language(one.language)
        embedder, known = libraries[language]
        ranking = rank(one.text, language, known, usable[one.brand_id], embedder, most=1)
        fits = judge(ranking) != State.NONE
        found[name] = ranking.items[0].position_id if fits else NOTHING_FITS
    return found
