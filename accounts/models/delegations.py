"""Who signs in somebody else's name, and until when."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Organization, OwnedQuerySet


class DelegationQuerySet(OwnedQuerySet["Delegation"]):
    """Conditions on delegations."""

    def active(self, now: datetime) -> Self:
        """Return the delegations that hold at `now`."""
        return self.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None)

    def to_come(self, now: datetime) -> Self:
        """Return the delegations that hold at `now` or later."""
        return self.filter(ends_at__gt=now, ended_at=None)


class Delegation(models.Model):
    """A colleague signs for somebody, from one moment to another; the row stays when it is over."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name=_("organization"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegations", verbose_name=_("signs as")
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegated_to_me", verbose_name=_("colleague")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Taken back before its time.
    ended_at = models.DateTimeField(_("taken back"), null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_not_empty"),
            models.CheckConstraint(condition=~Q(person=F("colleague")), name="delegation_to_somebody_else"),
        ]
        indexes = [models.Index(fields=["colleague", "ends_at"], name="delegation_of_colleague")]

    def __str__(self) -> str:
        return f"{self.colleague_id} for {self.person_id}"
