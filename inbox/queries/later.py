"""Which times are offered for later, for a ticket to come back or a reply to go out, by the organization's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Organization
from inbox.queries.posts import zone_of

MORNING = 9
# As browsers write a moment.
MINUTES = "%Y-%m-%dT%H:%M"
# Farther ahead nobody knows what will be true.
FARTHEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LaterChoice:
    """A time that is offered."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class SendLater:
    """What the composer offers for a reply that goes out later; its times are by the organization's clock."""

    # Whether the network takes a reply in an hour from when somebody says so, and the mornings on which it does.
    in_an_hour: bool
    mornings: tuple[LaterChoice, ...]
    # Until when a time may be chosen; whether the network takes nothing after that.
    latest: datetime
    closes: bool
    zone: str
    # The one that was chosen before the reply was refused, as browsers write it.
    chosen: str = ""


def clock_there(organization: Organization | None) -> datetime:
    """Return what the organization's clock says."""
    return timezone.now().astimezone(zone_of(organization))


def snooze_choices(now: datetime) -> tuple[LaterChoice, ...]:
    """Return the times that people put tickets off to."""
    return (
        LaterChoice(_in_hours(now, 1), _("One hour")),
        LaterChoice(_in_hours(now, 4), _("Four hours")),
        LaterChoice(_morning(now, 1), _("Tomorrow morning")),
        LaterChoice(_morning(now, 7 - now.weekday()), pgettext("to snooze until", "Monday")),
    )


def send_later(organization: Organization | None, window_ends: datetime | None) -> SendLater:
    """Return the times at which a reply may go out whose network takes none after `window_ends`."""
    now = clock_there(organization)
    closes = window_ends is not None and now < window_ends < now + FARTHEST
    latest = window_ends.astimezone(now.tzinfo) if window_ends and closes else now + FARTHEST
    mornings = [LaterChoice(_morning(now, 1), _("Tomorrow morning"))]
    # On a Sunday that is tomorrow.
    if now.weekday() < 6:
        mornings.append(LaterChoice(_morning(now, 7 - now.weekday()), _("Monday morning")))
    offered = tuple(choice for choice in mornings if choice.at < latest)
    return SendLater(_in_hours(now, 1) < latest, offered, latest, closes, str(now.tzinfo))


def _in_hours(now: datetime, hours: int) -> datetime:
    """Return the moment so many hours from now, also when the clocks change before."""
    return (now.astimezone(UTC) + timedelta(hours=hours)).astimezone(now.tzinfo)


def _morning(now: datetime, days: int) -> datetime:
    """Return the morning so many days from now."""
    return (now + timedelta(days=days)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
