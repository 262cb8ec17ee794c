"""Who did what to a position, and what people said about its versions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models.positions import Position
from brandvoice.models.versions import PositionVersion


class Step(models.Model):
    """One thing that somebody, or time, did to a version; only ever added."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    position = models.ForeignKey(Position, models.CASCADE, related_name="steps")
    version = models.ForeignKey(PositionVersion, models.CASCADE, null=True, related_name="steps")
    # One of the words in signals.py, or one of queries/history.py's own.
    kind = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["position", "at", "id"], name="step_history")]

    def __str__(self) -> str:
        return f"{self.kind} version {self.version_id}"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Conditions on comments."""

    def visible_to(self, user: User) -> "CommentQuerySet":
        """Return the comments of the user's organization."""
        return self.filter(organization=user.organization_id)


class Comment(models.Model):
    """What somebody says about a version to those who write and sign it; customers never see it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    text = models.TextField(_("comment"), max_length=2000)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["version", "id"], name="comment_thread")]

    def __str__(self) -> str:
        return self.text
