"""How agents use positions, read off the counted days; and what they keep putting in place of signed words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from math import sqrt
from urllib.parse import urlencode

from django.db.models import F, Q, Sum
from django.utils import timezone

from accounts.ids import named_id
from accounts.models import Brand, User
from brandvoice.channel_kinds import CHANNEL_KINDS
from brandvoice.diff import Part, diff_words
from brandvoice.languages import base_language
from brandvoice.models import Habit, Position, UsageDay, Wording
from brandvoice.models.usage import HabitQuerySet, UsageDayQuerySet
from brandvoice.spans import replace_words

PERIODS = (7, 30, 90)
USUAL_PERIOD = 30
MOST_POSITIONS = 25
MOST_HABITS = 10
COUNTS = ("shown", "inserted", "accepted", "rejected", "unchanged", "edited")
# Of 95 intervals in a hundred the true share is inside (Wilson's score).
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class PeriodFilter:
    """What the reader looks at; empty is everything."""

    days: int = USUAL_PERIOD
    brand_id: int | None = None
    network: str = ""
    language: str = ""

    @property
    def since(self) -> date:
        """Return the first day of the period."""
        return timezone.now().date() - timedelta(days=self.days - 1)

    @property
    def address(self) -> str:
        """Return the filter as the end of an address."""
        asked = {"days": self.days, "brand": self.brand_id, "network": self.network, "language": self.language}
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Use:
    """How often words were offered, and what became of them."""

    shown: int = 0
    inserted: int = 0
    accepted: int = 0
    rejected: int = 0
    unchanged: int = 0
    edited: int = 0

    @property
    def sent(self) -> int:
        """Return how many replies hold the words."""
        return self.unchanged + self.edited

    @property
    def decided(self) -> int:
        """Return how often somebody who had seen the words has answered."""
        return self.accepted + self.rejected

    @property
    def rate(self) -> int:
        """Return in how many percent of those answers the words were used."""
        return round(100 * self.accepted / self.decided) if self.decided else 0

    @property
    def interval(self) -> tuple[int, int]:
        """Return between which percentages the true share lies: wide after few answers, never beyond 0 and 100."""
        return interval(self.accepted, self.decided)

    @property
    def width(self) -> int:
        """Return how wide the interval is."""
        low, high = self.interval
        return high - low


@dataclass(frozen=True, slots=True)
class PositionUse:
    """One line of a table: a position, or one version of it, with how it was used."""

    position_id: int
    key: str
    name: str
    use: Use
    number: int | None = None
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class HabitView:
    """What several people keep changing, in the wording in which they do."""

    habit: Habit
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class UsageChoices:
    """Where a position was used, to narrow its figures down to."""

    brands: tuple[tuple[int, str], ...]
    networks: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]


def interval(hits: int, tries: int) -> tuple[int, int]:
    """Return Wilson's interval of a share, in percent; all of it where nothing was tried."""
    low, high = wilson(hits, tries)
    return round(100 * low), round(100 * high)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the interval of Wilson's score for a share, from 0 to 1; all of it where nothing was tried."""
    if not tries:
        return 0.0, 1.0
    share, weight = hits / tries, _Z**2 / tries
    middle = (share + weight / 2) / (1 + weight)
    reach = _Z * sqrt(share * (1 - share) / tries + weight / (4 * tries)) / (1 + weight)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def read_period(data: Mapping[str, str]) -> PeriodFilter:
    """Return what an address asks for; what makes no sense is left out."""
    days = data.get("days", "")
    network, language = data.get("network", "")[:20], base_language(data.get("language", "")[:10])
    return PeriodFilter(
        days=int(days) if days in {str(period) for period in PERIODS} else USUAL_PERIOD,
        brand_id=named_id(data.get("brand")) or None,
        network=network if network.isalnum() else "",
        language=language if language.isalnum() else "",
    )


