"""Keeps automation rules: written, changed, put into order, switched on and off, deleted; each change is in the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from inbox import events
from inbox.models import RuleTimer, TicketRule
from inbox.ticket_rules import PERMISSION_FOR, Action, Conditions

_KEPT = ("name", "position", "active", "trigger", "hours", "conditions", "actions", "stop")


@dataclass(frozen=True, slots=True)
class NewRule:
    """What a rule is to be."""

    name: str
    trigger: str
    conditions: Conditions
    actions: Sequence[Action]
    hours: int | None = None
    position: int = 10
    active: bool = True
    stop: bool = False


@transaction.atomic(durable=True)
def create_rule(new: NewRule, *, by: User) -> TicketRule:
    """Keep a new rule; each of its actions asks for a permission of its own."""
    _require(new, by)
    rule = TicketRule(author=by)
    rule.organization = by.organization  # type: ignore[assignment]  # whoever may write rules belongs to one
    _write(rule, new)
    rule.save(force_insert=True)
    _record(rule, "rule.created", by, {"now": _said(rule)})
    return rule


@transaction.atomic(durable=True)
def change_rule(rule: TicketRule, new: NewRule, *, by: User) -> None:
    """Make the rule what is said, in the name of whoever says it; hours that run begin anew."""
    _require(new, by)
    rule = TicketRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    before, timing = _said(rule), (rule.trigger, rule.hours)
    _write(rule, new)
    rule.author, rule.trouble, rule.alerted_at = by, "", None
    rule.save(update_fields=[*_KEPT, "author", "trouble", "alerted_at"])
    if timing != (rule.trigger, rule.hours) or not rule.active:
        RuleTimer.objects.filter(rule=rule).delete()
    _record(rule, "rule.changed", by, {"was": before, "now": _said(rule)})


@transaction.atomic(durable=True)
def switch_rule(rule: TicketRule, *, active: bool, by: User) -> None:
    """Have the rule work, or rest; whoever switches it on answers for what it does."""
    by.require("rule.manage")
    rule = TicketRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if active:
        for permission in rule.permissions:
            by.require(permission)
        rule.author, rule.trouble, rule.alerted_at = by, "", None
    rule.active = active
    rule.save(update_fields=["active", "author", "trouble", "alerted_at"])
    RuleTimer.objects.filter(rule=rule).delete()
    _record(rule, "rule.switched_on" if active else "rule.switched_off", by, {})


@transaction.atomic(durable=True)
def delete_rule(rule: TicketRule, *, by: User) -> None:
    """Forget the rule; what it did stays in the log."""
    by.require("rule.manage")
    _record(rule, "rule.deleted", by, {"was": _said(rule)})
    rule.delete()


def _require(new: NewRule, by: User) -> None:
    for permission in ["rule.manage", *sorted({PERMISSION_FOR[action["do"]] for action in new.actions})]:
        by.require(permission)


def _write(rule: TicketRule, new: NewRule) -> None:
    for name in _KEPT:
        value = getattr(new, name)
        setattr(rule, name, list(value) if name == "actions" else value)


def _said(rule: TicketRule) -> Mapping[str, object]:
    return {name: getattr(rule, name) for name in _KEPT}


def _record(rule: TicketRule, kind: str, by: User, facts: Mapping[str, object]) -> None:
    named: dict[str, object] = {"rule": rule.pk, "name": rule.name, **facts}
    # A rule is a document, which the log keeps whole: what it was, and what it is.
    events.record_about_organization(rule.organization_id, kind, by=by, facts=named)  # type: ignore[arg-type]
