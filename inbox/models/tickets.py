"""One conversation to be dealt with: its lifecycle, its place in the list, who may see it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Brand, Organization, Team
from brandvoice.models.versions import CustomerScope
from inbox.deadlines import Metric
from inbox.models.channels import Channel
from inbox.models.contacts import Contact, Identity
from inbox.models.labels import Label
from inbox.models.statuses import NamedStatus

if TYPE_CHECKING:
    from accounts.models import User


class Status(models.TextChoices):
    """Where a ticket stands."""

    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    RESOLVED = "resolved", _("Resolved")


MOVES: dict[str, set[str]] = {
    Status.OPEN: {Status.SNOOZED, Status.RESOLVED},
    Status.SNOOZED: {Status.OPEN, Status.RESOLVED},
    Status.RESOLVED: {Status.OPEN},
}


class Priority(models.IntegerChoices):
    """How soon somebody should look."""

    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")
    URGENT = 3, _("Urgent")


class DueStage(models.IntegerChoices):
    """How near a ticket's deadlines are."""

    NOT_SOON = 0, _("Not soon")
    SOON = 1, _("Soon")
    OVER = 2, _("Over")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Conditions on tickets; every door starts from `visible_to` or `open_to`."""

    def visible_to(self, user: "User") -> "TicketQuerySet":
        """Return the tickets of the user's teams, or of the whole organization for those who see all."""
        mine = self.filter(organization=user.organization_id)
        if user.may("ticket.view_all"):
            return mine
        return mine.filter(Q(team__in=user.teams.values("pk")) | Q(assignee=user))

    def open_to(self, key: ApiKey) -> "TicketQuerySet":
        """Return the tickets of the channels that the key may speak for."""
        return self.filter(channel__in=Channel.objects.open_to(key))

    def open(self) -> "TicketQuerySet":
        """Return tickets that wait for us."""
        return self.filter(status=Status.OPEN)

    def snoozed(self) -> "TicketQuerySet":
        """Return tickets put off until later."""
        return self.filter(status=Status.SNOOZED)

    def resolved(self) -> "TicketQuerySet":
        """Return tickets that are done, without what was spam."""
        return self.filter(status=Status.RESOLVED, is_spam=False)

    def spam(self) -> "TicketQuerySet":
        """Return tickets that nobody has to deal with."""
        return self.filter(is_spam=True)

    def waiting(self) -> "TicketQuerySet":
        """Return tickets that nobody has taken and whose customers wait for an answer."""
        return self.filter(assignee=None, status=Status.OPEN, awaiting_reply=True)

    def unassigned(self) -> "TicketQuerySet":
        """Return tickets that nobody has taken."""
        return self.filter(assignee=None)

    def due_soon(self) -> "TicketQuerySet":
        """Return tickets that are not done and have a deadline that is near or over."""
        return self.filter(due_stage__gt=DueStage.NOT_SOON).exclude(status=Status.RESOLVED)

    def assigned_to(self, user: "User") -> "TicketQuerySet":
        """Return the user's own tickets."""
        return self.filter(assignee=user)

    def latest_first(self) -> "TicketQuerySet":
        """Return tickets in the order of the list, newest message first."""
        return self.order_by("-last_message_at", "-pk")

    def lock(self, pk: int) -> "Ticket":
        """Return the ticket, locked against other writers until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Ticket(models.Model):
    """One conversation to be dealt with. Its columns carry all that a row of the list shows."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="tickets", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    brand = models.ForeignKey(
        Brand, models.CASCADE, related_name="tickets", db_constraint=False, db_index=False, verbose_name=_("brand")
    )
    channel = models.ForeignKey(
        Channel, models.CASCADE, related_name="tickets", db_constraint=False, db_index=False, verbose_name=_("channel")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="tickets", db_constraint=False, db_index=False, verbose_name=_("team")
    )
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="tickets", verbose_name=_("customer"))
    identity = models.ForeignKey(
        Identity, models.CASCADE, related_name="tickets", db_index=False, verbose_name=_("account")
    )
    thread_key = models.CharField(max_length=255)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.OPEN)
    # How the organization calls it, where it has a name of its own within that status.
    named_status = models.ForeignKey(
        NamedStatus,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
        verbose_name=_("named status"),
    )
    priority = models.SmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
        verbose_name=_("assignee"),
    )
    labels = models.ManyToManyField(Label, blank=True, related_name="tickets", verbose_name=_("labels"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    # The newest customer's message's; and the highest urgency of those that nobody has answered.
    sentiment = models.SmallIntegerField(_("sentiment"), null=True, blank=True)
    urgency = models.SmallIntegerField(_("urgency"), null=True, blank=True)
    topic = models.CharField(_("topic"), max_length=80, blank=True, db_default="")
    # Which of the brand's products it is about, in lower case; the customer may have others.
    product = models.CharField(_("product"), max_length=40, blank=True, default="", db_default="")
    visibility = models.CharField(max_length=10)
    preview = models.CharField(_("preview"), max_length=200, blank=True)
    # True while the newest thing said, notes apart, is the customer's.
    awaiting_reply = models.BooleanField(default=True)
    # Since when it awaits a reply, or last did: when we heard the first of the customer's unanswered messages.
    waiting_since = models.DateTimeField(db_default=Now())
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    first_replied_at = models.DateTimeField(_("first reply"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    last_message_at = models.DateTimeField(_("last message"))
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    # The deadline that comes first, what it is of, since when that runs; and the gravest stage of any that runs.
    due_at = models.DateTimeField(null=True, blank=True)
    due_from = models.DateTimeField(null=True, blank=True)
    due_metric = models.CharField(max_length=20, choices=Metric.choices, blank=True, default="", db_default="")
    due_stage = models.SmallIntegerField(
        choices=DueStage.choices, default=DueStage.NOT_SOON, db_default=DueStage.NOT_SOON
    )

    # When the first of its replies goes out for which a time was chosen.
    sends_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Of the organization's own fields (CustomField) those that are filled in, by key.
    fields = models.JSONField(_("custom fields"), default=dict, db_default={}, editable=False)
    # Resolved and kept apart from all others.
    is_spam = models.BooleanField(_("spam"), default=False, db_default=False)
    # Nobody marked it: it began while its customer's account was blocked, and opens when one writes who is not.
    spam_by_block = models.BooleanField(default=False, db_default=False)
    # The ticket that has taken its messages; and the one in which what is said next in its thread is read.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged", db_index=False
    )
    continues_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="continued", db_index=False
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="ticket_number_once"),
            # One thread has one ticket that is being dealt with; what was split off it is in others.
            models.UniqueConstraint(
                fields=["channel", "thread_key"],
                condition=~Q(status="resolved") & Q(continues_in=None),
                name="ticket_thread_once_while_unresolved",
            ),
            models.CheckConstraint(condition=Q(is_spam=False) | Q(status="resolved"), name="ticket_spam_is_resolved"),
        ]
        indexes = [
            # The list of a view, for those who see everything.
            models.Index(
                F("organization"), F("status"), F("last_message_at").desc(), F("id").desc(), name="ticket_list"
            ),
            # The same whatever the status: connectors that list everything.
            models.Index(F("organization"), F("last_message_at").desc(), F("id").desc(), name="ticket_latest"),
            # The list of a view that is narrowed to a brand: else a rare one reads all that the others have.
            models.Index(F("brand"), F("status"), F("last_message_at").desc(), F("id").desc(), name="ticket_brand"),
            # The list of a view for one team, and for one person ("Mine").
            models.Index(F("team"), F("status"), F("last_message_at").desc(), F("id").desc(), name="ticket_team"),
            models.Index(
                F("assignee"),
                F("status"),
                F("last_message_at").desc(),
                F("id").desc(),
                name="ticket_mine",
                condition=Q(assignee__isnull=False),
            ),
            # "Unassigned", the list that everybody watches.
            models.Index(
                F("organization"),
                F("last_message_at").desc(),
                F("id").desc(),
                name="ticket_unassigned",
                condition=Q(assignee__isnull=True, status="open"),
            ),
            # What waits for somebody to take it, in the order in which it is given out.
            models.Index(
                F("team"),
                F("priority").desc(),
                F("waiting_since"),
                F("id"),
                name="ticket_backlog",
                condition=Q(assignee__isnull=True, status="open", awaiting_reply=True),
            ),
            # Intake: the newest ticket of a thread.
            models.Index(F("channel"), F("thread_key"), F("id").desc(), name="ticket_thread"),
            # "Breaching soon", the deadline that comes first at its beginning.
            models.Index(fields=["organization", "due_at", "id"], name="ticket_due_soon", condition=Q(due_stage__gt=0)),
            # Those in which a reply has a time of its own.
            models.Index(fields=["organization"], name="ticket_scheduled", condition=Q(sends_at__isnull=False)),
            # "Spam".
            models.Index(
                F("organization"),
                F("last_message_at").desc(),
                F("id").desc(),
                name="ticket_spam",
                condition=Q(is_spam=True),
            ),
            # `field.key:value`.
            GinIndex(
                OpClass(F("fields"), name="jsonb_path_ops"),
                name="ticket_fields",
                condition=~Q(fields=Value({}, models.JSONField())),
            ),
            # What was merged into a ticket, and whose threads go on in it.
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["continues_in"], name="ticket_continued", condition=Q(continues_in__isnull=False)),
            # The tickets of a named status.
            models.Index(fields=["named_status"], name="ticket_named", condition=Q(named_status__isnull=False)),
            # The sweep that wakes snoozed tickets.
            models.Index(fields=["snoozed_until"], name="ticket_snoozed", condition=Q(status="snoozed")),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.preview[:40]}"

    @property
    def scope(self) -> CustomerScope:
        """Return what is known of the customer, for words that are signed for some only; the contact is loaded."""
        return CustomerScope(region=self.contact.region, audience=self.contact.audience, product=self.product)


class TicketCounter(models.Model):
    """The last ticket number given out in an organization."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.last}"
