"""A wording: the approved text of one version for one language and kind of channel, in one variant or several."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models.evidence import StoredFile
from brandvoice.models.versions import PositionVersion


class WordingQuerySet(models.QuerySet["Wording"]):
    """Conditions on wordings."""

    def visible_to(self, user: User) -> "WordingQuerySet":
        """Return the wordings of the user's organization."""
        return self.filter(organization=user.organization_id)

    def for_channel(self, network: str) -> "WordingQuerySet":
        """Return the wordings written for this kind of channel, or for any."""
        return self.filter(channel_kind__in=["", network])


class Wording(models.Model):
    """What a version says in one language, on one kind of channel or on any."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="wordings")
    language = models.CharField(_("language"), max_length=10)
    channel_kind = models.CharField(_("kind of channel"), max_length=20, blank=True)
    # Networks forbid posting the same words again and again: several ways to say it, all signed.
    variant = models.PositiveSmallIntegerField(_("variant"), default=1)
    text = models.TextField(_("text"))
    media = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture or file")
    )
    media_text = models.CharField(_("what the picture shows"), max_length=500, blank=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language", "channel_kind", "variant"], name="wording_variant_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.channel_kind}".strip()
