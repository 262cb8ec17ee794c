"""Writes to whoever is asked, and once more when the time for an answer is over."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.mail import clock_of
from inbox.models import Question

BATCH = 50

logger = logging.getLogger(__name__)


def tell_desk() -> int:
    """Write the e-mails that are due; return how many. One that can't be sent is tried again by the next sweep."""
    written = 0
    for column in ("told_at", "reminded_at"):
        for question in _claim(column):
            written += _write(question, column)
    return written


@transaction.atomic(durable=True)
def _claim(column: str) -> list[Question]:
    """Mark the questions whose owner is written to now, so that no other worker writes, too."""
    now = timezone.now()
    late = Q(due_at__lte=now) if column == "reminded_at" else Q()
    due = (
        Question.objects.unanswered()
        .filter(late, **{column: None})
        .select_related("owner__organization", "asked_by", "brand")
    )
    questions = list(due.order_by("pk").select_for_update(no_key=True, of=("self",), skip_locked=True)[:BATCH])
    Question.objects.filter(pk__in=[question.pk for question in questions]).update(**{column: now})
    return questions


def _write(question: Question, column: str) -> int:
    context = {
        "question": question,
        "late": column == "reminded_at",
        "waiting": question.waiting.count(),
        "url": settings.SITE_URL + reverse("inbox:questions") + f"#question-{question.pk}",
    }
    with translation.override(question.owner.language), timezone.override(clock_of(question.owner)):
        subject = " ".join(render_to_string("inbox/email/question_subject.txt", context).split())
        text = render_to_string("inbox/email/question_message.txt", context)
    try:
        send_mail(subject, text, None, [question.owner.email])
    except (SMTPException, OSError) as error:
        logger.warning("The e-mail about question %s could not be sent: %s", question.pk, error)
        Question.objects.filter(pk=question.pk).update(**{column: None})
        return 0
    return 1
