"""The company, its public voices and its teams."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.users import User

Row = TypeVar("Row", bound=models.Model)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Conditions on organizations."""

    def visible_to(self, user: "User") -> "OrganizationQuerySet":
        """Return the user's own organization (every one to an operator)."""
        return self if user.is_superuser else self.filter(people=user)

    def lock(self, pk: int) -> "Organization":
        """Return the organization, locked: whoever changes its people queues here."""
        return self.select_for_update(no_key=True).get(pk=pk)


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to one organization."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of the user's organization (every row to an operator)."""
        return self if user.is_superuser else self.filter(organization=user.organization_id)


class Organization(models.Model):
    """The company: the wall that no row crosses."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), unique=True)
    # By whose clock posts are planned, and days in figures begin.
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", db_default="UTC")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    reopen_days = models.PositiveSmallIntegerField(
        _("days in which an answer reopens a resolved ticket"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_(
            "What a customer writes later begins a new ticket, linked to the old one. "
            "Empty: it is reopened at any time. A channel may always open new ones."
        ),
    )
    changes_read_first = models.BooleanField(
        _("changes are read first"),
        default=False,
        help_text=_("Nobody answers on a topic whose position has changed before they have read the briefing."),
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.name


class BrandQuerySet(OwnedQuerySet["Brand"]):
    """Conditions on brands."""


class Brand(models.Model):
    """A public voice of an organization."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="brands", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"))
    language = models.CharField(_("main language"), max_length=10, default="en")

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="brand_slug_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(OwnedQuerySet["Team"]):
    """Conditions on teams."""

    def visible_to(self, user: "User") -> Self:
        """Return the teams whose work the user may see."""
        mine = super().visible_to(user)
        return mine if user.may("ticket.view_all") else mine.filter(members=user)


class Team(models.Model):
    """People who work on the same tickets."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams", verbose_name=_("organization"))
    name = models.CharField(_("name"), max_length=120)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teams", blank=True, verbose_name=_("members")
    )
    # By whose clock its hours are meant.
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", db_default="UTC")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_name_once_per_organization")]

    def __str__(self) -> str:
        return self.name
