"""Mails those who sign, once a day, what waits for them."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from accounts.mail import ROUND_SECONDS, in_time, send_letter
from accounts.models import User
from brandvoice.models import PositionVersion
from brandvoice.queries.signing import names_of, waiting_for_signature

logger = logging.getLogger(__name__)

# From this hour on, in the installation's time zone; what begins to wait later waits for tomorrow's mail.
FROM_HOUR = 6
MOST_SHOWN = 20


def send_digests(now: datetime | None = None, *, seconds: float = ROUND_SECONDS) -> int:
    """Mail everybody for whom something waits and who was not mailed today; return how many."""
    now = now or timezone.now()
    if timezone.localtime(now).hour < FROM_HOUR:
        return 0
    people = User.objects.get_queryset().filter(is_active=True, wants_digest=True, organization__isnull=False)
    people = people.select_related("organization").order_by("pk")
    return sum(_send_digest(person, now) for person in in_time(people, seconds=seconds))


def _send_digest(person: User, now: datetime) -> bool:
    names = names_of(person, now=now)
    if not names:
        return False
    waiting = list(waiting_for_signature(person, names=names))
    if not waiting or not _claim(person, now):
        return False
    try:
        _mail(person, waiting)
    except OSError:
        # The mail server is away: the next look tries again.
        logger.exception("The digest for person %d was not sent.", person.pk)
        User.objects.filter(pk=person.pk).update(digest_on=None)
        return False
    return True


def _claim(person: User, now: datetime) -> bool:
    """Take today's mail to this person; only one of several processes gets it."""
    today = timezone.localdate(now)
    unsent = User.objects.filter(Q(digest_on=None) | Q(digest_on__lt=today), pk=person.pk)
    return unsent.update(digest_on=today) == 1


def _mail(person: User, waiting: list[PositionVersion]) -> None:
    with translation.override(person.language):
        context = {
            "person": person,
            "versions": waiting[:MOST_SHOWN],
            "count": len(waiting),
            "more": max(0, len(waiting) - MOST_SHOWN),
            "site": settings.SITE_URL,
        }
        send_letter(person, "brandvoice/email/digest", context)
