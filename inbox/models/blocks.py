"""Customers' accounts whose messages make no work: why, by whom, until when."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.contacts import Identity

if TYPE_CHECKING:
    from accounts.models import User


class BlockQuerySet(models.QuerySet["Block"]):
    """Conditions on blocks."""

    def visible_to(self, user: "User") -> "BlockQuerySet":
        """Return the blocks of the user's organization."""
        return self.filter(organization=user.organization_id)

    def standing(self) -> "BlockQuerySet":
        """Return those that nobody has lifted and that have not run out."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), lifted_at=None)


class Block(models.Model):
    """An account that is blocked: its messages are stored, and nobody is told of them."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="blocks", verbose_name=_("account"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("blocked"), auto_now_add=True)
    # Null is for good.
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked account")
        verbose_name_plural = _("blocked accounts")
        constraints = [
            models.UniqueConstraint(fields=["identity"], condition=Q(lifted_at=None), name="blocked_once_at_a_time")
        ]

    def __str__(self) -> str:
        return f"block {self.pk} of {self.identity_id}"
