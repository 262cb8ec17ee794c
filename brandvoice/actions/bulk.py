"""Does one thing to several positions: what can be done is done, and the rest says why not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from brandvoice.actions.refusals import NotDrafted, Refused
from brandvoice.actions.signing import put_name_under, return_to_writers
from brandvoice.actions.steps import lock_with_position
from brandvoice.actions.versions import ask_for_signature
from brandvoice.models import Position, PositionVersion
from brandvoice.models.versions import OPEN
from brandvoice.queries.signing import require_signer


@dataclass(frozen=True, slots=True)
class Undone:
    """A position to which it was not done, and why."""

    question: str
    why: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """How many it was done to, and to which it was not."""

    done: int
    undone: tuple[Undone, ...]


@transaction.atomic(durable=True)
def submit_positions(positions: Iterable[int], *, by: User, now: datetime | None = None) -> Bulk:
    """Ask for signatures of the drafts of these positions."""
    by.require("position.edit")
    at = now or timezone.now()
    return _each(_open_versions(positions, by), lambda version: ask_for_signature(version, by, at))


@transaction.atomic(durable=True)
def send_back_positions(positions: Iterable[int], *, by: User, reason: str, now: datetime | None = None) -> Bulk:
    """Return what waits for a signature to its writers, all with the same note."""
    at = now or timezone.now()
    require_signer(by, now=at)
    return _each(_open_versions(positions, by), lambda version: return_to_writers(version, by, reason, at))


@transaction.atomic(durable=True)
def sign_versions(
    seen: Mapping[int, str], *, by: User, second_factor: bool = False, now: datetime | None = None
) -> Bulk:
    """Sign these versions in one's own name; each must still be what was read, by its fingerprint."""
    by.require("position.sign")
    at = now or timezone.now()
    versions = PositionVersion.objects.visible_to(by).filter(pk__in=seen).select_related("position").order_by("pk")

    def sign(version: PositionVersion) -> object:
        read = seen[version.pk] or "nothing"
        return put_name_under(lock_with_position(version, by), by, by, at, seen=read, second_factor=second_factor)

    return _each([(version.position, version) for version in versions], sign)


@transaction.atomic(durable=True)
def set_review_dates(positions: Iterable[int], *, on: date | None, by: User) -> int:
    """Say when somebody should look at these positions again; return how many there are."""
    by.require("position.edit")
    chosen = Position.objects.visible_to(by).filter(pk__in=list(positions))
    return chosen.update(review_on=on)


def _open_versions(positions: Iterable[int], by: User) -> list[tuple[Position, PositionVersion | None]]:
    found = Position.objects.visible_to(by).filter(pk__in=list(positions)).order_by("pk")
    locked = list(found.select_for_update(no_key=True, of=("self",)))
    versions = PositionVersion.objects.filter(position__in=locked, status__in=OPEN).select_related("position")
    being_written = {version.position_id: version for version in versions.select_for_update(no_key=True, of=("self",))}
    return [(position, being_written.get(position.pk)) for position in locked]


def _each(rows: Iterable[tuple[Position, PositionVersion | None]], do: Callable[[PositionVersion], object]) -> Bulk:
    done, undone = 0, list[Undone]()
    for position, version in rows:
        try:
            if version is None:
                raise NotDrafted
            with transaction.atomic():
                do(version)
            done += 1
        except Refused as refusal:
            undone.append(Undone(position.question, str(refusal)))
    return Bulk(done, tuple(undone))
