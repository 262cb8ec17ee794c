"""Reads automation rules: what each does, in words, how it fares, and what it would have done last month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from inbox.models import RuleRun, RunOutcome, TicketRule
from inbox.queries.noted import said
from inbox.queries.rule_choices import KIND_OF, NUMBERS, WITHOUT_VALUE, names_of
from inbox.ticket_rules import NOBODY, SOMEBODY, Action, ActionKind, Check, Conditions, Join, Test, words_in

MOST = 300
RUNS_SHOWN = 20
LONGEST_WORDS = 90
# Of which kind the id is that an action names.
_NAMES = {
    "team": "team",
    "macro": "macro",
    "position": "position",
    "endpoint": "endpoint",
    "to": "person",
    "status": "named_status",
}

Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the list shows it."""

    pk: int
    name: str
    position: int
    active: bool
    stop: bool
    trouble: str
    when: str
    groups: tuple[str, ...]
    # Between the groups: "and", "or".
    between: str
    actions: tuple[str, ...]
    runs: int
    failed: int
    cut: int
    last_run_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """What a rule did about one ticket."""

    number: int
    preview: str
    outcome: str
    outcome_name: str
    words: str
    ran_at: datetime


def rule_rows(user: User) -> list[RuleRow]:
    """Return the rules of the organization in their order; nine queries at most, whatever their number."""
    rules = list(TicketRule.objects.visible_to(user).order_by("position", "pk")[:MOST])
    names = names_of(_ids(rules))
    return [_row(rule, names) for rule in rules]


def runs_of(rule: TicketRule) -> list[RunRow]:
    """Return what a rule did last, newest first; one query."""
    runs = RuleRun.objects.filter(rule=rule).select_related("ticket").order_by("-pk")[:RUNS_SHOWN]
    return [
        RunRow(
            number=run.ticket.number,
            preview=run.ticket.preview,
            outcome=run.outcome,
            outcome_name=str(RunOutcome(run.outcome).label),
            words=said(run.words),
            ran_at=run.ran_at,
        )
        for run in runs
    ]


def _row(rule: TicketRule, names: Names) -> RuleRow:
    conditions: Conditions = rule.conditions
    return RuleRow(
        pk=rule.pk,
        name=rule.name,
        position=rule.position,
        active=rule.active,
        stop=rule.stop,
        trouble=said(rule.trouble),
        when=_when(rule),
        groups=tuple(_group(group["tests"], group["join"], names) for group in conditions["groups"]),
        between=_between(conditions["join"]),
        actions=tuple(_action(action, names) for action in rule.actions),
        runs=rule.run_count,
        failed=rule.failed_count,
        cut=rule.cut_count,
        last_run_at=rule.last_run_at,
    )


def _ids(rules: Sequence[TicketRule]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, value in _values(rules):
        found.setdefault({"assignee": "person", "whom": "person"}.get(kind, kind), set()).add(value)
    return found


def _values(rules: Sequence[TicketRule]) -> Iterator[tuple[str, str]]:
    """Yield the kind and id of all that rules name."""
    for rule in rules:
        for group in rule.conditions["groups"]:
            yield from ((KIND_OF[test["check"]], test["value"]) for test in group["tests"] if test["check"] in KIND_OF)
        for action in rule.actions:
            yield from ((kind, str(action[field])) for field, kind in _NAMES.items() if field in action)
            if "whom" in action:
                kind, _colon, pk = action["whom"].partition(":")
                yield kind, pk


def _when(rule: TicketRule) -> str:
    if rule.hours is None:
        return str(rule.get_trigger_display())
    hours = ngettext("%(n)s hour", "%(n)s hours", rule.hours) % {"n": rule.hours}
    return f"{rule.get_trigger_display()}: {hours}"


def _between(join: str) -> str:
    return pgettext("between conditions", "or") if join == Join.ANY else pgettext("between conditions", "and")


def _group(tests: Sequence[Test], join: str, names: Names) -> str:
    return f" {_between(join)} ".join(_test(test, names) for test in tests)


def _test(test: Test, names: Names) -> str:
    check, value = Check(test["check"]), test.get("value", "")
    words = str(check.label)
    if check not in WITHOUT_VALUE:
        words = f"{words} {_value(check, value, names)}"
    return _("not (%(condition)s)") % {"condition": words} if test.get("no") else words


def _value(check: str, value: str, names: Names) -> str:
    kind = KIND_OF.get(check)
    if kind is None:
        return value if check in NUMBERS else ", ".join(f"“{word}”" for word in words_in(value))
    fixed = {NOBODY: _("nobody"), SOMEBODY: _("somebody")}
    if kind == "assignee":
        return fixed.get(value) or names.get("person", {}).get(value, "?")
    return names.get(kind, {}).get(value, "?")


def _action(action: Action, names: Names) -> str:
    what = {
        ActionKind.ASSIGN: _("Assign to %(what)s"),
        ActionKind.TEAM: _("Give to the team %(what)s"),
        ActionKind.PRIORITY: _("Set the priority: %(what)s"),
        ActionKind.ADD_LABELS: _("Add labels: %(what)s"),
        ActionKind.REMOVE_LABELS: _("Remove labels: %(what)s"),
        ActionKind.OPEN: _("Open"),
        ActionKind.SNOOZE: _("Snooze: %(what)s"),
        ActionKind.RESOLVE: _("Resolve"),
        ActionKind.STATUS: _("Set the status: %(what)s"),
        ActionKind.NOTE: _("Write the note “%(what)s”"),
        ActionKind.NOTIFY: _("Notify %(what)s"),
        ActionKind.FOLLOW: _("Have %(what)s follow it"),
        ActionKind.MACRO: _("Run the macro “%(what)s”"),
        ActionKind.ANSWER: _("Answer with the signed wording of “%(what)s”"),
        ActionKind.CALL: _("Call the webhook “%(what)s”"),
    }[ActionKind(action["do"])]
    return what % {"what": _object(action, names)} if "%(" in what else what


def _object(action: Action, names: Names) -> str:
    match action:
        case {"text": text}:
            return Truncator(" ".join(text.split())).chars(LONGEST_WORDS)
        case {"labels": labels}:
            return ", ".join(labels)
        case {"hours": hours}:
            return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
        case {"priority": priority}:
            return names["priority"].get(str(priority), "?")
        case {"whom": whom}:
            kind, _colon, pk = whom.partition(":")
            return names.get(kind, {}).get(pk, "?")
    for field, kind in _NAMES.items():
        if field in action:
            value = str(action[field])  # type: ignore[literal-required]  # one of its keys
            return _("nobody") if value == NOBODY else names.get(kind, {}).get(value, "?")
    return ""
