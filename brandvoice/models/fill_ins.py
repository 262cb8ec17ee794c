"""The gaps that a version's wordings may hold, and what may stand in each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from brandvoice.fill_ins import Kind
from brandvoice.models.versions import PositionVersion


class FillIn(models.Model):
    """A gap by its name: `order_number` may stand as `{order_number}` in every wording of the version."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="fill_ins")
    name = models.CharField(_("name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("fill-in")
        verbose_name_plural = _("fill-ins")
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="fill_in_once_per_version")]

    def __str__(self) -> str:
        return f"{{{self.name}}}"
