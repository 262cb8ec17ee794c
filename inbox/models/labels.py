"""Words that people put on tickets."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization

if TYPE_CHECKING:
    from accounts.models import User


class LabelQuerySet(models.QuerySet["Label"]):
    """Conditions on labels."""

    def visible_to(self, user: "User") -> "LabelQuerySet":
        """Return the labels of the user's organization."""
        return self.filter(organization=user.organization_id)


class Label(models.Model):
    """A word that groups tickets."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="labels")
    name = models.CharField(_("name"), max_length=60)

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="label_once_per_organization")]

    def __str__(self) -> str:
        return self.name
