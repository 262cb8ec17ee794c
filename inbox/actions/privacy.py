"""Takes orders for exports and erasures, and notes how far they have come."""

import hashlib
import json
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from inbox import events, outbox
from inbox.models import Contact, JobKind, JobState, PrivacyJob
from inbox.models.messages import files_storage

# Longer than any step takes.
CLAIM = timedelta(minutes=15)
# Between the tries of a job that does not come further; after the last one it has failed.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
MOST_ATTEMPTS = len(PAUSES) + 1
# So long an export can be fetched.
KEPT = timedelta(days=7)


ERASED_MEANWHILE = gettext_noop("The customer is being erased: nothing is handed out any more.")


class NotConfirmed(Exception):
    """The name that was typed is not the customer's."""


class AlreadyAsked(Exception):
    """The same is in the works."""


@transaction.atomic(durable=True)
def request_export(contact: Contact, *, by: User) -> PrivacyJob:
    """Ask for all that is kept of a customer; raises AlreadyAsked."""
    return _request(contact, JobKind.EXPORT, by)


@transaction.atomic(durable=True)
def request_erasure(contact: Contact, typed: str, *, by: User) -> PrivacyJob:
    """Ask that a customer be erased, for good; `typed` must be their name. Raises NotConfirmed, AlreadyAsked."""
    if typed.strip() != contact.name:
        raise NotConfirmed(_("Type the customer’s name exactly as it stands there: what is erased does not come back."))
    return _request(contact, JobKind.ERASURE, by)


def _request(contact: Contact, kind: JobKind, by: User) -> PrivacyJob:
    by.require("customer.privacy")
    contact = Contact.objects.lock(contact.pk)
    if contact.erased_at or contact.merged_into_id:
        raise AlreadyAsked(_("This customer was erased, or is part of another by now."))
    stopped = PrivacyJob.objects.erasing([contact.pk]).filter(state=JobState.FAILED).first()
    if kind == JobKind.EXPORT and PrivacyJob.objects.erasing([contact.pk]).exists():
        raise AlreadyAsked(_("This customer is to be erased: nothing is handed out any more."))
    # What broke off goes on: it alone knows whom to look for.
    job = _take_up(stopped, by) if stopped else _create(contact, kind, by)
    facts = {"contact": contact.pk, "job": job.pk}
    events.record_about_organization(contact.organization_id, f"{kind}.requested", by=by, facts=facts)
    outbox.nudge(outbox.PRIVACY)
    return job


def _create(contact: Contact, kind: JobKind, by: User) -> PrivacyJob:
    try:
        with transaction.atomic():
            return PrivacyJob.objects.create(
                organization_id=contact.organization_id,
                contact=contact,
                kind=kind,
                requested_by=by,
                requested_name=by.name,
            )
    except IntegrityError as error:
        raise AlreadyAsked(_("This is in the works already.")) from error


def _take_up(job: PrivacyJob, by: User) -> PrivacyJob:
    job.state, job.attempts, job.problem = JobState.WAITING, 0, ""
    job.claimed_until = job.finished_at = job.mailed_at = None
    job.requested_by, job.requested_name = by, by.name
    job.save()
    return job


@transaction.atomic(durable=True)
def claim_job() -> PrivacyJob | None:
    """Take the job that waits longest, or one whose worker has died."""
    now = timezone.now()
    free = PrivacyJob.objects.unfinished().filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
    job = free.order_by("requested_at", "pk").select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    if job:
        job.state, job.claimed_until, job.attempts = JobState.WORKING, now + CLAIM, job.attempts + 1
        job.save(update_fields=["state", "claimed_until", "attempts"])
    return job


def postpone_job(job: PrivacyJob, pause: timedelta) -> None:
    """Let go of a job that can't go on yet, which is no failure."""
    PrivacyJob.objects.filter(pk=job.pk).update(claimed_until=timezone.now() + pause, attempts=0)


