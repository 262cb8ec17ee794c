"""Who is given tickets: how each team shares them out, how many a person holds, what people know, who is there."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, Team
from inbox.models.labels import Label


class Method(models.TextChoices):
    """How a team's waiting tickets find somebody."""

    MANUAL = "manual", _("By hand")
    ROUND_ROBIN = "round_robin", _("Round robin: in turn")
    BALANCED = "balanced", _("Balanced: the fewest open tickets for their capacity first")


class AssignmentPolicy(models.Model):
    """How one team's tickets are given to its people. A team without one does it by hand."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="assignment_policies")
    team = models.OneToOneField(
        Team, models.CASCADE, related_name="assignment_policy", verbose_name=_("team"), db_index=False
    )
    method = models.CharField(_("method"), max_length=20, choices=Method.choices, default=Method.MANUAL)
    capacity = models.PositiveSmallIntegerField(
        _("capacity"), default=10, help_text=_("Open tickets that a person holds at most, of all teams.")
    )
    # Nobody is asked to stay at the screen for every minute of it.
    absent_minutes = models.PositiveSmallIntegerField(
        _("away after"), default=10, help_text=_("Minutes without an open page.")
    )
    skill_minutes = models.PositiveSmallIntegerField(
        _("skills count for"),
        default=15,
        help_text=_("Minutes. A ticket that waits longer goes to anybody when nobody with its skills can take it."),
    )

    class Meta:
        verbose_name = _("assignment of a team")
        verbose_name_plural = _("assignment")

    def __str__(self) -> str:
        return f"{self.team}: {self.get_method_display()}"


class Capacity(models.Model):
    """How many open tickets one person holds at most, where that is not what their team says."""

    policy = models.ForeignKey(AssignmentPolicy, models.CASCADE, related_name="capacities")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="capacities", verbose_name=_("person")
    )
    tickets = models.PositiveSmallIntegerField(_("open tickets"), help_text=_("0: none are given to them"))

    class Meta:
        verbose_name = _("capacity of a person")
        verbose_name_plural = _("capacities of people")
        constraints = [models.UniqueConstraint(fields=["policy", "user"], name="capacity_once_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.tickets}"


class Skill(models.Model):
    """Something that people know. A ticket requires it where all its conditions fit; with none it is never required."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="skills")
    name = models.CharField(_("name"), max_length=60)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="skills", verbose_name=_("people")
    )
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"), blank=True, default=list)
    topics = ArrayField(models.CharField(max_length=80), verbose_name=_("topics"), blank=True, default=list)
    labels = models.ManyToManyField(Label, blank=True, related_name="+", verbose_name=_("labels"))
    brands = models.ManyToManyField(Brand, blank=True, related_name="+", verbose_name=_("brands"))

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="skill_once_per_organization")]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """When a person was last there, as far as sharing out goes by it; whether they are away says the person."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="attendance")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    # A page of theirs was open then.
    seen_at = models.DateTimeField(null=True)
    # They were given a ticket then: who was first is first again.
    given_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")

    def __str__(self) -> str:
        return f"{self.user_id} at {self.seen_at}"
