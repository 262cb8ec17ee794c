"""Messages of one ticket put into another: merged with it or split off from it, and how it was before."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.messages import Message
from inbox.models.tickets import Ticket


class RegroupingKind(models.TextChoices):
    """How messages came from one ticket into another."""

    MERGE = "merge", _("Merged")
    SPLIT = "split", _("Split off")


class RegroupingQuerySet(models.QuerySet["Regrouping"]):
    """Conditions on regroupings."""

    def standing(self) -> "RegroupingQuerySet":
        """Return those that nobody has undone."""
        return self.filter(undone_at=None)


class Regrouping(models.Model):
    """Messages that went from `source` to `target`, all of a merged ticket's or some in a split."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=RegroupingKind.choices)
    source = models.ForeignKey(Ticket, models.CASCADE, related_name="regroupings_from")
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="regroupings_to")
    # What undoing brings back: the state of the source, whose threads were led elsewhere, what the target was given.
    kept = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = RegroupingQuerySet.as_manager()

    class Meta:
        verbose_name = _("regrouping")
        verbose_name_plural = _("regroupings")
        constraints = [
            # A ticket is merged into one other at a time.
            models.UniqueConstraint(
                fields=["source"], condition=Q(kind="merge", undone_at=None), name="merged_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.source_id} into {self.target_id}"


class MovedMessage(models.Model):
    """A message that a regrouping moved, and the thread to which it belonged by name before."""

    regrouping = models.ForeignKey(Regrouping, models.CASCADE, related_name="moved")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    home = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regrouping", "message"], name="moved_once")]

    def __str__(self) -> str:
        return f"message {self.message_id} of regrouping {self.regrouping_id}"
