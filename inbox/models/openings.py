"""What a ticket's customer asked first, as a vector: by these, tickets that ask the same are found."""

from django.db import models
from django.db.models.functions import Coalesce
from pgvector.django import HalfVectorField

from accounts.models import Organization
from inbox.models.messages import Message, MessageQuerySet
from inbox.models.tickets import Ticket


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Conditions on openings."""

    def of(self, messages: MessageQuerySet) -> "OpeningQuerySet":
        """Return what was made of these messages; by the ticket, since there is no index by message."""
        origins = messages.values(origin=Coalesce("home", "ticket"))
        return self.filter(ticket__in=origins, message__in=messages.values("pk"))


class Opening(models.Model):
    """The first message of a ticket that says something, as the embedder of its language reads it.

    The ticket is the one to whose thread the message belongs (`Message.origin_id`): a merge or a split moves the
    message, not this.

    Vectors of two embedders are never compared: each has a column, with an index for its nearest neighbours
    (made by hand in the migration; where pgvector is older than 0.8 there is none, and nothing is written).
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="opening")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    message = models.ForeignKey(Message, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    # Which embedder has read it; "" until one has.
    embedder = models.CharField(max_length=80, blank=True)
    english = HalfVectorField(dimensions=384, null=True)
    other = HalfVectorField(dimensions=512, null=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        indexes = [
            # The worker asks for those that the embedders of today have not read, the newest tickets first.
            models.Index(models.F("embedder"), models.F("ticket").desc(), name="opening_to_read"),
            # A small organization's are compared one by one.
            models.Index(fields=["organization"], name="opening_organization"),
        ]

    def __str__(self) -> str:
        return f"opening of ticket {self.ticket_id}"