def usage_by_version(position: Position, wanted: PeriodFilter) -> tuple[PositionUse, ...]:
    """Return how each version of a position was used, the newest first."""
    days = narrow_usage(UsageDay.objects.filter(position=position), wanted)
    sums = days.order_by().values_list("version", "version__number").annotate(*map(Sum, COUNTS))
    rows = (
        PositionUse(position.pk, position.key, position.question, Use(*counts), number, version_id)
        for version_id, number, *counts in sums
    )
    return tuple(sorted(rows, key=lambda row: -(row.number or 0)))


def usage_by_position(positions: Collection[int], wanted: PeriodFilter) -> dict[int, Use]:
    """Return how these positions were used; those that nobody has seen are not in it."""
    days = narrow_usage(UsageDay.objects.filter(position__in=positions), wanted)
    sums = days.order_by().values_list("position").annotate(*map(Sum, COUNTS))
    return {position_id: Use(*counts) for position_id, *counts in sums}


def most_used(user: User, wanted: PeriodFilter) -> tuple[PositionUse, ...]:
    """Return the organization's positions that were shown or sent most."""
    days = narrow_usage(UsageDay.objects.visible_to(user), wanted)
    sums = days.order_by().values_list("position", "position__key", "position__question").annotate(*map(Sum, COUNTS))
    most = sums.order_by(F("shown__sum").desc(), F("unchanged__sum").desc(), "position")[:MOST_POSITIONS]
    return tuple(PositionUse(pk, key, name, Use(*counts)) for pk, key, name, *counts in most)


def sum_of(rows: Iterable[PositionUse]) -> Use:
    """Return the sum of several lines."""
    uses = [astuple(row.use) for row in rows]
    return Use(*map(sum, zip(*uses, strict=True))) if uses else Use()


def usage_choices(position: Position) -> UsageChoices:
    """Return where a position was used lately."""
    days = UsageDay.objects.filter(position=position, day__gte=PeriodFilter(days=PERIODS[-1]).since)
    places = list(days.order_by().values_list("brand", "network", "language").distinct())
    brands = Brand.objects.filter(pk__in={brand for brand, _network, _language in places}).order_by("name")
    networks = {network for _brand, network, _language in places}
    return UsageChoices(
        brands=tuple(brands.values_list("pk", "name")),
        networks=tuple(sorted(((name, str(CHANNEL_KINDS.get(name, name))) for name in networks), key=lambda p: p[1])),
        languages=tuple(sorted({language for _brand, _network, language in places if language})),
    )


def habits_on(position: Position) -> tuple[HabitView, ...]:
    """Return what agents keep changing in a position's words."""
    return _views(Habit.objects.filter(position=position))


def habits_for(user: User, wanted: PeriodFilter) -> tuple[HabitView, ...]:
    """Return what agents keep changing in the organization, the strongest first."""
    habits = Habit.objects.visible_to(user)
    if wanted.brand_id:
        habits = habits.filter(Q(position__brand=wanted.brand_id) | Q(position__brand=None))
    return _views(habits)


def narrow_usage(days: UsageDayQuerySet, wanted: PeriodFilter) -> UsageDayQuerySet:
    """Return those of the days that the reader looks at."""
    asked = {"brand": wanted.brand_id, "network": wanted.network, "language": wanted.language}
    return days.filter(day__gte=wanted.since, **{name: value for name, value in asked.items() if value})


def _views(habits: HabitQuerySet) -> tuple[HabitView, ...]:
    shown = list(habits.strongest_first().select_related("position", "version")[:MOST_HABITS])
    wordings = Wording.objects.filter(version__in={habit.version_id for habit in shown}).order_by("pk")
    texts: dict[int, list[str]] = {}
    for version_id, text in wordings.values_list("version", "text"):
        texts.setdefault(version_id, []).append(text)
    return tuple(HabitView(habit, _parts(habit, texts.get(habit.version_id, []))) for habit in shown)


def _parts(habit: Habit, texts: Iterable[str]) -> tuple[Part, ...]:
    """Return the first wording that holds the words, with what they become."""
    for text in texts:
        if (changed := replace_words(text, habit.was, habit.now)) != text:
            return tuple(diff_words(text, changed))
    return tuple(diff_words(habit.was, habit.now))
