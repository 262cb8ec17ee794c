"""Customers who turned out to be one person, and how to take them apart again."""

from typing import TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.contacts import Contact


class Moved(TypedDict):
    """The ids of what went from one customer to the other."""

    identities: list[int]
    tickets: list[int]
    notes: list[int]
    consents: list[int]


class ContactMerge(models.Model):
    """One customer (`gone`) found to be another (`kept`), why, and what moved; undone, it stays as history."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    kept = models.ForeignKey(Contact, models.CASCADE, related_name="merges", verbose_name=_("customer"))
    gone = models.ForeignKey(Contact, models.CASCADE, related_name="merges_away")
    reason = models.CharField(_("reason"), max_length=300)
    # A `Moved`.
    moved = models.JSONField()
    # Facts that the one who was kept lacked and got: undone, they go, unless somebody has changed them.
    filled = models.JSONField(default=dict)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="merged_into_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
