"""Provenance: which stretch of a text came from which signed wording."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from brandvoice.models import PositionVersion, Wording
from inbox.models.drafts import Draft
from inbox.models.messages import Message


class Span(models.Model):
    """A stretch of a draft or a message that came from signed wording: who approved these words."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="spans")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="spans")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    version = models.ForeignKey(PositionVersion, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    # Edit distance in characters from the signed words to what stands here.
    distance = models.PositiveIntegerField(default=0)
    # When the voice was told what this answered.
    taught_at = models.DateTimeField(null=True, blank=True)
    # Whether signed words were changed in a message, gaps aside; null until somebody has compared them.
    edited = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("signed span")
        verbose_name_plural = _("signed spans")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) ^ Q(message__isnull=False), name="span_in_one_text"
            ),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="span_not_empty"),
        ]
        indexes = [
            models.Index(fields=["version", "id"], name="span_version"),
            # The worker that teaches asks for these every minute.
            models.Index(fields=["id"], condition=Q(taught_at=None, message__isnull=False), name="span_untaught"),
            # The worker that compares asks for these every five minutes.
            models.Index(fields=["id"], condition=Q(edited=None, message__isnull=False), name="span_uncompared"),
        ]

    def __str__(self) -> str:
        return f"span {self.start}-{self.end} of wording {self.wording_id}"


class SpanEdit(models.Model):
    """What an agent has put into a reply in place of signed words; "" where they only left them out."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    span = models.ForeignKey(Span, models.CASCADE, related_name="edits")
    version = models.ForeignKey(PositionVersion, models.PROTECT, related_name="+", db_index=False)
    was = models.CharField(max_length=200)
    now = models.CharField(max_length=200, blank=True)
    # The same as brandvoice.spans.alike reads it: by these, edits of several people are put together.
    was_key = models.CharField(max_length=200)
    now_key = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("edit of signed words")
        verbose_name_plural = _("edits of signed words")
        # What was changed lately in the words of a version.
        indexes = [models.Index(fields=["version", "written_at"], name="span_edit_version")]

    def __str__(self) -> str:
        return f"{self.was} → {self.now}"
