"""Questions that nothing signed answers: messages that ask the same, put together in the background."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization
from brandvoice.models import Position

if TYPE_CHECKING:
    from accounts.models import User


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """Conditions on clusters."""

    def visible_to(self, user: "User") -> "ClusterQuerySet":
        """Return the clusters of the user's organization."""
        return self.filter(organization=user.organization_id)

    def unanswered(self) -> "ClusterQuerySet":
        """Return those for which nobody has opened a position."""
        return self.filter(position=None)

    def lock(self, pk: int) -> "Cluster":
        """Lock one of these clusters for the rest of the transaction and return it afresh."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def largest_first(self) -> "ClusterQuerySet":
        """Return clusters by how many customers ask."""
        return self.order_by("-size", "pk")


class Cluster(models.Model):
    """Messages that ask the same; each run writes its own and forgets the last one's."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    # Where all of them wrote to one brand.
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+")
    question = models.CharField(_("question"), max_length=300)
    words = ArrayField(models.CharField(max_length=80), default=list)
    languages = ArrayField(models.CharField(max_length=10), default=list)
    # How many tickets ask it; one may do so in several messages.
    size = models.PositiveIntegerField()
    # The messages' ids, the most central first.
    messages = ArrayField(models.BigIntegerField(), default=list)
    made_at = models.DateTimeField()
    # What somebody has opened for it; until the next run, so that whoever opens one at the same time gets this one.
    position = models.ForeignKey(Position, models.SET_NULL, null=True, related_name="+", db_index=False)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("unanswered question")
        verbose_name_plural = _("unanswered questions")
        indexes = [models.Index(fields=["organization", "-size"], name="cluster_largest")]

    def __str__(self) -> str:
        return self.question
