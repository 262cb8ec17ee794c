"""Automation rules: what they are, what they are about to look at, and what each of them did."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.models.tickets import Ticket
from inbox.ticket_rules import PERMISSION_FOR, Trigger

if TYPE_CHECKING:
    from accounts.models import User


class TicketRuleQuerySet(models.QuerySet["TicketRule"]):
    """Conditions on rules."""

    def visible_to(self, user: "User") -> "TicketRuleQuerySet":
        """Return the rules of the user's organization."""
        return self.filter(organization=user.organization_id)

    def at_work(self) -> "TicketRuleQuerySet":
        """Return the rules that look at tickets, in their order."""
        return self.filter(active=True).order_by("position", "pk")


class TicketRule(models.Model):
    """What is to be done with tickets that meet conditions, whenever something happens or hours have passed."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="ticket_rules")
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    active = models.BooleanField(_("active"), default=True)
    trigger = models.CharField(_("when"), max_length=20, choices=Trigger.choices)
    # How many have passed, where the trigger counts them.
    hours = models.PositiveSmallIntegerField(_("hours"), null=True, blank=True)
    # `Conditions`, and a list of `Action`.
    conditions = models.JSONField()
    actions = models.JSONField()
    stop = models.BooleanField(_("stop after this rule"), default=False)
    # Who wrote it last: each action asks for their permission.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="ticket_rules")
    # Why it was switched off by itself, and whether managers know.
    trouble = models.TextField(_("trouble"), blank=True)
    alerted_at = models.DateTimeField(null=True)
    run_count = models.PositiveIntegerField(default=0, db_default=0)
    failed_count = models.PositiveIntegerField(default=0, db_default=0)
    cut_count = models.PositiveIntegerField(default=0, db_default=0)
    last_run_at = models.DateTimeField(null=True)

    objects = TicketRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("automation rule")
        verbose_name_plural = _("automation rules")
        indexes = [models.Index(fields=["organization", "position", "id"], name="ticket_rule_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def permissions(self) -> list[str]:
        """Return what its author must be allowed."""
        return sorted({PERMISSION_FOR[action["do"]] for action in self.actions})


class RuleJob(models.Model):
    """An event of a ticket to which rules are about to answer; gone once they have. The row is the job."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    event = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return f"rules for event {self.event}"


class RuleTimer(models.Model):
    """When a rule that counts hours looks at a ticket; the event from which they count may be followed by another."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(TicketRule, models.CASCADE, related_name="timers", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    event = models.BigIntegerField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "ticket"], name="rule_timer_once")]

    def __str__(self) -> str:
        return f"timer of rule {self.rule_id} for ticket {self.ticket_id}"


class RunOutcome(models.TextChoices):
    """What came of a rule."""

    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    # It would have answered to what came of itself, or the chain was too long.
    CUT = "cut", _("Cut off")


class RuleRun(models.Model):
    """What a rule did about one event of a ticket: never a second time."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(TicketRule, models.CASCADE, related_name="runs", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", db_index=False)
    # To which it answered.
    event = models.BigIntegerField()
    # The rules whose changes led here, the first one first, and this one at the end.
    chain = ArrayField(models.BigIntegerField())
    outcome = models.CharField(_("outcome"), max_length=10, choices=RunOutcome.choices)
    words = models.TextField(blank=True)
    # The events of the ticket that it wrote, and the reply that it sent, or that waits for approval.
    first_event = models.BigIntegerField(null=True)
    last_event = models.BigIntegerField(null=True)
    message = models.BigIntegerField(null=True)
    ran_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        constraints = [models.UniqueConstraint(fields=["rule", "ticket", "event"], name="rule_run_once")]
        indexes = [
            # Whose change was this?
            models.Index(fields=["ticket", "first_event"], name="rule_run_events"),
            # What a rule did last.
            models.Index(fields=["rule", "-id"], name="rule_run_latest"),
        ]

    def __str__(self) -> str:
        return f"rule {self.rule_id} on ticket {self.ticket_id}: {self.outcome}"
