"""Mails the briefing every morning to whoever wants it, executives before all; it counts as read by nobody."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from accounts.mail import ROUND_SECONDS, in_time, morning_of, send_letter, write_due
from accounts.models import User
from accounts.permissions import holders
from inbox.queries.briefings import briefing_of


def mail_briefings(now: datetime | None = None, *, seconds: float = ROUND_SECONDS) -> int:
    """Mail everybody who wants it and has not got today's; return how many."""
    now = now or timezone.now()
    wanted = Q(wants_briefing=True) | Q(wants_briefing=None, role__in=holders("briefing.mailed"))
    people = User.objects.get_queryset().filter(wanted, is_active=True, organization__isnull=False)
    people = people.select_related("organization").order_by("pk")
    return sum(_send(person, now) for person in in_time(people, seconds=seconds))


def _send(person: User, now: datetime) -> bool:
    today = morning_of(person, now)
    if today is None:
        return False
    due = User.objects.filter(Q(briefing_on=None) | Q(briefing_on__lt=today), pk=person.pk)
    return write_due(person, due, {"briefing_on": today}, lambda: _mail(person, now))


def _mail(person: User, now: datetime) -> None:
    with translation.override(person.language):
        context = {"person": person, "briefing": briefing_of(person, now=now), "site": settings.SITE_URL}
        send_letter(person, "inbox/email/briefing", context)
