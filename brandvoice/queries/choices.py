"""Which wording would answer for each position, here and for this customer: found once while the words are in use."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from brandvoice.languages import base_language
from brandvoice.models import PositionVersion
from brandvoice.queries.wordings import usable_wordings

MOST_CHOICES = 512  # one of 500 positions is 40 kB

_kept: OrderedDict[tuple["Place", tuple[int, ...]], Mapping[int, int]] = OrderedDict()
_keeping = threading.Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer would go, and to whom."""

    organization_id: int
    brand_id: int
    network: str
    language: str
    region: str
    audience: str
    product: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Each usable position with its best wording, and which positions serve other purposes than the one asked for."""

    wordings: Mapping[int, int]
    aside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InUse:
    """The versions that somebody may answer with, in order, and the positions of those that serve other purposes."""

    versions: tuple[int, ...]
    aside: tuple[int, ...]


def choose_wordings(place: Place, person_id: int | None, now: datetime, *, purpose: str = "") -> Choice:
    """Return each usable position with its best wording: the customer's language, then this network's own.

    Which versions are in use and open to this person, and what their positions serve, is asked of the database every
    time. Nothing else of a signed version ever changes, so the same versions give the same choice.
    """
    used = in_use(place.organization_id, person_id, now, purpose)
    key = place, used.versions
    with _keeping:
        held = _kept.get(key)
    if held is not None:
        return Choice(held, used.aside)
    fresh = _choose(place, person_id, now)
    # Where something was signed or withdrawn in between, the choice belongs to versions that nobody has counted.
    if used.versions == in_use(place.organization_id, person_id, now, purpose).versions:
        with _keeping:
            _kept[key] = fresh
            while len(_kept) > MOST_CHOICES:
                _kept.popitem(last=False)
    return Choice(fresh, used.aside)


def in_use(organization_id: int, person_id: int | None, now: datetime, purpose: str) -> InUse:
    """Return the versions that this person may answer with at `now`, and what of it serves other purposes; "" is any.

    What is said while nobody knows the answer is no answer.
    """
    versions = PositionVersion.objects.filter(organization=organization_id, position__holding=False)
    others = ~Q(position__purposes=[]) & ~Q(position__purposes__contains=[purpose])
    asked = {"pks": ArrayAgg("pk", order_by="pk")}
    if purpose:
        asked["aside"] = ArrayAgg("position", filter=others)
    found = versions.live(now).for_person(person_id).aggregate(**asked)
    return InUse(tuple(found["pks"] or ()), tuple(found.get("aside") or ()))


def _choose(place: Place, person_id: int | None, now: datetime) -> Mapping[int, int]:
    usable = usable_wordings(
        place.organization_id,
        place.brand_id,
        place.network,
        place.language,
        now,
        region=place.region,
        audience=place.audience,
        product=place.product,
        person_id=person_id,
    )
    language = base_language(place.language)
    rows = usable.filter(version__position__holding=False).values_list(
        "version__position", "pk", "language", "channel_kind", "variant"
    )
    best: dict[int, tuple[bool, bool, int, int]] = {}
    for position_id, wording_id, spoken, kind, variant in rows:
        rated = (spoken == language, bool(kind), -variant, wording_id)
        best[position_id] = max(rated, best.get(position_id, rated))
    return {position_id: rated[-1] for position_id, rated in best.items()}
