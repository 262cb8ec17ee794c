"""How soon customers are to be helped: policies with conditions and targets, of which the first that fits holds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, Team
from inbox.deadlines import Metric
from inbox.models.channels import Channel, Network
from inbox.models.tickets import Priority


class SlaPolicy(models.Model):
    """What holds for the tickets that it fits. A condition that names nothing fits every ticket."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="sla_policies")
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(
        _("order"),
        default=10,
        help_text=_("The first policy that fits a ticket holds for it, the smallest number first."),
    )
    active = models.BooleanField(_("active"), default=True)
    brands = models.ManyToManyField(Brand, blank=True, related_name="+", verbose_name=_("brands"))
    teams = models.ManyToManyField(Team, blank=True, related_name="+", verbose_name=_("teams"))
    channels = models.ManyToManyField(Channel, blank=True, related_name="+", verbose_name=_("channels"))
    networks = ArrayField(
        models.CharField(max_length=20, choices=Network.choices), verbose_name=_("networks"), blank=True, default=list
    )
    audience = models.CharField(
        _("audience"), max_length=40, blank=True, help_text=_("Of the customer, such as “gold”; empty for everybody.")
    )

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="sla_policy_name_once_per_organization")
        ]

    def __str__(self) -> str:
        return self.name


class SlaTarget(models.Model):
    """How long one measure may take under a policy, for one priority or for all that have no target of their own."""

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="targets")
    metric = models.CharField(
        _("measure"), max_length=20, choices=[choice for choice in Metric.choices if choice[0] != Metric.WINDOW]
    )
    priority = models.SmallIntegerField(_("priority"), choices=Priority.choices, null=True, blank=True)
    minutes = models.PositiveIntegerField(_("within"))
    warning = models.PositiveIntegerField(_("warn before"), default=0)
    working = models.BooleanField(_("in working hours"), default=False)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "metric", "priority"], nulls_distinct=False, name="sla_target_once_a_priority"
            )
        ]

    def __str__(self) -> str:
        return self.get_metric_display()
