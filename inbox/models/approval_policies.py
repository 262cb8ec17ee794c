"""Who has to approve what, by its risk: policies with conditions, of which the first that fits holds; their steps."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, Team
from accounts.permissions import Role
from inbox.models.approvals import Approval
from inbox.models.channels import Channel, Network


class What(models.TextChoices):
    """What a policy is about."""

    POSTS = "posts", _("Planned posts")
    REPLIES = "replies", _("Replies that need approval")
    BOTH = "both", _("Both")


class ApprovalPolicy(models.Model):
    """Who approves what it fits. A condition that names nothing fits everything; one without steps wants nobody.

    What named brands or channels that are all gone fits nothing any more.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(
        _("order"), default=10, help_text=_("The first policy that fits holds, the smallest number first.")
    )
    active = models.BooleanField(_("active"), default=True)
    what = models.CharField(_("for"), max_length=10, choices=What.choices, default=What.POSTS)
    topics = ArrayField(models.CharField(max_length=80), verbose_name=_("topics"), blank=True, default=list)
    brands = models.ManyToManyField(Brand, blank=True, related_name="+", verbose_name=_("brands"))
    channels = models.ManyToManyField(Channel, blank=True, related_name="+", verbose_name=_("channels"))
    networks = ArrayField(
        models.CharField(max_length=20, choices=Network.choices), verbose_name=_("networks"), blank=True, default=list
    )
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name=_("writers"), blank=True, default=list
    )
    reach = models.PositiveIntegerField(
        _("followers from"),
        null=True,
        blank=True,
        help_text=_("Of all channels of a post together, or of the customer who is answered. Empty: however many."),
    )
    # Whether it names any, which may be gone by now.
    names_brands = models.BooleanField(default=False, editable=False)
    names_channels = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="approval_policy_name_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name

    def note_what_it_names(self) -> None:
        """Store whether it and its steps name anything: what goes later leaves nobody behind, and not everybody."""
        self.names_brands, self.names_channels = self.brands.exists(), self.channels.exists()
        self.save(update_fields=["names_brands", "names_channels"])
        for step in self.steps.all():
            step.names_people = step.people.exists() or step.teams.exists()
            step.save(update_fields=["names_people"])


class ApprovalStep(models.Model):
    """One step: those who are named, one of them or all; where nobody was, anybody whose role allows it."""

    policy = models.ForeignKey(ApprovalPolicy, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("people"))
    teams = models.ManyToManyField(Team, blank=True, related_name="+", verbose_name=_("teams"))
    everybody = models.BooleanField(_("all of them"), default=False, help_text=_("Otherwise one of them is enough."))
    hours = models.PositiveSmallIntegerField(
        _("within hours"), null=True, blank=True, help_text=_("After that it goes back to its writer.")
    )
    # Whether it names people or teams, who may be gone by now.
    names_people = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["policy", "position"], name="approval_step_once")]

    def __str__(self) -> str:
        return f"step {self.position} of policy {self.policy_id}"


class SignOff(models.Model):
    """Somebody has approved a step, for themselves or in the name of whoever has delegated it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    approval = models.ForeignKey(Approval, models.CASCADE, related_name="sign_offs", db_index=False)
    step = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["approval", "step", "person"], name="sign_off_once")]

    def __str__(self) -> str:
        return f"step {self.step} of approval {self.approval_id} by {self.user_id}"
