"""What people write down about a customer: notes, and what the customer has agreed to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.contacts import Contact


class CustomerNote(models.Model):
    """A note about the customer; those about one conversation are messages of its ticket."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notes", verbose_name=_("customer"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")

    def __str__(self) -> str:
        return f"note {self.pk} about {self.contact_id}"


class CustomerConsent(models.Model):
    """One thing that the customer has agreed to, from when until when, and from where we know."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("customer"))
    purpose = models.CharField(_("what for"), max_length=120)
    source = models.CharField(_("from where"), max_length=200)
    given_at = models.DateTimeField(_("given"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], condition=Q(withdrawn_at=None), name="consent_once_for_a_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"
