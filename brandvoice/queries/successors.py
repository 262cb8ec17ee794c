"""What takes the place of signed words that may no longer be used: a newer wording, or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from brandvoice.diff import Part, diff_words
from brandvoice.models import PositionVersion, Status, Wording
from brandvoice.models.versions import Sensitivity
from brandvoice.models.wordings import WordingQuerySet

_OVER = (Status.SUPERSEDED, Status.WITHDRAWN, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class Where:
    """Where, by whom and to whom new words may be used; what is empty asks nothing."""

    kind: str
    networks: tuple[str, ...]
    people: tuple[int, ...]
    regions: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Words that were signed and may not go out any more, why, and what is signed in their place.

    `new_wording_id` is None where nothing is. `change` is superseded, withdrawn or expired.
    """

    wording_id: int
    question: str
    change: str
    by: str
    reason: str
    new_wording_id: int | None
    new_text: str
    parts: tuple[Part, ...]
    # Unless it is known who writes where.
    where: Where | None = None


def overtaken_wordings(
    organization_id: int, wording_ids: Iterable[int], *, network: str, usable: WordingQuerySet, now: datetime
) -> tuple[Overtaken, ...]:
    """Return those of the wordings that may no longer be used, each with what may be said here in its place.

    `usable` is the hard filter of whoever writes; a successor that it leaves out is not offered. Two
    queries however many there are, one when none is overtaken.
    """
    old = list(_over(organization_id, now).filter(pk__in=list(wording_ids)))
    return _with_successors(old, usable, lambda _wording: (network, "")) if old else ()


def overtaken_of_version(organization_id: int, version_id: int, *, now: datetime) -> tuple[Overtaken, ...]:
    """Return the wordings of a version that was superseded, withdrawn or has expired; empty while it may be used.

    For those who look after positions: what is signed in their place is shown wherever it may be used.
    """
    old = list(_over(organization_id, now).filter(version=version_id))
    live = PositionVersion.objects.filter(organization=organization_id).live(now)
    return (
        _with_successors(old, Wording.objects.filter(version__in=live), lambda w: (w.channel_kind, "")) if old else ()
    )


def overtaken_everywhere(organization_id: int, version_id: int, *, now: datetime) -> tuple[Overtaken, ...]:
    """Return, for each wording that a version has left behind, all that may be said instead and where.

    Words for one kind of channel come before those for any, and at the end stands that nothing is
    signed.
    """
    old = list(_over(organization_id, now).filter(version=version_id))
    live = PositionVersion.objects.filter(organization=organization_id).live(now)
    new = Wording.objects.filter(version__in=live, version__position__versions=version_id)
    related = new.select_related("version__signed_by").prefetch_related("version__named_people")
    rows = list(related.order_by("-channel_kind", "variant", "pk"))
    found = []
    for wording in old:
        found += [
            _overtaken(wording, instead, _where(instead)) for instead in rows if instead.language == wording.language
        ]
        found.append(_overtaken(wording, None))
    return tuple(found)


def over_by_now(organization_id: int, chosen: Q, *, now: datetime) -> list[int]:
    """Return the ids of the chosen wordings that may no longer be used."""
    return list(_over(organization_id, now).filter(chosen).values_list("pk", flat=True))


def _over(organization_id: int, now: datetime) -> WordingQuerySet:
    # Time may have ended a signed version before the sweep has come by.
    ended = Q(version__valid_until__lte=now) | Q(version__gives_way_at__lte=now)
    over = Q(version__status__in=_OVER) | ended & Q(version__status=Status.SIGNED)
    wordings = Wording.objects.filter(over, organization=organization_id).order_by("pk")
    return wordings.select_related("version__position", "version__withdrawn_by")


def _with_successors(
    old: list[Wording], usable: WordingQuerySet, kinds_of: Callable[[Wording], tuple[str, ...]]
) -> tuple[Overtaken, ...]:
    new = usable.filter(version__position__in={wording.version.position_id for wording in old})
    # The first variant stays in the dictionary.
    rows = new.select_related("version__signed_by").order_by("-variant", "-pk")
    successors = {(w.version.position_id, w.language, w.channel_kind): w for w in rows}
    found = []
    for wording in old:
        places = ((wording.version.position_id, wording.language, kind) for kind in kinds_of(wording))
        found.append(_overtaken(wording, next((successors[place] for place in places if place in successors), None)))
    return tuple(found)


def _where(wording: Wording) -> Where:
    version = wording.version
    named = version.sensitivity == Sensitivity.NAMED
    # A version for named people that names none is for nobody.
    people = [row.person_id for row in version.named_people.all()] or [0] if named else []
    customers = (tuple(words) for words in (version.regions, version.audiences, version.products))
    return Where(wording.channel_kind, tuple(version.channel_kinds), tuple(people), *customers)


def _overtaken(old: Wording, new: Wording | None, where: Where | None = None) -> Overtaken:
    version = old.version
    withdrawn = version.status == Status.WITHDRAWN
    person = version.withdrawn_by if withdrawn else new.version.signed_by if new else None
    return Overtaken(
        wording_id=old.pk,
        question=version.position.question,
        change=_change(version, new),
        by=person.name if person else "",
        reason=version.reason if withdrawn else "",
        new_wording_id=new.pk if new else None,
        new_text=new.text if new else "",
        parts=tuple(diff_words(old.text, new.text)) if new else (),
        where=where,
    )


def _change(version: PositionVersion, new: Wording | None) -> str:
    if version.status != Status.SIGNED:
        return str(version.status)
    return str(Status.SUPERSEDED if new else Status.EXPIRED)
