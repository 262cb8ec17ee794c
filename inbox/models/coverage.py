"""What customers asked on a day and how it was answered, counted once so that no page counts messages."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization
from inbox.models.channels import Network

if TYPE_CHECKING:
    from accounts.models import User


class CoverageDayQuerySet(models.QuerySet["CoverageDay"]):
    """Conditions on counted days."""

    def visible_to(self, user: "User") -> "CoverageDayQuerySet":
        """Return the days of the user's organization."""
        return self.filter(organization=user.organization_id)


class CoverageDay(models.Model):
    """One day's messages about one topic, in one language, to one brand on one network."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    network = models.CharField(max_length=20, choices=Network.choices)
    language = models.CharField(max_length=10, blank=True)
    # "" is what fits no topic of the library.
    topic = models.CharField(max_length=80, blank=True)
    asked = models.PositiveIntegerField()
    # The next reply held signed words, or none; what is neither is still unanswered.
    signed = models.PositiveIntegerField()
    free = models.PositiveIntegerField()

    objects = CoverageDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of coverage")
        verbose_name_plural = _("days of coverage")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "day", "brand", "network", "language", "topic"], name="coverage_day_once"
            ),
            models.CheckConstraint(
                condition=Q(asked__gte=models.F("signed") + models.F("free")), name="coverage_day_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.topic}: {self.asked}"
