"""Writes rules; an edit is a new version, and every process reads the rules again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Brand, Organization, User
from brandvoice.models import Rule, RuleRevision, RuleVersion
from brandvoice.rule_kinds import KINDS, read_parameters

LONGEST_NAME = 120
# An organization's rules are read and compiled as a whole.
MOST_RULES = 2000
CONTENT = ("name", "brand", "language", "outcome", "parameters", "active")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What somebody wants a rule to say."""

    kind: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    # Empty for the kind's own.
    outcome: str = ""
    brand: Brand | None = None
    language: str = ""
    name: str = ""
    active: bool = True


class TooManyRules(Exception):
    """The organization has as many rules as are read at once; switch some off and change those."""


@transaction.atomic(durable=True)
def create_rules(organization: Organization, drafts: Sequence[RuleDraft], *, by: User | None) -> list[Rule]:
    """Write new rules; raises ParameterRefused, TooManyRules."""
    revision = _hold(organization.pk)
    now = timezone.now()
    rules = [_fill(Rule(organization=organization, kind=draft.kind), draft) for draft in drafts]
    if Rule.objects.filter(organization=organization).count() + len(rules) > MOST_RULES:
        raise TooManyRules(_("There are %d rules already; change one that is switched off.") % MOST_RULES)
    for rule in rules:
        rule.changed_by, rule.changed_at = by, now
    Rule.objects.bulk_create(rules)
    _keep_versions(rules, revision)
    return rules


@transaction.atomic(durable=True)
def change_rule(rule: Rule, draft: RuleDraft, *, by: User | None) -> Rule:
    """Give a rule a new version; one that says the same is none. Raises ParameterRefused."""
    revision = _hold(rule.organization_id)
    rule = Rule.objects.lock(rule.pk)
    before = _said(rule)
    if _said(_fill(rule, draft)) == before:
        return rule
    rule.number += 1
    rule.changed_by, rule.changed_at = by, timezone.now()
    rule.save(update_fields=[*CONTENT, "number", "changed_by", "changed_at"])
    _keep_versions([rule], revision)
    return rule


def _hold(organization_id: int) -> RuleRevision:
    """Return the organization's revision, held: changes are seen in the order in which they are committed."""
    RuleRevision.objects.bulk_create([RuleRevision(organization_id=organization_id)], ignore_conflicts=True)
    return RuleRevision.objects.select_for_update(no_key=True).get(organization=organization_id)


def _fill(rule: Rule, draft: RuleDraft) -> Rule:
    kind = KINDS[rule.kind]
    rule.parameters = read_parameters(kind, draft.parameters)
    rule.outcome = draft.outcome or kind.outcome
    rule.brand, rule.language, rule.active = draft.brand, draft.language, draft.active
    words = rule.parameters.get("phrases") or rule.parameters.get("patterns") or []
    rule.name = (draft.name.strip() or ", ".join(words))[:LONGEST_NAME]
    return rule


def _said(rule: Rule) -> tuple[object, ...]:
    return rule.name, rule.brand_id, rule.language, rule.outcome, rule.parameters, rule.active


def _keep_versions(rules: Sequence[Rule], revision: RuleRevision) -> None:
    versions = RuleVersion.objects.bulk_create(
        RuleVersion(
            organization_id=rule.organization_id,
            rule=rule,
            name=rule.name,
            brand_id=rule.brand_id,
            language=rule.language,
            outcome=rule.outcome,
            parameters=rule.parameters,
            active=rule.active,
            number=rule.number,
            changed_by_id=rule.changed_by_id,
            changed_at=rule.changed_at,
        )
        for rule in rules
    )
    if versions:
        revision.number = max(version.pk for version in versions)
        revision.save(update_fields=["number"])
