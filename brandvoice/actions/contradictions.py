"""Looks for positions that answer the same question for the same customers, perhaps differently."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import re2
from django.db import transaction
from django.utils import timezone

from accounts.models import Organization
from brandvoice.embedding import Embedder, Vectors, current_embedder
from brandvoice.matching.shelf import products
from brandvoice.models import Contradiction, PositionVersion
from brandvoice.queries.vectors import library_vectors

# The mean of each example's nearest of the other position. Measured on BANKING77's training part, one question's
# examples dealt to two positions: with eight each 90 % of the pairs are found, with three 53 %, and one in a thousand
# pairs of different questions is taken for one. At 0.65 it is one in two hundred.
ALIKE = 0.7
MOST_PAIRS = 100

_FIGURE = re2.compile(r"\pN[\pN.,:/]*")


def find_contradictions() -> int:
    """Look in every organization; return how many pairs there are."""
    organizations = Organization.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_find_for(organization_id, current_embedder()) for organization_id in organizations)


def _find_for(organization_id: int, embedder: Embedder) -> int:
    live = PositionVersion.objects.filter(organization=organization_id).live(timezone.now())
    versions = list(live.select_related("position").prefetch_related("wordings").order_by("position"))
    examples = _examples(organization_id, embedder)
    pairs = [
        _pair(left, right, likeness)
        for left, right in combinations([version for version in versions if version.position_id in examples], 2)
        if _overlap(left, right)
        and (likeness := _likeness(examples[left.position_id], examples[right.position_id])) >= ALIKE
    ]
    pairs.sort(key=lambda pair: (-pair.differs, -pair.likeness))
    _replace(organization_id, pairs[:MOST_PAIRS])
    return len(pairs[:MOST_PAIRS])


@transaction.atomic(durable=True)
def _replace(organization_id: int, pairs: Sequence[Contradiction]) -> None:
    # Two runs at once would write each pair twice.
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    Contradiction.objects.filter(organization=organization_id).delete()
    Contradiction.objects.bulk_create(pairs)


def _examples(organization_id: int, embedder: Embedder) -> dict[int, Vectors]:
    """Return each position's examples in the languages that the embedder reads."""
    shelf = library_vectors(organization_id, embedder).shelf
    rows = np.flatnonzero(np.isin(shelf.languages, list(embedder.languages)))
    owners = shelf.positions[rows]
    return {int(position): shelf.vectors[rows[owners == position]] for position in np.unique(owners)}


def _likeness(left: Vectors, right: Vectors) -> float:
    cosines = np.stack([products(right, vector) for vector in left])
    return float(cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2


def _overlap(left: PositionVersion, right: PositionVersion) -> bool:
    """Return whether there is a customer for whom both may be used."""
    brands = {left.position.brand_id, right.position.brand_id}
    scopes = ("channel_kinds", "regions", "audiences", "products")
    pairs = ((set(getattr(left, scope)), set(getattr(right, scope))) for scope in scopes)
    return (len(brands) == 1 or None in brands) and all(not a or not b or a & b for a, b in pairs)


def _pair(left: PositionVersion, right: PositionVersion, likeness: float) -> Contradiction:
    here, there = set(_figures(left)), set(_figures(right))
    return Contradiction(
        organization_id=left.organization_id,
        left_id=left.position_id,
        right_id=right.position_id,
        likeness=likeness,
        differs=bool(here and there and here != there),
        left_says=", ".join(sorted(here - there))[:200],
        right_says=", ".join(sorted(there - here))[:200],
    )


def _figures(version: PositionVersion) -> Iterator[str]:
    for wording in version.wordings.all():
        yield from (figure.rstrip(".,:/") for figure in _FIGURE.findall(wording.text))
