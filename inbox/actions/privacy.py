"""Takes orders for exports and erasures, and notes how far they have come."""

import hashlib
import json
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import events, outbox
from inbox.models import Contact, JobKind, JobState, PrivacyJob

# Longer than any step takes.
CLAIM = timedelta(minutes=15)
# So long an export can be fetched.
KEPT = timedelta(days=7)


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
    try:
        with transaction.atomic():
            job = PrivacyJob.objects.create(
                organization_id=contact.organization_id,
                contact=contact,
                kind=kind,
                requested_by=by,
                requested_name=by.name,
            )
    except IntegrityError as error:
        raise AlreadyAsked(_("This is in the works already.")) from error
    facts = {"contact": contact.pk, "job": job.pk}
    events.record_about_organization(contact.organization_id, f"{kind}.requested", by=by, facts=facts)
    outbox.nudge(outbox.PRIVACY)
    return job


@transaction.atomic(durable=True)
def claim_job() -> PrivacyJob | None:
    """Take the job that waits longest, or one whose worker has died."""
    now = timezone.now()
    free = PrivacyJob.objects.unfinished().filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
    job = free.order_by("requested_at", "pk").select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    if job:
        job.state, job.claimed_until = JobState.WORKING, now + CLAIM
        job.save(update_fields=["state", "claimed_until"])
    return job


def postpone_job(job: PrivacyJob, pause: timedelta) -> None:
    """Let go of a job that can't go on yet."""
    PrivacyJob.objects.filter(pk=job.pk).update(claimed_until=timezone.now() + pause)


@transaction.atomic(durable=True)
def finish_export(job: PrivacyJob, content: bytes, counts: dict[str, int]) -> None:
    """Keep the file of an export for a week."""
    job = PrivacyJob.objects.select_for_update(no_key=True, of=("self",)).get(pk=job.pk)
    job.file.save(f"{job.organization_id}/exports/{job.pk}.zip", ContentFile(content), save=False)
    job.counts, job.state, job.finished_at = counts, JobState.DONE, timezone.now()
    job.expires_at = job.finished_at + KEPT
    job.save(update_fields=["file", "counts", "state", "finished_at", "expires_at"])
    _record_done(job)


def finish_erasure(job: PrivacyJob) -> None:
    """Make the job its certificate; inside the transaction of its last step."""
    job.state, job.finished_at, job.work = JobState.DONE, timezone.now(), {}
    job.digest = digest_of(job)
    job.save(update_fields=["state", "finished_at", "work", "digest", "counts"])
    _record_done(job)


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


def _record_done(job: PrivacyJob) -> None:
    facts = {"contact": job.contact_id, "job": job.pk}
    events.record_about_organization(job.organization_id, f"{job.kind}.finished", facts=facts)
