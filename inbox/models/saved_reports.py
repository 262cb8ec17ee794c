"""Views of the reputation page that somebody has given a name."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization

if TYPE_CHECKING:
    from accounts.models import User


class Every(models.TextChoices):
    """How often a report is mailed."""

    NEVER = "", _("never")
    DAY = "day", _("every day")
    WEEK = "week", _("every Monday")
    MONTH = "month", _("on the first of the month")


class SavedReportQuerySet(models.QuerySet["SavedReport"]):
    """Conditions on saved reports."""

    def visible_to(self, user: "User") -> "SavedReportQuerySet":
        """Return the person's own reports."""
        return self.filter(organization=user.organization_id, owner=user)

    def mailed(self) -> "SavedReportQuerySet":
        """Return the reports that are mailed now and then, to people who may still sign in."""
        return self.exclude(every=Every.NEVER).filter(owner__is_active=True)


class SavedReport(models.Model):
    """A period and a cut under a name; one that ended with the day it was saved on moves along with today."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_reports")
    name = models.CharField(_("name"), max_length=60)
    # The end of the page's address.
    query = models.CharField(max_length=200)
    every = models.CharField(_("mailed"), max_length=5, choices=Every, blank=True)
    # The day of the last such mail, or on which it was asked for.
    mailed_on = models.DateField(null=True, editable=False)

    objects = SavedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_report_name_once_per_owner")]

    def __str__(self) -> str:
        return self.name
