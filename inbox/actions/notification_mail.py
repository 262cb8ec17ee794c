"""Writes one letter to whoever has not seen for some minutes what they want letters about."""

import logging
from collections import defaultdict
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from inbox.models import Notification, Way

# Whoever works in the page sees it there first.
AFTER = timedelta(minutes=5)
# What is older than this when the sweep comes to it is no news.
NEWS = timedelta(days=1)
BATCH = 200

logger = logging.getLogger(__name__)


def mail_notifications() -> int:
    """Write the letters that are due; return how many. One that can't be sent is not tried again."""
    by_person: dict[int, list[Notification]] = defaultdict(list)
    for notification in _claim():
        by_person[notification.user_id].append(notification)
    return sum(_write(told[0].user, news) for told in by_person.values() if (news := _visible(told)))


@transaction.atomic(durable=True)
def _claim() -> list[Notification]:
    """Mark what is written about now, so that no other worker writes, too."""
    now = timezone.now()
    due = Notification.objects.unseen().filter(
        mailed_at=None,
        created_at__lte=now - AFTER,
        created_at__gt=now - NEWS,
        user__is_active=True,
    )
    due = due.wanted(Way.MAIL)
    loaded = due.select_related("user", "actor", "ticket__contact", "ticket__identity").order_by("created_at", "pk")
    notifications = list(loaded.select_for_update(no_key=True, of=("self",), skip_locked=True)[:BATCH])
    Notification.objects.filter(pk__in=[each.pk for each in notifications]).update(mailed_at=now)
    return notifications


def _visible(told: list[Notification]) -> list[Notification]:
    """Return what a person was told of tickets that they may still see."""
    shown = Notification.objects.of(told[0].user).filter(pk__in=[each.pk for each in told])
    kept = set(shown.values_list("pk", flat=True))
    return [each for each in told if each.pk in kept]


def _write(person: User, told: list[Notification]) -> int:
    context = {
        "told": told,
        "first": told[0],
        "count": len(told),
        "url": settings.SITE_URL + reverse("inbox:notifications"),
    }
    with translation.override(person.language):
        subject = " ".join(render_to_string("inbox/email/notification_subject.txt", context).split())
        text = render_to_string("inbox/email/notification_message.txt", context)
    try:
        send_mail(subject, text, None, [person.email])
    except (SMTPException, OSError) as error:
        logger.warning("The letter about notifications to person %s could not be sent: %s", person.pk, error)
        return 0
    return 1
