"""Tickets that belong together without being one: related, a duplicate, a cause, a follow-up."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.tickets import Ticket


class LinkKind(models.TextChoices):
    """What a ticket is to the other."""

    RELATED = "related", _("Related to")
    DUPLICATE = "duplicate", _("Duplicate of")
    CAUSED_BY = "caused_by", _("Caused by")
    FOLLOW_UP = "follow_up", _("Follow-up of")


class TicketLink(models.Model):
    """Two tickets that belong together; read from `ticket` to `other`."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Ticket, models.CASCADE, related_name="linked")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("link between tickets")
        verbose_name_plural = _("links between tickets")
        constraints = [models.UniqueConstraint(fields=["ticket", "other"], name="ticket_linked_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"
