"""The log: one row for each thing that happened, written in the transaction that made it happen."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Organization, Team
from inbox.models.messages import Message
from inbox.models.tickets import Ticket


class TransactionIdField(models.Field[str, str]):
    """PostgreSQL's 64-bit transaction id, by which the log is read in commit order without gaps."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type."""
        return "xid8"


class CurrentTransactionId(Func):
    """The id of the transaction that writes the row."""

    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class Event(models.Model):
    """One thing that happened. `kind` is noun.past_participle; `facts` are ids and scalars."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("team"),
    )
    ticket = models.ForeignKey(
        Ticket,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        db_constraint=False,
        db_index=False,
        verbose_name=_("ticket"),
    )
    message = models.ForeignKey(
        Message,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        db_constraint=False,
        verbose_name=_("message"),
    )
    kind = models.CharField(_("kind of event"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("by"),
    )
    key = models.ForeignKey(
        ApiKey, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    facts = models.JSONField(_("facts"), default=dict)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    transaction = TransactionIdField(db_default=CurrentTransactionId())

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # The timeline of a ticket.
            models.Index(F("ticket"), F("id"), name="event_ticket", condition=Q(ticket__isnull=False)),
            # The tick: the newest event of a team, or of the organization.
            models.Index(F("team"), F("id").desc(), name="event_team"),
            models.Index(F("organization"), F("id").desc(), name="event_newest"),
            # What happened to no ticket: incidents, positions, channels.
            models.Index(
                F("organization"), F("kind"), F("id"), name="event_about_organization", condition=Q(ticket=None)
            ),
            # What was resolved in a period.
            models.Index(F("organization"), F("id").desc(), name="event_resolved", condition=Q(kind="ticket.resolved")),
            # What a person has done.
            models.Index(fields=["actor"], name="event_actor", condition=Q(actor__isnull=False)),
            # Readers of the log, in commit order.
            models.Index(fields=["transaction", "id"], name="event_commit_order"),
            # What happened in some days, for the export; a few pages, whatever the log's size.
            BrinIndex(fields=["created_at"], name="event_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
