"""How far the deadlines of tickets have been worked out; the row is the job for whatever comes next."""

from django.db import models
from django.db.models import Q

from accounts.models import Organization
from inbox.models.tickets import Ticket


class TicketClock(models.Model):
    """A ticket's deadlines as `inbox.deadlines.Clock` has them, by which plan, and from how much of the log."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="clock")
    state = models.JSONField()
    plan = models.CharField(max_length=24)
    # The last event of the ticket that is in it.
    event = models.BigIntegerField()
    # When the next target is to be warned of or is breached.
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The sweep: it looks at what is due and at nothing else, however many tickets there are.
            models.Index(fields=["next_at"], name="clock_next", condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.event}"


class Recount(models.Model):
    """An organization whose policies or hours have changed: of its unresolved tickets those after `ticket` are left."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="+")
    ticket = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organization_id} after {self.ticket}"
