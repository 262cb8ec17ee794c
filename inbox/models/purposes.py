"""Why messages are sent: what the organization wants, and the purposes that serve it."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Brand, Organization
from inbox.models.messages import Sentiment

if TYPE_CHECKING:
    from accounts.models import User


class Measure(models.TextChoices):
    """What shows whether an objective is met."""

    RESOLVED = "resolved", _("Share of tickets resolved, %")
    REOPENED = "reopened", _("Share of tickets opened again, %")
    HAPPIER = "happier", _("Share of customers who sound better in their next message, %")
    SATISFIED = "satisfied", _("Share of satisfied answers, %")
    FIRST_REPLY = "first_reply", _("First reply within minutes, middle of all")


class Objective(models.Model):
    """What the organization wants, how that is measured, and until when."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="objectives")
    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: all."),
    )
    name = models.CharField(_("what we want"), max_length=160)
    measure = models.CharField(_("measured by"), max_length=20, choices=Measure.choices)
    target = models.PositiveIntegerField(_("target"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="objective_name_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name


class StandardPurpose(models.TextChoices):
    """The purposes that every organization begins with."""

    RESOLVE = "resolve", pgettext_lazy("a purpose", "Resolve")
    INFORM = "inform", _("Inform")
    DE_ESCALATE = "de_escalate", _("De-escalate")
    CORRECT = "correct", _("Correct")
    MOVE_TO_PRIVATE = "move_to_private", _("Move to private")
    THANK = "thank", _("Thank")
    DECLINE = "decline", _("Decline")


def purpose_name(key: str, name: str) -> str:
    """Return what a purpose is called; a standard one in the reader's language, unless it has a name of its own."""
    return name or str(StandardPurpose(key).label)


# In the order in which they are proposed: those that fit some messages only, then the one that fits all.
STANDARD: tuple[tuple[StandardPurpose, list[int]], ...] = (
    (StandardPurpose.THANK, [Sentiment.POSITIVE]),
    (StandardPurpose.DE_ESCALATE, [Sentiment.NEGATIVE]),
    (StandardPurpose.RESOLVE, []),
    (StandardPurpose.INFORM, []),
    (StandardPurpose.CORRECT, []),
    (StandardPurpose.MOVE_TO_PRIVATE, []),
    (StandardPurpose.DECLINE, []),
)
STEP = 10


class PurposeQuerySet(models.QuerySet["Purpose"]):
    """Conditions on purposes."""

    def visible_to(self, user: "User") -> "PurposeQuerySet":
        """Return the purposes of the user's organization."""
        return self.filter(organization=user.organization_id)

    def in_use(self) -> "PurposeQuerySet":
        """Return those that can be chosen, in the order in which they are proposed."""
        return self.filter(active=True).order_by("position", "pk")


class Purpose(models.Model):
    """Why a message is sent, chosen before the words; messages carry its key."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="purposes")
    key = models.SlugField(
        _("key"),
        max_length=20,
        help_text=_("What programs and exports call it: small letters, digits and _. It stays as it is."),
    )
    # Empty for a standard one, which is called by the reader's language.
    name = models.CharField(_("name"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(
        _("order"),
        default=100,
        help_text=_("The first purpose that fits a customer's message is proposed, the smallest number first."),
    )
    active = models.BooleanField(_("active"), default=True)
    topics = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("topics"),
        blank=True,
        default=list,
        help_text=_("Proposed for messages about these; empty for all."),
    )
    sentiments = ArrayField(
        models.SmallIntegerField(choices=Sentiment.choices), verbose_name=_("feelings"), blank=True, default=list
    )
    tone = models.CharField(
        _("tone"), max_length=160, blank=True, help_text=_("Said to whoever writes, such as “calm, short, no jokes”.")
    )
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="purposes", verbose_name=_("objective")
    )

    objects = PurposeQuerySet.as_manager()

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="purpose_key_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name or self.key


def standard_purposes(organization_id: int) -> list[Purpose]:
    """Return the rows that an organization begins with, not stored yet."""
    return [
        Purpose(organization_id=organization_id, key=key.value, position=place * STEP, sentiments=sentiments)
        for place, (key, sentiments) in enumerate(STANDARD, 1)
    ]
