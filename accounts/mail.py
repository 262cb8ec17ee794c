"""Writes the e-mails that are ours; allauth writes those about signing in."""

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import TypeVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation, User

PARTS = ("subject.txt", "message.txt", "message.html")
# Its name, what is in it, and its type.
File = tuple[str, bytes, str]
# A round of letters ends by itself before its worker's time is up, which would lose the one in hand.
ROUND_SECONDS = 100.0
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

    The parts are `template` with _subject.txt, _message.txt and _message.html behind it.
    """
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
