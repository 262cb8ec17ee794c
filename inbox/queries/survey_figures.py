"""How content customers were: shares with the margin that so few answers leave, by team, person and channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from brandvoice.queries.usage import interval
from inbox.models import GOOD, Skip, Survey, SurveyState
from inbox.models.surveys import SurveyQuerySet

MOST_ROWS = 50
NEWEST = 20


@dataclass(frozen=True, slots=True)
class Share:
    """Of those asked, how many answered, and of these how many were content; percentages are whole numbers."""

    name: str
    asked: int
    answered: int
    good: int

    @property
    def rate(self) -> int | None:
        """Return the share of the answers that are good, None without any."""
        return round(100 * self.good / self.answered) if self.answered else None

    @property
    def margin(self) -> tuple[int, int]:
        """Return between which percentages the share of all customers lies, with a certainty of 95 %."""
        return interval(self.good, self.answered)

    @property
    def response(self) -> int:
        """Return the share of those asked who answered."""
        return round(100 * self.answered / self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What surveys of a span of days came to."""

    total: Share
    # Each with its name: teams, people, channels; the largest first.
    parts: tuple[tuple[str, tuple[Share, ...]], ...]
    skipped: tuple[tuple[str, int], ...]
    newest: tuple[Survey, ...]


def survey_figures(organization_id: int | None, days: int, now: datetime | None = None) -> Figures:
    """Return the figures of an organization's surveys of so many days (None: of all organizations); six queries."""
    since = (now or timezone.now()) - timedelta(days=days)
    found = Survey.objects.filter(due_at__gte=since)
    if organization_id is not None:
        found = found.filter(organization=organization_id)
    asked = found.filter(state=SurveyState.ASKED)
    skipped = found.filter(state=SurveyState.SKIPPED).order_by().values_list("skip").annotate(count=Count("pk"))
    said = asked.answered().select_related("ticket", "person").order_by("-answered_at", "-pk")
    return Figures(
        total=_share("", asked.aggregate(**_COUNTED)),
        parts=(
            (_("Teams"), _by(asked, "team")),
            (_("People"), _by(asked, "person")),
            (_("Channels"), _by(asked, "channel")),
        ),
        skipped=tuple((str(Skip(skip).label), count) for skip, count in skipped.order_by("-count")),
        newest=tuple(said[:NEWEST]),
    )


_COUNTED = {"asked": Count("pk"), "answered": Count("score"), "good": Count("pk", filter=Q(score__gte=GOOD))}


def _by(asked: SurveyQuerySet, what: str) -> tuple[Share, ...]:
    name = f"{what}__name"
    counted = asked.order_by().values(what, name).annotate(**_COUNTED).order_by("-asked", name, what)
    rows: Iterable[dict[str, object]] = counted[:MOST_ROWS]
    return tuple(_share(str(row[name] or "–"), row) for row in rows)


def _share(name: str, row: dict[str, object]) -> Share:
    return Share(name, *(int(str(row[counted])) for counted in _COUNTED))
