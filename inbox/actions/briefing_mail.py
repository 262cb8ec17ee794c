"""Mails the briefing every morning to whoever wants it, executives before all; it counts as read by nobody."""

import logging
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from accounts.mail import ROUND_SECONDS, in_time, send_letter
from accounts.models import User
from accounts.permissions import holders
from inbox.actions.mornings import morning_of
from inbox.queries.briefings import briefing_of

logger = logging.getLogger(__name__)


def mail_briefings(now: datetime | None = None, *, seconds: float = ROUND_SECONDS) -> int:
    """Mail everybody who wants it and has not got today's; return how many."""
    now = now or timezone.now()
    wanted = Q(wants_briefing=True) | Q(wants_briefing=None, role__in=holders("briefing.mailed"))
    people = User.objects.get_queryset().filter(wanted, is_active=True, organization__isnull=False)
    people = people.select_related("organization").order_by("pk")
    return sum(_send(person, now) for person in in_time(people, seconds=seconds))


def _send(person: User, now: datetime) -> bool:
    today = morning_of(person, now)
    if today is None or not _claim(person, today):
        return False
    try:
        _mail(person, now)
    except OSError as error:
        # The mail server is away: the next look tries again.
        logger.warning("The briefing for person %d was not sent: %s", person.pk, error)
        User.objects.filter(pk=person.pk).update(briefing_on=None)
        return False
    return True


def _claim(person: User, today: date) -> bool:
    """Take today's mail to this person; only one of several processes gets it."""
    unsent = User.objects.filter(Q(briefing_on=None) | Q(briefing_on__lt=today), pk=person.pk)
    return unsent.update(briefing_on=today) == 1


def _mail(person: User, now: datetime) -> None:
    with translation.override(person.language):
        context = {"person": person, "briefing": briefing_of(person, now=now), "site": settings.SITE_URL}
        send_letter(person, "inbox/email/briefing", context)
