"""Words a brand does not use, and what it says instead."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, User


class TermQuerySet(models.QuerySet["Term"]):
    """Conditions on terms."""

    def visible_to(self, user: User) -> "TermQuerySet":
        """Return the terms of the user's organization."""
        return self.filter(organization=user.organization_id)

    def active(self) -> "TermQuerySet":
        """Return the terms that count."""
        return self.filter(active=True)

    def for_brand(self, brand_id: int) -> "TermQuerySet":
        """Return the terms of this brand and of all brands."""
        return self.filter(Q(brand=brand_id) | Q(brand=None))

    def in_language(self, language: str) -> "TermQuerySet":
        """Return the terms of this language and of every language."""
        return self.filter(language__in=["", language[:2].lower()])


class Term(models.Model):
    """A word or phrase that must not go out, or that has a better one."""

    class Kind(models.TextChoices):
        """How strict it is: banned words stop a text, others are advice."""

        BANNED = "banned", _("Banned")
        PREFERRED = "preferred", _("Say it another way")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="terms")
    brand = models.ForeignKey(
        Brand, models.CASCADE, null=True, blank=True, related_name="terms", verbose_name=_("brand")
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.BANNED)
    text = models.CharField(_("word or phrase"), max_length=120)
    replacement = models.CharField(_("say instead"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "brand", "language", "text"],
                name="term_once_per_brand_and_language",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.text
