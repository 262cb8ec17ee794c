"""Mails those who sign, every morning by the clock of their organization, what waits for them."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from accounts.mail import ROUND_SECONDS, in_time, morning_of, send_letter, write_due
from accounts.models import User
from brandvoice.models import PositionVersion
from brandvoice.queries.signing import names_of, waiting_for_signature

MOST_SHOWN = 20


def send_digests(now: datetime | None = None, *, seconds: float = ROUND_SECONDS) -> int:
    """Mail everybody for whom something waits and who was not mailed today; return how many."""
    now = now or timezone.now()
    people = User.objects.get_queryset().filter(is_active=True, wants_digest=True, organization__isnull=False)
    people = people.select_related("organization").order_by("pk")
    return sum(_send_digest(person, now) for person in in_time(people, seconds=seconds))


def _send_digest(person: User, now: datetime) -> bool:
    today = morning_of(person, now)
    if today is None or person.digest_on == today:
        return False
    names = names_of(person, now=now)
    waiting = list(waiting_for_signature(person, names=names)) if names else []
    if not waiting:
        return False
    due = User.objects.filter(Q(digest_on=None) | Q(digest_on__lt=today), pk=person.pk)
    return write_due(person, due, {"digest_on": today}, lambda: _mail(person, waiting))


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