@transaction.atomic(durable=True)
def note_failure(job: PrivacyJob, problem: str) -> None:
    """Have a job that broke off tried again later; after MOST_ATTEMPTS without coming further it has failed."""
    job = PrivacyJob.objects.lock(job.pk)
    if job.attempts >= MOST_ATTEMPTS:
        _give_up(job, problem)
        return
    job.problem, job.claimed_until = problem[:300], timezone.now() + PAUSES[max(job.attempts, 1) - 1]
    job.save(update_fields=["problem", "claimed_until"])


@transaction.atomic(durable=True)
def give_up(job: PrivacyJob, problem: str) -> None:
    """Mark a job as failed: it is not tried again before somebody asks for it anew."""
    _give_up(PrivacyJob.objects.lock(job.pk), problem)


def _give_up(job: PrivacyJob, problem: str) -> None:
    job.state, job.problem, job.finished_at = JobState.FAILED, problem[:300], timezone.now()
    job.save(update_fields=["state", "problem", "finished_at"])
    _record_end(job)


@transaction.atomic(durable=True)
def finish_export(job: PrivacyJob, content: bytes, counts: dict[str, int]) -> None:
    """Keep the file of an export for a week; throw it away where an erasure of the customer has begun meanwhile."""
    job = PrivacyJob.objects.lock(job.pk)
    if is_being_erased(job):
        _give_up(job, ERASED_MEANWHILE)
        return
    # An earlier try may have left it there and broken off.
    files_storage().delete(job.path)
    job.file.save(job.path, ContentFile(content), save=False)
    job.counts, job.state, job.problem, job.finished_at = counts, JobState.DONE, "", timezone.now()
    job.expires_at = job.finished_at + KEPT
    job.save(update_fields=["file", "counts", "state", "problem", "finished_at", "expires_at"])
    _record_end(job)


def is_being_erased(export: PrivacyJob) -> bool:
    """Return whether the customer of an export was erased, or an erasure has begun.

    Who erases takes hold of the customer's exports in the end: what was added before, it deletes.
    """
    begun = PrivacyJob.objects.filter(organization=export.organization_id, kind=JobKind.ERASURE)
    begun = begun.exclude(state=JobState.DONE).filter(work__contacts__contains=export.contact_id)
    return begun.exists() or bool(export.contact and export.contact.erased_at)


def finish_erasure(job: PrivacyJob) -> None:
    """Make the job its certificate; inside the transaction of its last step."""
    job.state, job.problem, job.finished_at, job.work, job.progress = JobState.DONE, "", timezone.now(), {}, {}
    job.digest = digest_of(job)
    job.save(update_fields=["state", "problem", "finished_at", "work", "progress", "digest", "counts"])
    _record_end(job)


def certificate_of(job: PrivacyJob) -> dict[str, object]:
    """Return what the certificate says; its digest is of exactly this."""
    return {
        "certificate": job.pk,
        "organization": job.organization_id,
        "customer": job.contact_id,
        "requested_by": job.requested_name,
        "requested_at": job.requested_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "erased": job.counts,
    }


def digest_of(job: PrivacyJob) -> str:
    """Return the SHA-256 of the certificate, as JSON with sorted keys and without spaces."""
    text = json.dumps(certificate_of(job), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def drop_old_exports() -> int:
    """Delete the files whose week is over; return how many."""
    old = list(PrivacyJob.objects.filter(expires_at__lte=timezone.now())[:200])
    for job in old:
        job.file.delete(save=False)
        PrivacyJob.objects.filter(pk=job.pk).update(file="", expires_at=None)
    return len(old)


def _record_end(job: PrivacyJob) -> None:
    facts = {"contact": job.contact_id, "job": job.pk}
    end = "failed" if job.state == JobState.FAILED else "finished"
    events.record_about_organization(job.organization_id, f"{job.kind}.{end}", facts=facts)
