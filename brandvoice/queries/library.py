"""The position library: one page of positions with what is signed and what is being written."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from brandvoice.models import Position, PositionVersion, Status, UsageDay
from brandvoice.models.positions import PositionQuerySet
from brandvoice.models.versions import PositionVersionQuerySet
from brandvoice.queries.usage import PeriodFilter, Use, usage_by_position

PAGE = 50
SOON = timedelta(days=14)
SHOWN = (Status.SIGNED, Status.DRAFT, Status.IN_REVIEW)
# By what a library is put in order beside its questions, in the usual period; the greatest first.
_REFUSED = ExpressionWrapper(
    Value(-1.0) * Sum("accepted") / NullIf(Sum(F("accepted") + F("rejected")), 0), FloatField()
)
ORDERS: dict[str, Combinable] = {
    "shown": Sum("shown"),
    "sent": Sum(F("unchanged") + F("edited")),
    "edited": Sum("edited"),
    # Where nobody has decided yet, there is nothing to see to.
    "refused": _REFUSED,
}
# Behind all of those stands what nobody has seen.
_LAST = -2.0


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What the reader looks for."""

    words: str = ""
    status: str = ""
    brand_id: int | None = None
    language: str = ""
    channel: str = ""
    owner_id: int | None = None
    sensitivity: str = ""
    # A key of ORDERS; "" is the order of the questions.
    order: str = ""


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One line of the library."""

    position: Position
    signed: PositionVersion | None
    open: PositionVersion | None
    languages: tuple[str, ...]
    ends_soon: bool
    review_due: bool
    use: Use = field(default_factory=Use)


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """Rows in order, and where the next page starts."""

    rows: tuple[PositionRow, ...]
    next: int | None


def find_positions(
    user: User, wanted: LibraryFilter, *, now: datetime, after: int | None = None, with_use: bool = False
) -> LibraryPage:
    """Return a page of the library, with its use if wanted; `after` is the last position of the page before."""
    positions, order = _in_order(Position.objects.visible_to(user), wanted.order)
    last = positions.filter(pk=after).first() if after else None
    positions = narrow_positions(positions, wanted, now)
    if last:
        positions = positions.filter(_behind(last, wanted.order))
    versions = PositionVersion.objects.filter(status__in=SHOWN)
    shown = Prefetch(
        "versions",
        versions.select_related("signed_by", "submitted_by").prefetch_related("wordings"),
        to_attr="shown_versions",
    )
    found = list(positions.select_related("brand", "owner").prefetch_related(shown).order_by(*order)[: PAGE + 1])
    uses = usage_by_position([position.pk for position in found], PeriodFilter()) if with_use else {}
    rows = (_row(position, position.shown_versions, now) for position in found[:PAGE])  # type: ignore[attr-defined]  # prefetched
    used = tuple(replace(row, use=uses.get(row.position.pk, row.use)) for row in rows)
    return LibraryPage(used, found[PAGE - 1].pk if len(found) > PAGE else None)


def narrow_positions(positions: PositionQuerySet, wanted: LibraryFilter, now: datetime) -> PositionQuerySet:
    """Return those of the positions that the reader looks for."""
    if wanted.words:
        positions = positions.matching(wanted.words)
    if wanted.brand_id:
        positions = positions.for_brand(wanted.brand_id)
    if wanted.owner_id:
        positions = positions.filter(owner=wanted.owner_id)
    for condition in _conditions(wanted, now):
        positions = positions.filter(condition)
    return positions


def _in_order(positions: PositionQuerySet, order: str) -> tuple[PositionQuerySet, list[str | OrderBy]]:
    """Return the positions with what they are put in order by, and that order: a total one."""
    by_question: list[str | OrderBy] = ["question", "pk"]
    if order not in ORDERS:
        return positions, by_question
    days = UsageDay.objects.filter(position=OuterRef("pk"), day__gte=PeriodFilter().since).order_by()
    found = Subquery(days.values("position").annotate(rated=ORDERS[order]).values("rated"), output_field=FloatField())
    return positions.annotate(rated=Coalesce(found, Value(_LAST))), [F("rated").desc(), *by_question]


def _behind(last: Position, order: str) -> Q:
    """Return the condition of standing behind a position."""
    behind = Q(question__gt=last.question) | Q(question=last.question, pk__gt=last.pk)
    if order not in ORDERS:
        return behind
    rated = last.rated  # type: ignore[attr-defined]  # annotated
    return Q(rated__lt=rated) | Q(rated=rated) & behind


def _conditions(wanted: LibraryFilter, now: datetime) -> Iterator[Q]:
    """Yield what the position's versions must be like."""
    versions = PositionVersion.objects.filter(position=OuterRef("pk"))
    if wanted.sensitivity:
        yield Q(Exists(versions.filter(status__in=SHOWN, sensitivity=wanted.sensitivity)))
    if wanted.channel:
        speaking = versions.filter(wordings__channel_kind__in=["", wanted.channel])
        yield Q(Exists(speaking.for_channel(wanted.channel).live(now)))
    if wanted.language:
        yield Q(Exists(versions.filter(wordings__language=wanted.language).live(now)))
    if wanted.status:
        yield _status(wanted.status, versions, now)


def _status(status: str, versions: PositionVersionQuerySet, now: datetime) -> Q:
    match status:
        case "unsigned":
            return ~Q(Exists(versions.live(now)))
        case "ending":
            return Q(Exists(versions.live(now).filter(valid_until__lte=now + SOON)))
        case "scheduled":
            return Q(Exists(versions.signed().filter(valid_from__gt=now)))
        case "review":
            return Q(Exists(versions.live(now)), review_on__lte=now.date())
        case _:
            return Q(Exists(versions.filter(status=status)))


def _row(position: Position, versions: list[PositionVersion], now: datetime) -> PositionRow:
    # What is in use before what is signed for later.
    in_turn = sorted((v for v in versions if v.status == Status.SIGNED), key=lambda v: v.valid_from or now)
    signed = next((version for version in in_turn if version.ends_at is None or version.ends_at > now), None)
    being_written = next((version for version in versions if version.status != Status.SIGNED), None)
    spoken = signed or being_written
    languages = sorted({wording.language for wording in spoken.wordings.all()}) if spoken else []
    ends = signed.ends_at if signed else None
    due = bool(signed and position.review_on and position.review_on <= now.date())
    return PositionRow(position, signed, being_written, tuple(languages), bool(ends and ends <= now + SOON), due)
