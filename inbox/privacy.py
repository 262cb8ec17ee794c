"""Does exports and erasures, one after the other; a job whose worker dies is taken up again by the next sweep."""

import io
import json
import logging
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from inbox import outbox
from inbox.actions.erasure import NotYet, erase
from inbox.actions.privacy import (
    ERASED_MEANWHILE,
    MOST_ATTEMPTS,
    claim_job,
    drop_old_exports,
    finish_export,
    give_up,
    is_being_erased,
    note_failure,
    postpone_job,
)
from inbox.models import JobKind, JobState, PrivacyJob
from inbox.queries.customer_export import export_of, file_name, files_of

# A reply that is being posted is posted by then.
PAUSE = timedelta(minutes=1)
ENDED = (JobState.DONE, JobState.FAILED)

logger = logging.getLogger(__name__)


def do_jobs() -> int:
    """Do what waits, write to those who asked, and delete exports whose week is over; return how many were done."""
    outbox.take_nudge(outbox.PRIVACY)
    done = 0
    while job := claim_job():
        done += _do(job)
    mail_finished()
    drop_old_exports()
    return done


def _do(job: PrivacyJob) -> bool:
    """Do one job; return whether it is done. Whatever goes wrong is noted, and stops no other job."""
    if job.attempts > MOST_ATTEMPTS:
        give_up(job, gettext_noop("The program ended each time before it was done."))
        return False
    try:
        _export(job) if job.kind == JobKind.EXPORT else erase(job)
    except NotYet:
        postpone_job(job, PAUSE)
    except Exception as error:
        logger.exception("Job %s broke off", job.pk)
        note_failure(job, _described(error))
    else:
        return True
    return False


def _described(error: Exception) -> str:
    """Return what went wrong in words that name nobody: those of the system, else the kind of error alone."""
    words = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def mail_finished() -> int:
    """Write to those whose job is done or has failed, once each; unsent letters are tried again by the next sweep."""
    waiting = PrivacyJob.objects.filter(state__in=ENDED, mailed_at=None, requested_by__is_active=True)
    written = 0
    for job in waiting.select_related("requested_by").order_by("pk")[:50]:
        if PrivacyJob.objects.filter(pk=job.pk, mailed_at=None).update(mailed_at=timezone.now()):
            written += _write(job)
    return written


def _write(job: PrivacyJob) -> bool:
    person = job.requested_by
    if person is None:
        return False
    with translation.override(person.language):
        url = settings.SITE_URL + reverse("inbox:privacy_job", args=[job.pk])
        context = {"job": job, "url": url}
        subject = " ".join(render_to_string("inbox/email/privacy_subject.txt", context).split())
        text = render_to_string("inbox/email/privacy_message.txt", context)
    try:
        send_mail(subject, text, None, [person.email])
    except (SMTPException, OSError) as error:
        logger.warning("The e-mail about job %s could not be sent: %s", job.pk, error)
        PrivacyJob.objects.filter(pk=job.pk).update(mailed_at=None)
        return False
    return True


def _export(job: PrivacyJob) -> None:
    contact = job.contact
    if contact is None or is_being_erased(job):
        give_up(job, ERASED_MEANWHILE)
        return
    # Whoever turned out to be somebody else has all they had there.
    while contact.merged_into:
        contact = contact.merged_into
    with translation.override(job.requested_by.language if job.requested_by else None):
        told = export_of(contact)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("customer.json", json.dumps(told, ensure_ascii=False, indent=2))
            archive.writestr("customer.html", render_to_string("inbox/customer_export.html", told))
            files = files_of(contact)
            for attachment in files:
                with attachment.file.open("rb") as content:
                    archive.writestr(file_name(attachment), content.read())
    finish_export(job, packed.getvalue(), _counts(told) | {"files": len(files)})


def _counts(told: Mapping[str, object]) -> dict[str, int]:
    lists = {name: value for name, value in told.items() if isinstance(value, list)}
    messages = sum(len(ticket["messages"]) for ticket in lists["tickets"])
    return {name: len(value) for name, value in lists.items() if name != "elsewhere"} | {"messages": messages}
