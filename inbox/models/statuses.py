"""Statuses that organizations name themselves, each within open, waiting (stored as snoozed) or resolved."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization

if TYPE_CHECKING:
    from accounts.models import User


class Category(models.TextChoices):
    """What a status means for everything that counts and waits; the values of a ticket's `status`."""

    OPEN = "open", _("Open")
    WAITING = "snoozed", _("Waiting")
    RESOLVED = "resolved", _("Resolved")


# Names that mean all of a category, in search and for programs.
RESERVED = ("open", "waiting", "snoozed", "resolved")


class NamedStatusQuerySet(models.QuerySet["NamedStatus"]):
    """Conditions on named statuses."""

    def visible_to(self, user: "User") -> "NamedStatusQuerySet":
        """Return the statuses of the user's organization."""
        return self.filter(organization=user.organization_id)

    def in_order(self) -> "NamedStatusQuerySet":
        """Return statuses as menus list them: open, waiting, resolved, each in its own order."""
        places = [When(category=category, then=Value(place)) for place, category in enumerate(Category.values)]
        return self.order_by(Case(*places, output_field=IntegerField()), "position", "name", "pk")


class NamedStatus(models.Model):
    """A name for a part of a category, such as “Waiting for the supplier”; a ticket without one is plainly that."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="named_statuses")
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    name = models.CharField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_default=0)

    objects = NamedStatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                name="status_name_once",
                violation_error_message=_("There is one already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a name that means a whole category."""
        if self.name.strip().lower() in RESERVED:
            raise ValidationError({"name": gettext("This means a whole category. Choose another name.")})
