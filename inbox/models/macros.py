"""Macros: named lists of steps that people run on a ticket with one choice."""

from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team

if TYPE_CHECKING:
    from accounts.models import User


class StepKind(models.TextChoices):
    """What a step does."""

    TEXT = "text", _("Add text to the reply")
    WORDING = "wording", _("Insert signed wording")
    NOTE = "note", _("Write a note")
    ADD_LABELS = "add_labels", _("Add labels")
    REMOVE_LABELS = "remove_labels", _("Remove labels")
    PRIORITY = "priority", _("Set the priority")
    ASSIGN = "assign", _("Assign")
    SNOOZE = "snooze", _("Snooze")
    RESOLVE = "resolve", _("Resolve")
    STATUS = "status", _("Set the status")


# What gives the composer words for the customer.
SPEAKING = frozenset({StepKind.TEXT, StepKind.WORDING})
# Who gets the ticket, where it is not a person's id.
ME, NOBODY = "me", "nobody"


class Step(TypedDict, total=False):
    """One step as it is stored: what it does, and what that kind needs."""

    do: str
    # A text to add, or a note.
    text: str
    # The position whose signed wording is inserted.
    position: int
    labels: list[str]
    priority: int
    # ME, NOBODY or the id of a person, in digits.
    to: str
    # How long the ticket is put off.
    hours: int
    # The id of a status that the organization has named.
    status: int


class MacroQuerySet(models.QuerySet["Macro"]):
    """Conditions on macros."""

    def visible_to(self, user: "User") -> "MacroQuerySet":
        """Return the user's own macros, those of their teams and everybody's; who may share sees every team's."""
        shared = Q(owner=None)
        if not user.may("macro.share"):
            shared &= Q(team=None) | Q(team__in=user.teams.values("pk"))
        return self.filter(Q(owner=user) | shared, organization=user.organization_id)


class Macro(models.Model):
    """A named list of steps. It is a person's, a team's, or everybody's where it names neither."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="macros")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="macros")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="macros")
    name = models.CharField(_("name"), max_length=80)
    # A list of `Step`.
    steps = models.JSONField()
    uses = models.PositiveIntegerField(default=0, db_default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = MacroQuerySet.as_manager()

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        constraints = [models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="macro_has_one_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def speaks(self) -> bool:
        """Return whether it gives the composer words for the customer, and so is for one ticket at a time."""
        return any(step["do"] in SPEAKING for step in self.steps)

    def may_be_changed_by(self, user: "User") -> bool:
        """Return whether a person who sees the macro may change it: everybody their own, leaders what is shared."""
        return self.owner_id == user.pk if self.owner_id else user.may("macro.share")
