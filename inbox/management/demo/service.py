"""Promises the demo's customers how soon they are helped: hours, days off, a policy for each kind of network."""

from datetime import date, time

from accounts.models import Holiday, Organization, Team, WorkingHours
from inbox.actions.deadlines import count_again
from inbox.models import Network, Priority, SlaPolicy, SlaTarget

_WEEK = tuple(range(7))
# Zone, then days of the week, from and to.
_HOURS = {
    "Rail care": ("Europe/Berlin", [(_WEEK[:5], time(6), time(22)), (_WEEK[5:], time(8), time(20))]),
    "Home care": ("Europe/Berlin", [(_WEEK[:5], time(8), time(18))]),
    "Atención al cliente": ("Europe/Madrid", [(_WEEK[:5], time(9), time(19)), (_WEEK[5:6], time(9), time(14))]),
}
_HOLIDAYS = {(12, 25): "Christmas", (12, 26): "Boxing Day", (1, 1): "New Year"}
_PRIVATE = [Network.WHATSAPP, Network.SMS, Network.TELEGRAM, Network.WEBCHAT]
_PUBLIC = [Network.X, Network.BLUESKY, Network.MASTODON, Network.FACEBOOK, Network.INSTAGRAM]
# Measure, priority, minutes, warning, and whether only working time counts.
_POLICIES: dict[str, tuple[list[Network], list[tuple[str, Priority | None, int, int, bool]]]] = {
    "Messaging": (
        _PRIVATE,
        [
            ("first_reply", Priority.URGENT, 30, 10, False),
            ("first_reply", None, 150, 20, False),
            ("next_reply", None, 90, 20, False),
            ("resolution", None, 24 * 60, 120, False),
        ],
    ),
    "Public posts": (
        _PUBLIC,
        [
            ("first_reply", Priority.URGENT, 30, 10, False),
            ("first_reply", Priority.HIGH, 120, 20, False),
            ("first_reply", None, 240, 30, False),
            ("next_reply", None, 420, 60, False),
        ],
    ),
    "Everything else": (
        [],
        [
            ("first_reply", None, 240, 60, True),
            ("next_reply", None, 480, 60, True),
            ("resolution", None, 40 * 60, 240, True),
        ],
    ),
}


def promise_service(organization: Organization, today: date) -> None:
    """Give the teams their hours, and the tickets their deadlines."""
    for team in Team.objects.filter(organization=organization, name__in=_HOURS):
        _set_hours(team, today)
    for position, (name, (networks, targets)) in enumerate(_POLICIES.items(), 1):
        fields = {"position": position * 10, "networks": [network.value for network in networks]}
        policy = SlaPolicy.objects.create(organization=organization, name=name, **fields)
        for metric, priority, minutes, warning, working in targets:
            goal = {"minutes": minutes, "warning": warning, "working": working}
            SlaTarget.objects.create(policy=policy, metric=metric, priority=priority, **goal)
    count_again(organization.pk)


def _set_hours(team: Team, today: date) -> None:
    team.time_zone, hours = _HOURS[team.name]
    team.save(update_fields=["time_zone"])
    for weekdays, opens, closes in hours:
        WorkingHours.objects.create(team=team, weekdays=list(weekdays), opens=opens, closes=closes)
    for year in (today.year, today.year + 1):
        for (month, day), name in _HOLIDAYS.items():
            Holiday.objects.create(team=team, date=date(year, month, day), name=name)
