"""An organization's rules for what goes out, every version of each, and what the guard decided by them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Brand, Organization, User
from brandvoice.rule_kinds import MANY, OUTCOMES, Outcome, kind_choices


class RuleQuerySet(models.QuerySet["Rule"]):
    """Conditions on rules."""

    def visible_to(self, user: User) -> "RuleQuerySet":
        """Return the rules of the user's organization."""
        return self.filter(organization=user.organization_id)

    def lock(self, pk: int) -> "Rule":
        """Return the rule as it stands now, held until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class RuleContent(models.Model):
    """What a rule says, and what each of its versions said."""

    # Chosen by the person who wrote it, or its first words.
    name = models.CharField(_("name"), max_length=120, blank=True)
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("brand"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    outcome = models.CharField(_("what happens"), max_length=16, choices=OUTCOMES, default=Outcome.WARN.value)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    active = models.BooleanField(_("active"), default=True)
    number = models.PositiveIntegerField(_("version"), default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        abstract = True


class Rule(RuleContent):
    """One thing that the guard looks for, as it holds now."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="rules")
    # By the name in rule_kinds.
    kind = models.CharField(_("kind"), max_length=40, choices=kind_choices)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "brand", "language"],
                condition=~Q(kind__in=sorted(MANY)),
                name="rule_once_per_brand_and_language",
                nulls_distinct=False,
                violation_error_message=_("There is a rule of this kind for this brand and language."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class RuleVersion(RuleContent):
    """A rule as it was between two changes; a trigger keeps it as it is."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")

    class Meta:
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return _("Version %(number)d") % {"number": self.number}


class RuleRevision(models.Model):
    """A number that changes with every rule of the organization, so that each process sees when its copy is old.

    It is the id of the newest version, and never used twice. Whoever changes a rule holds the row.
    """

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="+")
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"rules of organization {self.organization_id}"


class GuardDecision(models.Model):
    """What the guard said when somebody wanted a text out, and what it went by; never changed."""

    class Door(models.TextChoices):
        """Where the text wanted out."""

        COMPOSER = "composer", _("Composer")
        API = "api", _("API")
        APPROVAL = "approval", _("Approval")
        BULK = "bulk", _("Many at once")
        RULE = "rule", _("Automation")
        SURVEY = "survey", _("Survey")
        DISPATCH = "dispatch", _("Dispatch")

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    outcome = models.CharField(_("what happened"), max_length=16)
    door = models.CharField(_("door"), max_length=10, choices=Door.choices)
    # Of the text in UTF-8: proves what was judged without keeping it twice.
    text_sha256 = models.BinaryField(max_length=32)
    # [{"rule", "outcome", "start", "end", "rule_id", "version"}, …]; no rule_id where a built-in rule held.
    # "signed_version" where a position that is not discussed did.
    findings = models.JSONField(_("findings"), default=list)
    # The newest version of any of the organization's rules, and the versions of signed words that were relied on.
    revision = models.PositiveBigIntegerField(_("state of the rules"), default=0)
    versions = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("signed versions"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("by"),
    )
    key = models.ForeignKey(
        ApiKey, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False, verbose_name=_("key")
    )
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            # The console's list, newest first.
            models.Index(fields=["organization", "-id"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.door}: {self.outcome}"
