"""The position library: one page of positions with what is signed and what is being written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.models import User
from brandvoice.models import Position, PositionVersion, Status
from brandvoice.models.positions import PositionQuerySet

PAGE = 50
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What the reader looks for."""

    words: str = ""
    status: str = ""
    brand_id: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One line of the library."""

    position: Position
    signed: PositionVersion | None
    open: PositionVersion | None
    languages: tuple[str, ...]
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """Rows in the order of their questions, and where the next page starts."""

    rows: tuple[PositionRow, ...]
    next: int | None


def find_positions(user: User, wanted: LibraryFilter, *, now: datetime, after: int | None = None) -> LibraryPage:
    """Return a page of the library; `after` is the last position of the page before."""
    positions = _narrow(Position.objects.visible_to(user), wanted, now)
    last = Position.objects.visible_to(user).filter(pk=after).first() if after else None
    if last:
        positions = positions.filter(Q(question__gt=last.question) | Q(question=last.question, pk__gt=last.pk))
    versions = PositionVersion.objects.filter(status__in=[Status.SIGNED, Status.DRAFT, Status.IN_REVIEW])
    shown = Prefetch(
        "versions",
        versions.select_related("signed_by", "submitted_by").prefetch_related("wordings"),
        to_attr="shown_versions",
    )
    found = list(
        positions.select_related("brand", "owner").prefetch_related(shown).order_by("question", "pk")[: PAGE + 1]
    )
    rows = tuple(_row(position, position.shown_versions, now) for position in found[:PAGE])  # type: ignore[attr-defined]  # prefetched
    return LibraryPage(rows, found[PAGE - 1].pk if len(found) > PAGE else None)


def _narrow(positions: PositionQuerySet, wanted: LibraryFilter, now: datetime) -> PositionQuerySet:
    if wanted.words:
        positions = positions.matching(wanted.words)
    if wanted.brand_id:
        positions = positions.for_brand(wanted.brand_id)
    versions = PositionVersion.objects.filter(position=OuterRef("pk"))
    if wanted.language:
        spoken = versions.filter(wordings__language=wanted.language).live(now)
        positions = positions.filter(Exists(spoken))
    if wanted.status == "unsigned":
        return positions.filter(~Exists(versions.live(now)))
    if wanted.status == "ending":
        return positions.filter(Exists(versions.live(now).filter(valid_until__lte=now + SOON)))
    if wanted.status:
        positions = positions.filter(Exists(versions.filter(status=wanted.status)))
    return positions


def _row(position: Position, versions: list[PositionVersion], now: datetime) -> PositionRow:
    signed = next((version for version in versions if version.status == Status.SIGNED), None)
    being_written = next((version for version in versions if version.status != Status.SIGNED), None)
    spoken = signed or being_written
    languages = sorted({wording.language for wording in spoken.wordings.all()}) if spoken else []
    ends = signed.valid_until if signed else None
    return PositionRow(position, signed, being_written, tuple(languages), bool(ends and ends <= now + SOON))
