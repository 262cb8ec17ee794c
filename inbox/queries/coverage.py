"""Reads coverage off the counted days: what is asked, topic by topic, and how much of it signed wording answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Exists, Min, OuterRef, Sum
from django.utils import timezone

from accounts.models import Brand, User
from brandvoice.languages import base_language
from brandvoice.models import Position, PositionVersion
from brandvoice.queries.usage import PERIODS, USUAL_PERIOD, PeriodFilter
from inbox.models import Channel, CoverageDay, Network


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages, and how they were answered."""

    asked: int = 0
    signed: int = 0
    free: int = 0

    @property
    def open(self) -> int:
        """Return how many nobody has answered."""
        return self.asked - self.signed - self.free

    @property
    def share(self) -> int:
        """Return what part was answered in signed words, in percent."""
        return round(100 * self.signed / self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic: its messages, also by network, and what the library has for it."""

    topic: str
    counts: Counts
    networks: tuple[tuple[str, Counts], ...]
    positions: int
    review_on: date | None
    review_due: bool
    # What its numbers open, as the end of an address.
    address: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The table, the sums below it, and the networks that have columns."""

    rows: tuple[TopicRow, ...]
    counts: Counts
    networks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CoverageChoices:
    """What can be looked at."""

    brands: tuple[tuple[int, str], ...]
    networks: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Library:
    positions: int
    review_on: date | None


def coverage_of(user: User, wanted: PeriodFilter) -> Coverage:
    """Return what the organization's customers asked in the period, most asked first."""
    cells = _cells(user, wanted)
    networks = sorted({network for _topic, network in cells}, key=lambda network: Network(network).label)
    library = _library(user, wanted.brand_id)
    topics = {topic for topic, _network in cells}
    rows = [_row(topic, cells, networks, library.get(topic, _Library(0, None)), wanted) for topic in topics]
    rows.sort(key=lambda row: (not row.topic, -row.counts.asked, row.topic))
    named = tuple((network, str(Network(network).label)) for network in networks)
    return Coverage(tuple(rows), _sum(cells.values()), named)


def choices_of(user: User) -> CoverageChoices:
    """Return the brands, networks and languages that the reader can choose."""
    networks = Channel.objects.visible_to(user).order_by().values_list("network", flat=True).distinct()
    spoken = CoverageDay.objects.visible_to(user).exclude(language="").order_by().values_list("language", flat=True)
    return CoverageChoices(
        brands=tuple(Brand.objects.visible_to(user).order_by("name").values_list("pk", "name")),
        networks=tuple(sorted(((name, str(Network(name).label)) for name in networks), key=lambda pair: pair[1])),
        languages=tuple(sorted(set(spoken.distinct()))),
    )


def read_wanted(data: Mapping[str, str], choices: CoverageChoices) -> PeriodFilter:
    """Return what an address asks for; what can't be chosen is left out."""
    days, brand = data.get("days", ""), data.get("brand", "")
    network, language = data.get("network", ""), base_language(data.get("language", ""))
    return PeriodFilter(
        days=int(days) if days in {str(period) for period in PERIODS} else USUAL_PERIOD,
        brand_id=int(brand) if brand in {str(pk) for pk, _name in choices.brands} else None,
        network=network if network in dict(choices.networks) else "",
        language=language if language in choices.languages else "",
    )


def _cells(user: User, wanted: PeriodFilter) -> dict[tuple[str, str], Counts]:
    """Return the sums by topic and network."""
    days = CoverageDay.objects.visible_to(user).filter(day__gte=wanted.since)
    asked_for = {"brand": wanted.brand_id, "network": wanted.network, "language": wanted.language}
    days = days.filter(**{name: value for name, value in asked_for.items() if value})
    sums = days.order_by().values_list("topic", "network").annotate(Sum("asked"), Sum("signed"), Sum("free"))
    return {(topic, network): Counts(*counts) for topic, network, *counts in sums}


def _library(user: User, brand_id: int | None) -> dict[str, _Library]:
    """Return by topic how many positions may be used, and when the first is due for a review."""
    live = PositionVersion.objects.filter(position=OuterRef("pk")).live(timezone.now())
    positions = Position.objects.visible_to(user).filter(Exists(live)).exclude(topic="")
    if brand_id:
        positions = positions.for_brand(brand_id)
    found = positions.order_by().values_list("topic").annotate(Count("pk"), Min("review_on"))
    return {topic: _Library(count, review_on) for topic, count, review_on in found}


def _row(
    topic: str,
    cells: Mapping[tuple[str, str], Counts],
    networks: Iterable[str],
    library: _Library,
    wanted: PeriodFilter,
) -> TopicRow:
    by_network = tuple((network, cells.get((topic, network), Counts())) for network in networks)
    return TopicRow(
        topic=topic,
        counts=_sum(counts for _network, counts in by_network),
        networks=by_network,
        positions=library.positions,
        review_on=library.review_on,
        review_due=library.review_on is not None and library.review_on <= timezone.now().date(),
        address=f"{wanted.address}&{urlencode({'topic': topic})}",
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    found = list(counts)
    return Counts(*(sum(getattr(one, name) for one in found) for name in ("asked", "signed", "free")))
