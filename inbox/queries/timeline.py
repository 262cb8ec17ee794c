"""Says in one quiet line what an event did to a ticket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.deadlines import Metric
from inbox.models import Event, Priority
from inbox.queries.rows import milliseconds
from inbox.queries.rule_lines import RULE_KINDS, rule_line
from inbox.queries.survey_lines import SURVEY_KINDS, survey_line

# Kinds that the thread shows; a message shows itself.
SHOWN = frozenset(
    {
        "ticket.assigned",
        "ticket.unassigned",
        "ticket.resolved",
        "ticket.reopened",
        "ticket.snoozed",
        "ticket.status_named",
        "ticket.woken",
        "ticket.unanswered",
        "ticket.prioritised",
        "target.breached",
        "ticket.labelled",
        "ticket.marked_spam",
        "ticket.unmarked_spam",
        "customer.blocked",
        "customer.unblocked",
        "ticket.linked",
        "ticket.unlinked",
        "ticket.followed_up",
        "ticket.merged",
        "ticket.absorbed",
        "ticket.unmerged",
        "ticket.released",
        "ticket.fields_changed",
        "customer.fields_changed",
        "ticket.split",
        "ticket.split_off",
        "customer.described",
        "customer.marked",
        "customer.merged",
        "customer.unmerged",
        "customer.erased",
        "macro.run",
        *RULE_KINDS,
        *SURVEY_KINDS,
        "incident.gathered",
        "correction.asked",
        "draft.passed",
        "draft.taken",
        "reply.approved",
        "reply.approved_for_later",
        "reply.changed",
        "reply.sent_back",
        "reply.overtaken",
        "question.asked",
        "question.answered",
        "question.declined",
    }
)


@dataclass(frozen=True, slots=True)
class EventLine:
    """One thing that happened, as the thread shows it."""

    pk: int
    order: int
    created_at: datetime
    text: str
    kind: str = ""
    is_event: bool = True


def lines_of(events: Iterable[Event]) -> list[EventLine]:
    """Return the lines of events loaded with their actor; one query for the people they name."""
    shown = [event for event in events if event.kind in SHOWN]
    people = _names(event.facts.get("assignee") for event in shown)
    return [
        EventLine(event.pk, milliseconds(event.created_at), event.created_at, _sentence(event, people), event.kind)
        for event in shown
    ]


def _names(wanted: Iterable[object]) -> Mapping[int, str]:
    ids = {pk for pk in wanted if isinstance(pk, int)}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _sentence(event: Event, people: Mapping[int, str]) -> str:
    if event.kind in RULE_KINDS:
        what = rule_line(event)
    elif event.kind in SURVEY_KINDS:
        what = survey_line(event)
    elif event.kind in _OF_FIELDS:
        what = _("Filled in: %(fields)s") % {"fields": _fields(event.facts)}
    else:
        what = _together(event) if event.kind in _TOGETHER else _what(event, people)
    actor = event.actor.name if event.actor else ""
    return _("%(what)s by %(actor)s") % {"what": what, "actor": actor} if actor else what


_OF_STATUS = frozenset({"ticket.snoozed", "ticket.resolved", "ticket.reopened", "ticket.status_named"})


_OF_FIELDS = frozenset({"ticket.fields_changed", "customer.fields_changed"})


def _what(event: Event, people: Mapping[int, str]) -> str:
    facts = event.facts
    if event.kind in _OF_STATUS:
        return _of_status(event.kind, facts)
    match event.kind:
        case "ticket.assigned" | "draft.passed" | "draft.taken":
            return _about(str(facts.get("why", event.kind))) % {"name": people.get(facts.get("assignee"), "?")}
        case "ticket.prioritised":
            return _("Priority set to %(priority)s") % {"priority": _priority(facts.get("now"))}
        case "target.breached":
            return _("%(target)s overdue") % {"target": Metric(facts["metric"]).label}
        case "ticket.labelled":
            return _("Labels changed: %(labels)s") % {"labels": _labels(facts)}
        case "macro.run" | "incident.gathered":
            return _named(event.kind) % {"name": facts.get("name", "?")}
        case "customer.described":
            known = ", ".join(str(facts[name]) for name in ("region", "audience", "product") if facts.get(name))
            return _("Customer described: %(known)s") % {"known": known or "–"}
    return {
        "customer.marked": _("Customer marked as a VIP") if facts.get("vip") else _("Customer no longer a VIP"),
        "customer.merged": _("Customer merged with another one"),
        "customer.unmerged": _("Merged customers taken apart again"),
        "customer.erased": _("Customer erased"),
        "ticket.unassigned": _("Given back"),
        "ticket.woken": _("Back from snooze"),
        "ticket.marked_spam": _("Marked as spam"),
        "ticket.unmarked_spam": _("Marked as not spam"),
        "customer.blocked": _("The customer’s account blocked"),
        "customer.unblocked": _("The customer’s account no longer blocked"),
        "correction.asked": _("Correction of a reply asked for"),
        "question.asked": _("The desk was asked"),
        "question.answered": _("The desk has answered"),
        "question.declined": _("The desk has declined to answer"),
        "reply.approved": _("Reply approved"),
        "reply.approved_for_later": _("Reply approved, to go out at its time"),
        "reply.changed": _("Reply changed before its approval"),
        "reply.sent_back": _("Reply sent back"),
        "reply.overtaken": _("Reply overtaken before its approval, and sent back"),
        "ticket.unanswered": _("Waits for an answer again, as the reply did not go out"),
    }[event.kind]


def _named(kind: str) -> str:
    """Return what is said of something that has a name."""
    return {"macro.run": _("Macro “%(name)s” run"), "incident.gathered": _("Gathered by the incident “%(name)s”")}[kind]


# Kinds about two tickets; the other is named where everybody who reads this may see it.
_TOGETHER = frozenset(
    {
        "ticket.linked",
        "ticket.unlinked",
        "ticket.followed_up",
        "ticket.merged",
        "ticket.absorbed",
        "ticket.unmerged",
        "ticket.released",
        "ticket.split",
        "ticket.split_off",
    }
)


def _together(event: Event) -> str:
    number = event.facts.get("number")
    words = {
        "ticket.linked": _("Linked to %(ticket)s"),
        "ticket.unlinked": _("No longer linked to %(ticket)s"),
        "ticket.followed_up": _("Follows up %(ticket)s"),
        "ticket.merged": _("Merged into %(ticket)s"),
        "ticket.absorbed": _("Merged with %(ticket)s"),
        "ticket.unmerged": _("No longer merged into %(ticket)s"),
        "ticket.released": _("No longer merged with %(ticket)s"),
        "ticket.split": _("Messages split off into %(ticket)s"),
        "ticket.split_off": _("Split off from %(ticket)s"),
    }[event.kind]
    return words % {"ticket": f"#{number}" if number else _("another ticket")}


def _of_status(kind: str, facts: Mapping[str, object]) -> str:
    name, until = facts.get("named"), facts.get("until")
    if name:
        return _("Status: %(name)s") % {"name": name}
    if kind == "ticket.snoozed" and until:
        return _("Snoozed until %(time)s") % {"time": _moment(until)}
    return {
        "ticket.snoozed": _("Snoozed until the customer writes"),
        "ticket.resolved": _("Resolved"),
        "ticket.reopened": _("Reopened"),
        "ticket.status_named": _("The status has no name any more"),
    }[kind]


def _about(what: str) -> str:
    """Return what is said of a person: by the kind of event, or by why they were given the ticket."""
    return {
        "ticket.assigned": _("Assigned to %(name)s"),
        "round_robin": _("Assigned to %(name)s in turn"),
        "balanced": _("Assigned to %(name)s, who had the most room"),
        "drained": _("Assigned to %(name)s from the queue"),
        "handover": _("Handed over to %(name)s"),
        "draft.passed": _("Draft passed on to %(name)s"),
        "draft.taken": _("Draft of %(name)s taken over"),
    }[what]


def _moment(text: object) -> str:
    moment = parse_datetime(text) if isinstance(text, str) else None
    return date_format(moment, _("j M H:i")) if moment else "?"


def _priority(now: object) -> str:
    value = now.get("priority") if isinstance(now, Mapping) else None
    return str(Priority(value).label).lower() if isinstance(value, int) else "?"


def _labels(facts: Mapping[str, object]) -> str:
    added, removed = facts.get("added", []), facts.get("removed", [])
    signs = [f"+{name}" for name in added] if isinstance(added, list) else []
    return ", ".join(signs + ([f"−{name}" for name in removed] if isinstance(removed, list) else []))


def _fields(facts: Mapping[str, object]) -> str:
    """Return which fields changed, and what stands in them since; of an erased ticket neither is known."""
    names, after = facts.get("fields"), facts.get("after")
    if not isinstance(names, list):
        return "–"
    values = after if isinstance(after, list) else [""] * len(names)
    return ", ".join(f"{name}: {value or '–'}" for name, value in zip(names, values, strict=True))
