"""Crises as a state of the system: how grave one is, what it is about, who has read it, which tickets it holds."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Brand, Organization, Team
from brandvoice.guard import Stance
from brandvoice.models import Position
from inbox.models.channels import Channel
from inbox.models.policies import SlaPolicy
from inbox.models.tickets import Ticket

if TYPE_CHECKING:
    from accounts.models import User

STANCES = (
    (Stance.OPEN.value, _("Everything may go out")),
    (Stance.APPROVAL.value, _("Somebody else has to approve it")),
    (Stance.HOLDING.value, _("Only the holding statement; the rest needs approval")),
    (Stance.FROZEN.value, _("Nothing goes out")),
)


class IncidentLevel(models.Model):
    """What an incident of this gravity changes."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="incident_levels")
    name = models.CharField(_("name"), max_length=60)
    rank = models.PositiveSmallIntegerField(_("gravity"), help_text=_("The gravest has the greatest number."))
    replies = models.CharField(_("replies about it"), max_length=10, choices=STANCES)
    acknowledge = models.BooleanField(
        _("read first"), default=True, help_text=_("Whoever replies about it has to acknowledge the briefing first.")
    )
    pause_rules = models.BooleanField(
        _("rules wait"), default=False, help_text=_("Automation rules leave the tickets that it is about alone.")
    )
    hold_posts = models.BooleanField(
        _("planned posts wait"),
        default=False,
        help_text=_("All planned posts of its brand are held, whatever they are about."),
    )
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Its tickets are given to this team. Empty: they stay where they are."),
    )
    policy = models.ForeignKey(
        SlaPolicy,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SLA policy"),
        help_text=_("Deadlines of its tickets go by this one. Empty: by the usual one."),
    )
    approvers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="on_call_for",
        verbose_name=_("on call"),
        help_text=_("They are told of every reply about it that waits for approval."),
    )

    class Meta:
        verbose_name = _("incident level")
        verbose_name_plural = _("incident levels")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="incident_level_name_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stops(self) -> bool:
        """Return whether anything about such an incident is kept from going out."""
        return self.acknowledge or self.hold_posts or self.replies != Stance.OPEN


class IncidentState(models.TextChoices):
    """How far an incident is."""

    LIVE = "live", _("Live")
    OVER = "over", _("Stood down")


def brands_of(key: ApiKey) -> models.QuerySet[Brand]:
    """Return the brands that a key may speak of: its organization's, or those of its channels."""
    brands = Brand.objects.filter(organization=key.organization_id)
    return brands if key.all_channels else brands.filter(pk__in=Channel.objects.open_to(key).values("brand"))


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Conditions on incidents."""

    def visible_to(self, user: "User") -> "IncidentQuerySet":
        """Return the incidents of the user's organization."""
        return self.filter(organization=user.organization_id)

    def open_to(self, key: ApiKey) -> "IncidentQuerySet":
        """Return the incidents of the key's organization: of its brands, where it has only some channels."""
        mine = self.filter(organization=key.organization_id)
        return mine if key.all_channels else mine.filter(Q(brand=None) | Q(brand__in=brands_of(key)))

    def live(self) -> "IncidentQuerySet":
        """Return those that are going on, the gravest first."""
        return self.filter(state=IncidentState.LIVE).order_by("-level__rank", "-pk")


class Incident(models.Model):
    """A crisis. What it touches is what its topics or phrases name; one that names neither touches all of its brand."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="incidents")
    level = models.ForeignKey(IncidentLevel, models.PROTECT, related_name="+", verbose_name=_("level"))
    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: all."),
    )
    name = models.CharField(_("what has happened"), max_length=120)
    briefing = models.TextField(_("briefing"), blank=True, max_length=4000)
    topics = ArrayField(models.CharField(max_length=80), verbose_name=_("topics"), blank=True, default=list)
    phrases = ArrayField(models.CharField(max_length=80), verbose_name=_("words"), blank=True, default=list)
    # Its signed wording is what may be said while only the holding statement may.
    holding = models.ForeignKey(
        Position, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("holding statement")
    )
    # An exercise: it says what would be stopped and stops nothing.
    drill = models.BooleanField(_("drill"), default=False)
    state = models.CharField(max_length=10, choices=IncidentState.choices, default=IncidentState.LIVE)
    # A person, or a program with its key.
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    declared_with = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    declared_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_with = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    # By which a program that asks twice declares once.
    client_uuid = models.UUIDField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client_uuid"],
                condition=Q(client_uuid__isnull=False),
                name="incident_declared_once",
            )
        ]
        indexes = [
            # Asked at every send: few rows, most of the time none.
            models.Index(fields=["organization"], condition=Q(state="live"), name="incident_live"),
            models.Index(fields=["organization", "-id"], name="incident_list"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def declarer(self) -> str:
        """Return the name of the person or the program that has declared it, or "" where neither is known any more."""
        by = self.declared_by or self.declared_with
        return by.name if by else ""

    @property
    def ender(self) -> str:
        """Return the name of the person or the program that has stood it down, or ""."""
        by = self.ended_by or self.ended_with
        return by.name if by else ""


class IncidentTicket(models.Model):
    """A ticket that an incident has gathered."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="gathered", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="incidents")
    at = models.DateTimeField()
    # Whether it was given to the level's team, or nobody has to do that any more.
    routed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "ticket"], name="incident_ticket_once")]
        indexes = [models.Index(fields=["id"], condition=Q(routed=False), name="incident_ticket_unrouted")]

    def __str__(self) -> str:
        return f"ticket {self.ticket_id} of incident {self.incident_id}"


class Acknowledgement(models.Model):
    """Somebody has read an incident's briefing."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="acknowledgements", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="incident_acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.user_id} has read incident {self.incident_id}"


STANDARD_LEVELS = (
    (_("Watch"), Stance.OPEN, False, False),
    (_("Serious"), Stance.APPROVAL, True, False),
    (_("Crisis"), Stance.HOLDING, True, True),
)


def standard_levels(organization_id: int) -> list[IncidentLevel]:
    """Return the levels that an organization begins with, not stored yet."""
    return [
        IncidentLevel(
            organization_id=organization_id,
            name=str(name),
            rank=rank,
            replies=replies,
            acknowledge=acknowledge,
            hold_posts=holds,
        )
        for rank, (name, replies, acknowledge, holds) in enumerate(STANDARD_LEVELS, 1)
    ]
