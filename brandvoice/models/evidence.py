"""What a version rests on: links, and files that are kept with it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models.versions import PositionVersion


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Conditions on files."""

    def visible_to(self, user: User) -> "StoredFileQuerySet":
        """Return the files of the user's organization."""
        return self.filter(organization=user.organization_id)

    def described(self) -> "StoredFileQuerySet":
        """Return the files without their bytes."""
        return self.defer("content")

    def loose(self, before: datetime) -> "StoredFileQuerySet":
        """Return the files, stored before then, that no version holds: signed ones hold theirs for good."""
        held = Evidence.objects.filter(file=OuterRef("pk"))
        shown = PositionVersion.objects.filter(wordings__media=OuterRef("pk"))
        return self.filter(~Exists(held), ~Exists(shown), created_at__lt=before)


class StoredFile(models.Model):
    """A file as it was stored; it never changes, since signatures rest on it.

    The bytes are in the database: they are few, they are copied with it, and every web process finds them.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    mime = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("stored"), auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest", "name"], name="file_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Return whether a page may show it."""
        return self.mime.startswith("image/")


class Evidence(models.Model):
    """One thing that the version rests on: a link or a file."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="evidence")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [models.CheckConstraint(condition=Q(url="") ^ Q(file=None), name="evidence_is_a_link_or_a_file")]

    def __str__(self) -> str:
        return self.title
