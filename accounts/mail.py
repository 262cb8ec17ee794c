"""Writes the e-mails that are ours; allauth writes those about signing in. Daily ones go by their reader's morning."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, User

logger = logging.getLogger(__name__)

PARTS = ("subject.txt", "message.txt", "message.html")
# Its name, what is in it, and its type.
File = tuple[str, bytes, str]
# Daily letters go out from this hour on.
FROM_HOUR = 6
# A round of letters ends by itself before its worker's time is up.
ROUND_SECONDS = 100.0
# Longer than a worker lives that writes to somebody: whoever has held a person for so long was killed.
HOLD = timedelta(minutes=10)
_Row = TypeVar("_Row")


def invitation_url(token: str) -> str:
    """Return the address behind the button in the invitation."""
    return settings.SITE_URL + reverse("accounts:invitation", args=[token])


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link to the invited person."""
    context = {"invitation": invitation, "url": invitation_url(token)}
    subject = render_to_string("accounts/email/invitation_subject.txt", context)
    text = render_to_string("accounts/email/invitation_message.txt", context)
    send_mail(" ".join(subject.split()), text, None, [invitation.email])


def send_letter(person: User, template: str, context: Mapping[str, object], *files: File) -> None:
    """Send the three parts of a template as one letter, in the language that is on; raises OSError where it stays here.

    The parts are `template` with _subject.txt, _message.txt and _message.html behind it. Times in them are by the clock
    of the reader's organization.
    """
    with timezone.override(clock_of(person)):
        subject, text, html = (render_to_string(f"{template}_{part}", context) for part in PARTS)
    letter = EmailMultiAlternatives(" ".join(subject.split()), text, None, [person.email])
    letter.attach_alternative(html, "text/html")
    for file in files:
        letter.attach(*file)
    letter.send()


def in_time(rows: Iterable[_Row], *, seconds: float = ROUND_SECONDS) -> Iterator[_Row]:
    """Return what letters are due for, for so long as a round may take; the next one goes on where this one ends."""
    stop_at = time.monotonic() + seconds
    return takewhile(lambda _row: time.monotonic() < stop_at, rows)


def clock_of(person: User) -> ZoneInfo:
    """Return the clock of a person's organization; the installation's for those who have none."""
    return ZoneInfo(person.organization.time_zone if person.organization else settings.TIME_ZONE)


def morning_of(person: User, now: datetime) -> date | None:
    """Return which day it is for the person, or None while it is still night."""
    if person.organization is None:
        return None
    there = now.astimezone(clock_of(person))
    return there.date() if there.hour >= FROM_HOUR else None


def write_due(person: User, due: QuerySet[Any], mark: Mapping[str, object], write: Callable[[], None]) -> bool:
    """Have a letter written to a person that is still due, and mark it as sent; return whether it went out.

    `due` finds the row that says so, or nothing; `mark` is stored in it. A letter goes out at least once: it is marked
    once it is out, and what a killed worker had in hand is written again by the first round after its hold on the
    person has lapsed, so that it comes twice where it was out already. It goes out twice at most: the second time it
    is marked before. Where the mail server is away, the next round tries again; what can't be written is left out.
    """
    again = _take_hold(person) if due.exists() else None
    if again is None:
        return False
    try:
        return _write(person, due, mark, write, first_mark=again)
    finally:
        User.objects.get_queryset().filter(pk=person.pk).update(letters_held_until=None)


def _take_hold(person: User) -> bool | None:
    """Keep others from writing to a person; return whether somebody was killed over it, None where they are at it."""
    now = timezone.now()
    held, mine = User.objects.get_queryset().filter(pk=person.pk), {"letters_held_until": now + HOLD}
    if held.filter(letters_held_until=None).update(**mine):
        return False
    return True if held.filter(letters_held_until__lte=now).update(**mine) else None


def _write(
    person: User, due: QuerySet[Any], mark: Mapping[str, object], write: Callable[[], None], *, first_mark: bool
) -> bool:
    row: Model | None = due.first()
    if row is None:
        return False
    before = {name: getattr(row, name) for name in mark}
    marked = type(row)._default_manager.filter(pk=row.pk)
    if first_mark:
        marked.update(**mark)
    try:
        write()
    except OSError as error:
        logger.warning("A letter to person %d was not sent: %s", person.pk, error)
        if first_mark:
            marked.update(**before)
        return False
    except Exception:
        # One that can't be written keeps nobody behind it waiting: it is left out, and the next one is tried.
        logger.exception("A letter to person %d could not be written.", person.pk)
        marked.update(**mark)
        return False
    marked.update(**mark)
    return True
