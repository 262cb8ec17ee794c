"""Who must sign a version, who has, and who else may use what it says."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from brandvoice.models.versions import PositionVersion


class Signer(models.Model):
    """Somebody whose signature the version asks for; without any, every executive may sign."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="signers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("signer")
        verbose_name_plural = _("signers")
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="signer_once_per_version")]

    def __str__(self) -> str:
        return f"{self.person_id} signs version {self.version_id}"


class NamedPerson(models.Model):
    """Somebody who may use a version that is for named people only."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="named_people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("named person")
        verbose_name_plural = _("named people")
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="named_person_once_per_version")]

    def __str__(self) -> str:
        return f"{self.person_id} may use version {self.version_id}"


class Signature(models.Model):
    """A name under a version: who signed it, for whom, when and how; gone if the version changes before all have."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    # Whose signature it is where a colleague signs for them.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    signed_at = models.DateTimeField(_("signed"))
    second_factor = models.BooleanField(_("second factor"), default=False)
    # What was read: brandvoice/queries/versions.py.
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            # One signature for each name: a person's own and the one given for them are the same.
            models.UniqueConstraint(
                models.functions.Coalesce("on_behalf_of", "person"), "version", name="signature_once_per_name"
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of=None) | ~Q(on_behalf_of=models.F("person")), name="signature_for_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} under version {self.version_id}"

    @property
    def name_id(self) -> int:
        """Return whose signature it counts as."""
        return self.on_behalf_of_id or self.person_id
