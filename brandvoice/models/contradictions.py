"""Pairs of positions that answer the same question for the same customers, as the background has found them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models.positions import Position


class ContradictionQuerySet(models.QuerySet["Contradiction"]):
    """Conditions on contradictions."""

    def visible_to(self, user: User) -> "ContradictionQuerySet":
        """Return the contradictions of the user's organization."""
        return self.filter(organization=user.organization_id)

    def gravest_first(self) -> "ContradictionQuerySet":
        """Return those whose figures differ before the others, then the likest questions."""
        return self.order_by("-differs", "-likeness", "pk")


class Contradiction(models.Model):
    """Two positions in use that customers ask for in the same words; each run writes its own."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    left = models.ForeignKey(Position, models.CASCADE, related_name="+")
    right = models.ForeignKey(Position, models.CASCADE, related_name="+")
    likeness = models.FloatField()
    # Whether their wordings name different numbers, dates or amounts; and those that only one of them names.
    differs = models.BooleanField(default=False)
    left_says = models.CharField(max_length=200, blank=True)
    right_says = models.CharField(max_length=200, blank=True)

    objects = ContradictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="contradiction_once")]

    def __str__(self) -> str:
        return f"{self.left_id} and {self.right_id}"
