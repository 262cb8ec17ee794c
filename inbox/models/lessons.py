"""What an agent has put right about a message, and what the next ones learn from it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.models import Organization
from inbox.models.messages import Message


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Conditions on lessons."""

    def newest_first(self) -> "LessonQuerySet":
        """Return lessons, the one taught last first."""
        return self.order_by("-pk")


class Lesson(models.Model):
    """A label that was read wrong, and the right one; deleting it takes back what it taught."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    message = models.ForeignKey(Message, models.CASCADE, related_name="lessons")
    # One of brandvoice.queries.reader.About; labels are words, numbers too.
    about = models.CharField(max_length=20)
    said = models.CharField(max_length=80, blank=True)
    right = models.CharField(max_length=80, blank=True)
    said_confidence = models.FloatField(null=True, blank=True)
    embedder = models.CharField(max_length=100)
    vector = VectorField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [models.UniqueConstraint(fields=["message", "about"], name="lesson_once")]
        indexes = [
            # What an organization has taught last.
            models.Index(fields=["organization", "about", "-id"], name="lesson_newest")
        ]

    def __str__(self) -> str:
        return f"{self.about} of {self.message_id}: {self.right}"
