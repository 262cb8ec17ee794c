"""Fields that an organization defines for its tickets and customers; the values stand in those rows, by key."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.custom_fields import FieldAbout, FieldKind, Value, read_value

if TYPE_CHECKING:
    from accounts.models import User

KEY = r"[a-z][a-z0-9_-]{0,39}"


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    """Conditions on fields."""

    def visible_to(self, user: "User") -> "CustomFieldQuerySet":
        """Return the fields of the user's organization."""
        return self.filter(organization=user.organization_id)

    def in_use(self) -> "CustomFieldQuerySet":
        """Return the fields that are filled in, in their order, a ticket's first."""
        return self.filter(archived=False).order_by("-about", "position", "name", "pk")


class CustomField(models.Model):
    """One thing that an organization wants to know of each ticket, or of each customer."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="custom_fields", db_index=False)
    about = models.CharField(_("belongs to"), max_length=10, choices=FieldAbout.choices)
    # By it programs, searches and rows know the field; one organization has it once, whatever it is about.
    key = models.CharField(
        _("key"),
        max_length=40,
        validators=[RegexValidator(rf"^{KEY}\Z", _("Small letters, digits, - and _, a letter first."))],
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind of field"), max_length=10, choices=FieldKind.choices)
    choices = ArrayField(models.CharField(max_length=80), verbose_name=_("choices"), blank=True, default=list)
    required = models.BooleanField(
        _("needed to resolve"),
        default=False,
        help_text=_("A ticket can’t be resolved, by anybody or anything, while this is empty."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_default=0)
    archived = models.BooleanField(
        _("archived"),
        default=False,
        help_text=_("Shown and asked for no more; what was filled in stays, and is still found."),
    )

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key"],
                name="custom_field_key_once",
                violation_error_message=_("There is one already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def read(self, said: object) -> Value | None:
        """Return the value that was said, None for nothing; raises BadValue."""
        return read_value(self.kind, self.choices, said)
