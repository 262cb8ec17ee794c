"""A request to correct something that was said: the words it rested on have been taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models import PositionVersion
from inbox.models.deliveries import YET_TO_GO
from inbox.models.messages import Message
from inbox.models.tickets import Ticket


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Conditions on corrections."""

    def visible_to(self, user: User) -> "CorrectionQuerySet":
        """Return the corrections in tickets that the user may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def open(self) -> "CorrectionQuerySet":
        """Return the corrections since which nothing has been sent in their tickets."""
        later = Message.objects.answers().filter(ticket=OuterRef("ticket")).exclude(delivery__state__in=YET_TO_GO)
        return self.filter(~Exists(later.filter(created_at__gt=OuterRef("asked_at"))))


class Correction(models.Model):
    """Somebody asked that a reply that has gone out be put right; done once the ticket is answered again."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, models.CASCADE, related_name="correction")
    version = models.ForeignKey(PositionVersion, models.PROTECT, related_name="+")
    # Where it is put right: the newest ticket of the message's thread.
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="corrections")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"correction of message {self.message_id}"
