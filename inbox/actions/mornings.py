"""Says whose morning it is: daily mails go out from six on by the clock of the reader's organization."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User

FROM_HOUR = 6


def morning_of(person: User, now: datetime) -> date | None:
    """Return which day it is for the person, or None while it is still night."""
    if person.organization is None:
        return None
    there = now.astimezone(ZoneInfo(person.organization.time_zone))
    return there.date() if there.hour >= FROM_HOUR else None
