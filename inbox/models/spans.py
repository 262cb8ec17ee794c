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

    class Meta:
        verbose_name = _("signed span")
        verbose_name_plural = _("signed spans")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) ^ Q(message__isnull=False), name="span_in_one_text"
            ),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="span_not_empty"),
        ]
        indexes = [models.Index(fields=["version"], name="span_version")]

    def __str__(self) -> str:
        return f"span {self.start}-{self.end} of wording {self.wording_id}"
