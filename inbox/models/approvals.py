"""A reply that somebody else has to let out: who asked, what they had seen, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models import GuardDecision
from inbox.models.deliveries import DeliveryState
from inbox.models.messages import Message
from inbox.models.tickets import Ticket


class ApprovalState(models.TextChoices):
    """What came of it."""

    WAITING = "waiting", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")
    # The conversation or the rules have moved on since it was asked for.
    STALE = "stale", _("Overtaken")
    TAKEN_BACK = "taken_back", _("Taken back")


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Conditions on approvals."""

    def visible_to(self, user: User) -> "ApprovalQuerySet":
        """Return the approvals on tickets that the user may see."""
        return self.filter(message__ticket__in=Ticket.objects.visible_to(user))

    def waiting(self) -> "ApprovalQuerySet":
        """Return what nobody has decided."""
        return self.filter(state=ApprovalState.WAITING, message__delivery__state=DeliveryState.WAITING)


class Approval(models.Model):
    """The question whether an outbound message may go out, bound to its exact words; it waits in its delivery."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, models.CASCADE, related_name="approval")
    state = models.CharField(max_length=12, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    # The newest message that its writer had before them.
    seen = models.BigIntegerField()
    # What the guard said when it was asked for: whoever approves, approves this and no more.
    decision = models.ForeignKey(
        GuardDecision, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        indexes = [
            # What waits, oldest first.
            models.Index(fields=["organization", "asked_at"], condition=Q(state="waiting"), name="approval_waiting"),
        ]

    def __str__(self) -> str:
        return f"approval of message {self.message_id}: {self.state}"
