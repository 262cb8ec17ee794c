"""What customers may ask of us by law: all that is kept of them, and that it be erased. The row is the job."""

from collections.abc import Collection
from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from inbox.models.contacts import Contact
from inbox.models.messages import files_storage


class JobKind(models.TextChoices):
    """What is asked for."""

    EXPORT = "export", _("Export")
    ERASURE = "erasure", _("Erasure")


class JobState(models.TextChoices):
    """How far it has come."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("In the works")
    DONE = "done", _("Done")
    # Nobody tries again by themselves.
    FAILED = "failed", _("Failed")


TO_DO = Q(state__in=["waiting", "working"])


class Work(TypedDict, total=False):
    """What an erasure must know until it is done: customers, accounts, tickets, and by what they are recognised."""

    contacts: list[int]
    identities: list[int]
    tickets: list[int]
    channels: list[int]
    accounts: list[tuple[int, str]]
    # What the customer was called, in lower case; and all by which they are found in raw payloads.
    names: list[str]
    needles: list[str]
    # What was filled in of them, by the keys of the organization's own fields.
    values: dict[str, list[str]]


class Progress(TypedDict, total=False):
    """How far an erasure is: the steps that are done, and the last row of the one that comes next."""

    done: list[str]
    after: int


class PrivacyJobQuerySet(models.QuerySet["PrivacyJob"]):
    """Conditions on jobs."""

    def visible_to(self, user: User) -> "PrivacyJobQuerySet":
        """Return the jobs of the user's organization."""
        return self.filter(organization=user.organization_id)

    def unfinished(self) -> "PrivacyJobQuerySet":
        """Return the jobs that are still to be done."""
        return self.filter(TO_DO)

    def erasing(self, contacts: Collection[int]) -> "PrivacyJobQuerySet":
        """Return the erasures of these customers that are not done: asked for, begun, or broken off."""
        return self.exclude(state=JobState.DONE).filter(kind=JobKind.ERASURE, contact__in=contacts)

    def lock(self, pk: int) -> "PrivacyJob":
        """Return the job, locked against other workers until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class PrivacyJob(models.Model):
    """An export or an erasure. An erasure that is done is its own certificate, and holds nothing of the customer."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="jobs")
    kind = models.CharField(max_length=10, choices=JobKind.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # The person's name as it was: the certificate outlives their account.
    requested_name = models.CharField(max_length=120)
    requested_at = models.DateTimeField(auto_now_add=True)
    # Until then nobody else works on it.
    claimed_until = models.DateTimeField(null=True)
    # How often it was begun since it last came further, and what stood in its way; names nobody.
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    # What was found or erased, in numbers, by the step that did it.
    counts = models.JSONField(default=dict)
    # A `Work`; empty when it is done.
    work = models.JSONField(default=dict)
    # A `Progress`: apart from the work, which may be long and does not change.
    progress = models.JSONField(default=dict)
    # Of the certificate.
    digest = models.CharField(max_length=64, blank=True)
    file = models.FileField(storage=files_storage, max_length=255, blank=True)
    expires_at = models.DateTimeField(null=True)

    objects = PrivacyJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("export or erasure")
        verbose_name_plural = _("exports and erasures")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"], condition=Q(state__in=["waiting", "working"]), name="privacy_job_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["requested_at"], name="privacy_job_due", condition=Q(state__in=["waiting", "working"])
            ),
            models.Index(fields=["organization", "-id"], name="privacy_job_newest"),
            models.Index(fields=["expires_at"], name="privacy_file_due", condition=Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def path(self) -> str:
        """Return where the file of an export is kept, whether or not it is."""
        return f"{self.organization_id}/exports/{self.pk}.zip"

    @property
    def can_be_fetched(self) -> bool:
        """Return whether there is a file that may still be fetched."""
        return bool(self.file) and self.expires_at is not None and self.expires_at > timezone.now()
