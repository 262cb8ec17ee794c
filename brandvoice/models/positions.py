"""A position: what the company says about one question."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, User


class PositionQuerySet(models.QuerySet["Position"]):
    """Conditions on positions."""

    def visible_to(self, user: User) -> "PositionQuerySet":
        """Return the positions of the user's organization."""
        return self.filter(organization=user.organization_id)

    def for_brand(self, brand_id: int) -> "PositionQuerySet":
        """Return the positions that speak for this brand, alone or among all."""
        return self.filter(Q(brand=brand_id) | Q(brand=None))

    def matching(self, words: str) -> "PositionQuerySet":
        """Return the positions whose question, topic or wording contains `words`."""
        saying = Position.objects.filter(versions__wordings__text__unaccent__icontains=words)
        return self.filter(
            Q(question__unaccent__icontains=words) | Q(topic__unaccent__icontains=words) | Q(pk__in=saying.values("pk"))
        )


class Position(models.Model):
    """What the company says about one question; owned by somebody, signed version by version."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="positions")
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="positions", verbose_name=_("brand")
    )
    key = models.SlugField(_("key"), max_length=80)
    question = models.CharField(_("question"), max_length=300)
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    # Keys of the purposes that its words serve, empty for all: where it is suggested, which nobody signs.
    purposes = ArrayField(models.CharField(max_length=20), verbose_name=_("purposes"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="positions", verbose_name=_("owner")
    )
    # When somebody should look whether it still holds; counted from the signature, or set by hand.
    # Said while the desk looks for an answer; offered where nothing approved fits.
    holding = models.BooleanField(_("holding statement"), default=False)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="position_key_once_per_organization")
        ]
        indexes = [
            models.Index(fields=["organization", "question", "id"], name="position_library"),  # the library's order
            # What is due for a review.
            models.Index(
                fields=["organization", "review_on"],
                condition=Q(review_on__isnull=False),
                name="position_review",
            ),
            GinIndex(fields=["question"], opclasses=["gin_trgm_ops"], name="position_question_trigrams"),
        ]

    def __str__(self) -> str:
        return self.question

    def serves(self, purpose: str) -> bool:
        """Return whether it may be suggested first for a message of this purpose; "" is any."""
        return not (self.purposes and purpose) or purpose in self.purposes
