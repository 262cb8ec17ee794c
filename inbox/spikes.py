"""Decides whether more comes in than usual, or more of it is angry: arithmetic over counts, without a database.

Volume goes by the method that public health watches outbreaks with (Farrington et al. 1996, A statistical algorithm for
the early detection of outbreaks; Noufaily et al. 2013): what came at the same hour of past weeks gives a mean whose
outliers weigh less, and how much more it is strewn than a Poisson count would be; the alarm is the tail of a negative
binomial with that mean and that variance. The share of angry customers goes by the tail of a beta-binomial, whose days
differ as they did (Williams 1982). Each alarm that can be false is paid from one budget (Bonferroni), which holds
whatever depends on what.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

WINDOW = timedelta(minutes=10)
# So many windows are looked at together, up to now: a sudden spike shows in one, a slow one in an hour.
LENGTHS = (1, 6)
LONGEST = max(LENGTHS)
WEEKS = 8
# A brand is only learned from at first: without a few weeks, everything would be unusual.
LEARNING = timedelta(days=14)
# What is younger has its hours compared with those of past days, and is learned from for some days first.
FEWEST_WEEKS, FEWEST_DAYS, MOST_DAYS = 3, 3, 14
# Fewer customers are no crisis, however unusual.
FEWEST = 5
# Much more than usual is at least so many times as many.
TIMES = 2.0
# What is longer is no phrase that anybody repeats: a key held down, a code without spaces.
LONGEST_PHRASE = 80
# Half an hour before and after count as the same hour.
NEIGHBOURS = 6
# So many false alarms in a week are paid for, for a brand and each of the three signals (volume, anger, words).
FALSE_ALARMS_A_WEEK = 0.05
# A window is looked at every minute.
LOOKS = 10
WINDOWS_A_WEEK = timedelta(weeks=1) // WINDOW
# What lies further out than this many deviations weighs less: an earlier spike does not hide the next (Noufaily).
_FAR = 2.58
# A normal distribution's deviation, in medians of what lies apart.
_NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual: the mean, and the variance of the next count."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Rise:
    """More than usual: so many, in so many windows up to now, where `expected` are usual; how unlikely that is."""

    count: int
    expected: float
    chance: float
    length: int
    # Of how many: the customers that were asked how they feel; 0 where it is about volume.
    of: int = 0

    @property
    def minutes(self) -> int:
        """Return how long it was looked at."""
        return self.length * (WINDOW // timedelta(minutes=1))


def window_of(moment: datetime) -> datetime:
    """Return when the window of this moment begins, in UTC."""
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)


def windows_until(window: datetime, length: int) -> list[datetime]:
    """Return so many windows up to this one, the oldest first."""
    return [window - back * WINDOW for back in reversed(range(length))]


def same_times(window: datetime, zone: ZoneInfo, since: datetime) -> list[datetime]:
    """Return the same time of day in past weeks, or days where there are few weeks since `since`; none: too young."""
    weeks = _back(window, zone, timedelta(weeks=1), WEEKS, since)
    if len(weeks) >= FEWEST_WEEKS:
        return weeks
    days = _back(window, zone, timedelta(days=1), MOST_DAYS, since)
    return days if len(days) >= FEWEST_DAYS else []


def _back(window: datetime, zone: ZoneInfo, step: timedelta, most: int, since: datetime) -> list[datetime]:
    # Local clocks: nine in the morning stays nine when the clocks are changed.
    local = window.astimezone(zone)
    moments = [window_of((local - step * back).astimezone(UTC)) for back in range(1, most + 1)]
    return [moment for moment in moments if moment - (NEIGHBOURS + LONGEST) * WINDOW >= since]


def windows_around(moments: Sequence[datetime]) -> list[datetime]:
    """Return every window that `samples` may ask for."""
    shifts = range(-NEIGHBOURS - LONGEST + 1, NEIGHBOURS + 1)
    return sorted({moment + shift * WINDOW for moment in moments for shift in shifts})


def samples(counts: Mapping[datetime, int], moments: Sequence[datetime], length: int) -> list[float]:
    """Return what came in as many windows at the same time and around it; a window that has no count had none."""
    step = max(1, length)
    shifts = [shift for shift in range(-NEIGHBOURS, NEIGHBOURS + 1) if shift % step == 0]
    ends = [moment + shift * WINDOW for moment in moments for shift in shifts]
    return [float(sum(counts.get(end - back * WINDOW, 0) for back in range(length))) for end in ends]


def usual(past: Sequence[float], groups: int) -> Usual:
    """Return what is usual by these counts of `groups` weeks or days: a mean that outliers hardly move, and a variance.

    Half a count is added, so that what never came is rare and not impossible. The variance is that of the next count:
    the counts' own, and the mean's, which is known from so many weeks.
    """
    middle = median(past) or fmean(past) + 0.5 / len(past)
    spread = max(1.0, (_NORMAL * median([abs(x - middle) for x in past])) ** 2 / middle)
    weights = [_weight(x, middle, spread) for x in past]
    weighed = sum(weights)
    mean = (_dot(weights, past) + 0.5) / weighed
    squares = _dot(weights, [(x - mean) ** 2 for x in past])
    spread = max(1.0, squares / mean / max(1.0, weighed - 1))
    return Usual(mean, spread * mean * (1 + 1 / max(1, groups)))


def _weight(count: float, mean: float, spread: float) -> float:
    """Return how much a count says: how far it lies out, on the scale that makes counts even (Anscombe)."""
    away = 1.5 * (count ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * math.sqrt(spread))
    return 1.0 if away < _FAR else (_FAR / away) ** 2


def rise(count: int, past: Sequence[float], groups: int, *, length: int, level: float = 1.0) -> Rise:
    """Return how unusual a count is; `level` is how much more comes these weeks than in those before."""
    found = usual(past, groups)
    mean, variance = found.mean * level, found.variance * level
    return Rise(count, mean, count_tail(count, mean, max(mean, variance)), length)


def alarms(found: Rise, allowed: float) -> bool:
    """Return whether it is much more than usual, and less likely by chance than what is allowed."""
    return found.count >= max(FEWEST, TIMES * found.expected) and found.chance <= allowed


def allowance(series: int, looks: int = 1) -> float:
    """Return how unlikely an alarm has to be, where so many series are looked at in every window and length.

    A count only grows while its window lasts, so that looking often costs nothing; a share goes up and down.
    """
    return FALSE_ALARMS_A_WEEK / (WINDOWS_A_WEEK * len(LENGTHS) * looks * max(1, series))


def level_of(days: Sequence[float]) -> float:
    """Return how much more comes this week than in those before it, by the sums of days, the newest first.

    Each of the last seven days is compared with its weekday; the middle one counts, so that one wild day does not.
    """
    before = [median(days[day + 7 :: 7]) for day in range(7) if days[day + 7 :: 7]]
    ratios = [days[day] / usually for day, usually in enumerate(before) if usually > 0]
    return min(2.0, max(1.0, median(ratios))) if len(ratios) == 7 else 1.0


def count_tail(count: int, mean: float, variance: float) -> float:
    """Return the chance of as many or more, for a negative binomial (a Poisson where the variance is the mean)."""
    if count <= mean:
        return 1.0
    if variance <= mean * (1 + 1e-9):
        first = count * math.log(mean) - mean - math.lgamma(count + 1)
        return _sum(first, lambda k: mean / (k + 1), count)
    size = mean * mean / (variance - mean)
    share = (variance - mean) / variance
    first = (
        math.lgamma(count + size)
        - math.lgamma(size)
        - math.lgamma(count + 1)
        + size * math.log1p(-share)
        + count * math.log(share)
    )
    return _sum(first, lambda k: (k + size) / (k + 1) * share, count)


def share_tail(count: int, of: int, share: float, alike: float) -> float:
    """Return the chance of as many or more among `of`; `share` is usual, and days differ by `alike` (0 to 1)."""
    if count <= of * share:
        return 1.0
    alike = max(alike, 1e-6)
    a, b = share * (1 - alike) / alike, (1 - share) * (1 - alike) / alike
    terms = (_log_choose(of, k) + _log_beta(k + a, of - k + b) - _log_beta(a, b) for k in range(count, of + 1))
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def share_of(days: Sequence[tuple[int, int]], around: float = 0.5, weight: float = 10.0) -> tuple[float, float]:
    """Return the usual share among days of (count, of), and how much days differ (0 to 1), by their moments.

    `around` is the share where nothing is known, and stands for `weight` customers.
    """
    total = sum(of for _count, of in days)
    share = (sum(count for count, _of in days) + around * weight) / (total + weight)
    known = [(count, of) for count, of in days if of > 1]
    within = sum(of * share * (1 - share) for _count, of in known)
    apart = sum((count - of * share) ** 2 for count, of in known)
    more = sum(of * (of - 1) * share * (1 - share) for _count, of in known)
    alike = (apart - within) / more if more else 0.0
    return share, min(0.5, max(0.0, alike))


def anger(negative: int, of: int, days: Sequence[tuple[int, int]], around: float) -> Rise:
    """Return how unusual it is that so many of an hour's customers are angry, by what days were like."""
    share, alike = share_of(days, around)
    return Rise(negative, of * share, share_tail(negative, of, share, alike), LONGEST, of)


def _sum(first: float, ratio: Callable[[int], float], count: int) -> float:
    """Return the sum of a tail whose terms fall, from the logarithm of its first."""
    term = total = 1.0
    for k in range(count, count + 100_000):
        term *= ratio(k)
        total += term
        if term < 1e-12 * total:
            break
    return min(1.0, math.exp(min(0.0, first + math.log(total))))


def _dot(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
