"""What the voice column has put before whom: the record by which signed wording is judged."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from brandvoice.models import PositionVersion, Wording
from inbox.models.messages import Message
from inbox.models.tickets import Ticket

if TYPE_CHECKING:
    from accounts.models import User


class OfferState(models.TextChoices):
    """How a wording came before the agent."""

    ONE = "one", _("Offered alone")
    CHOOSE = "choose", _("One of several")
    HOLDING = "holding", _("Until there is an answer")
    ANSWER = "answer", _("The desk's answer")
    # What was looked for, or found elsewhere, says nothing about what the voice offers.
    SEARCHED = "searched", _("Looked for")
    TAKEN = "taken", _("Found elsewhere")
    # There was nothing to offer: a row without a wording.
    NONE = "none", _("Nothing fits")


# What came without being looked for.
UNASKED = (OfferState.ONE, OfferState.CHOOSE, OfferState.HOLDING, OfferState.ANSWER)


class OfferQuerySet(models.QuerySet["Offer"]):
    """Conditions on offers."""

    def visible_to(self, user: "User") -> "OfferQuerySet":
        """Return the offers in tickets that the user may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def unasked(self) -> "OfferQuerySet":
        """Return what was offered without having been looked for."""
        return self.filter(state__in=UNASKED)


class Offer(models.Model):
    """One wording that one person had before them beside one customer's message; seeing it again adds nothing."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    # The customer's newest message at that moment.
    message = models.ForeignKey(Message, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.ForeignKey(
        PositionVersion, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=OfferState.choices)
    # The place in the column, from 1, and the probability that was shown; 0 and null where there is none.
    rank = models.PositiveSmallIntegerField(default=0)
    probability = models.FloatField(null=True, blank=True)
    shown_at = models.DateTimeField()
    # When the person first put the words into what they wrote.
    inserted_at = models.DateTimeField(null=True, blank=True)
    # The person's next reply in the ticket, and whether it held the version's words; null until there is one.
    reply = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    used = models.BooleanField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offered wording")
        verbose_name_plural = _("offered wordings")
        constraints = [
            models.UniqueConstraint(fields=["message", "user", "wording"], name="offer_once", nulls_distinct=False)
        ]
        indexes = [
            # The lists behind the counts.
            models.Index(fields=["version", "-id"], name="offer_version"),
            # Counts by day.
            BrinIndex(fields=["shown_at"], name="offer_day"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.rank} beside message {self.message_id}"
