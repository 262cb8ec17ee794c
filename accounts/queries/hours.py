"""Says when teams work."""

from collections.abc import Collection
from datetime import date, time
from zoneinfo import ZoneInfo

from accounts.models import Holiday, Team, WorkingHours
from accounts.working_time import DAY, Opening, WorkingWeek


def working_weeks(team_ids: Collection[int]) -> dict[int, WorkingWeek]:
    """Return the working week of each of these teams, in three queries whatever their number."""
    hours, holidays = dict[int, list[Opening]](), dict[int, set[date]]()
    for row in WorkingHours.objects.filter(team__in=team_ids).order_by("opens", "pk"):
        hours.setdefault(row.team_id, []).extend(openings_of(row))
    for team_id, day in Holiday.objects.filter(team__in=team_ids).values_list("team_id", "date"):
        holidays.setdefault(team_id, set()).add(day)
    zones = Team.objects.filter(pk__in=team_ids).values_list("pk", "time_zone")
    return {
        pk: WorkingWeek(ZoneInfo(zone), tuple(hours.get(pk, ())), frozenset(holidays.get(pk, ()))) for pk, zone in zones
    }


def openings_of(row: WorkingHours) -> list[Opening]:
    """Return what a row says, a day each."""
    return [Opening(weekday, _minute(row.opens), _minute(row.closes) or DAY) for weekday in row.weekdays]


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
