"""The steps of rules: each changes a ticket that its caller has locked, in nobody's name, and records it."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from brandvoice.models import Wording
from inbox import events, outbox
from inbox.actions import macros, ticket_steps
from inbox.actions.notifications import tell
from inbox.actions.rule_answers import NotAnswered, answer, leave_draft
from inbox.models import (
    Call,
    Endpoint,
    Follower,
    Macro,
    NamedStatus,
    Priority,
    Reason,
    Shape,
    Status,
    Ticket,
    TicketRule,
)
from inbox.queries.calls import bodies_of
from inbox.ticket_rules import NOBODY, Action, ActionKind


class StepNotPossible(Exception):
    """An action of the rule can't be done to this ticket, so that none was."""


def take(ticket: Ticket, action: Action, *, rule: TicketRule, author: User, event: int) -> int | None:
    """Do to the ticket what an action says; return the id of the reply that it sends or hands over.

    `event` says that the rule ran. Raises StepNotPossible and what steps raise.
    """
    if action["do"] == ActionKind.ANSWER:
        return _answer(ticket, action["position"], author)
    if action["do"] == ActionKind.MACRO:
        _run_macro(ticket, action["macro"], author)
    elif action["do"] == ActionKind.NOTIFY:
        _notify(ticket, action["whom"], rule)
    elif action["do"] == ActionKind.CALL:
        _call(ticket, action["endpoint"], event)
    else:
        _STEPS[action["do"]](ticket, action)
    return None


def _assign(ticket: Ticket, action: Action) -> None:
    people = User.objects.filter(organization=ticket.organization_id, is_active=True)
    person = None if action["to"] == NOBODY else people.filter(pk=int(action["to"])).first()
    if person is None and action["to"] != NOBODY:
        raise StepNotPossible(_("The person who would get the ticket is not here any more."))
    try:
        ticket_steps.assign(ticket, person, by=None)
    except ticket_steps.AssigneeCannotSee as error:
        raise StepNotPossible(_("%(name)s can't have this ticket.") % {"name": error}) from error


def _give_to_team(ticket: Ticket, action: Action) -> None:
    """Move the ticket to another team; whoever has it and can't see it there gives it back."""
    team = Team.objects.filter(organization=ticket.organization_id, pk=action["team"]).first()
    if team is None:
        raise StepNotPossible(_("The team that would get the ticket is not here any more."))
    ticket_steps.give_to_team([ticket], team)


def _label(ticket: Ticket, action: Action) -> None:
    before, named = set(ticket.labels.values_list("name", flat=True)), set(action["labels"])
    ticket_steps.label(ticket, before | named if action["do"] == ActionKind.ADD_LABELS else before - named, by=None)


def _open(ticket: Ticket, _action: Action) -> None:
    if ticket.status != Status.OPEN:
        ticket_steps.require_may_be_open(ticket)
        kind = "ticket.woken" if ticket.status == Status.SNOOZED else "ticket.reopened"
        ticket_steps.move(ticket, Status.OPEN, kind, by=None)


def _snooze(ticket: Ticket, action: Action) -> None:
    if ticket.status == Status.OPEN:
        until = timezone.now() + timedelta(hours=action["hours"])
        ticket_steps.move(ticket, Status.SNOOZED, "ticket.snoozed", by=None, until=until)


def _resolve(ticket: Ticket, _action: Action) -> None:
    if ticket.status != Status.RESOLVED:
        ticket_steps.move(ticket, Status.RESOLVED, "ticket.resolved", by=None)


def _set_status(ticket: Ticket, action: Action) -> None:
    named = NamedStatus.objects.filter(organization=ticket.organization_id, pk=action["status"]).first()
    if named is None:
        raise StepNotPossible(_("The status that the ticket would get is not here any more."))
    ticket_steps.set_status(ticket, Status(named.category), named, by=None)


def _follow(ticket: Ticket, action: Action) -> None:
    person = User.objects.filter(organization=ticket.organization_id, is_active=True, pk=int(action["to"])).first()
    if person is None or not Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        raise StepNotPossible(_("The person who would follow the ticket can't see it."))
    Follower.objects.get_or_create(ticket=ticket, user=person, defaults={"organization_id": ticket.organization_id})


_STEPS: Mapping[str, Callable[[Ticket, Action], object]] = {
    ActionKind.ASSIGN: _assign,
    ActionKind.TEAM: _give_to_team,
    ActionKind.PRIORITY: lambda ticket, action: ticket_steps.prioritise(ticket, Priority(action["priority"]), by=None),
    ActionKind.ADD_LABELS: _label,
    ActionKind.REMOVE_LABELS: _label,
    ActionKind.OPEN: _open,
    ActionKind.SNOOZE: _snooze,
    ActionKind.RESOLVE: _resolve,
    ActionKind.STATUS: _set_status,
    ActionKind.NOTE: lambda ticket, action: ticket_steps.note(ticket, action["text"], by=None),
    ActionKind.FOLLOW: _follow,
}


def _notify(ticket: Ticket, whom: str, rule: TicketRule) -> None:
    """Tell a person, or those of a team, if they may see the ticket."""
    kind, _colon, pk = whom.partition(":")
    people = User.objects.filter(organization=ticket.organization_id, is_active=True)
    people = people.filter(pk=int(pk)) if kind == "person" else people.filter(teams=int(pk))
    seeing = [person.pk for person in people.prefetch_related("teams") if _sees(person, ticket)]
    tell(ticket, Reason.RULE, seeing, by=None, text=f"{rule.name}: {ticket.preview}")


def _sees(person: User, ticket: Ticket) -> bool:
    """Return whether the person, loaded with their teams, may see the ticket."""
    mine = person.pk == ticket.assignee_id or any(team.pk == ticket.team_id for team in person.teams.all())
    return mine or person.may("ticket.view_all")


def _answer(ticket: Ticket, position_id: int, author: User) -> int | None:
    try:
        return answer(ticket, position_id, author=author)
    except NotAnswered as refusal:
        events.record(ticket, "rule.not_answered", facts={"why": str(refusal)})
        return None


def _run_macro(ticket: Ticket, pk: int, author: User) -> None:
    """Take a shared macro's steps; its text becomes a draft that colleagues see, since no rule sends unsigned words."""
    macro = Macro.objects.filter(organization=ticket.organization_id, owner=None, pk=pk).first()
    if macro is None:
        raise StepNotPossible(_("The macro is not here any more."))
    events.record(ticket, "macro.run", facts={"macro": macro.pk, "name": macro.name})
    try:
        pieces = [piece for step in macro.steps if (piece := macros.piece_of(ticket, step, None))]
        for step in macro.steps:
            macros.take_step(ticket, step, None)
    except macros.MacroNotPossible as error:
        raise StepNotPossible(str(error)) from error
    text, wordings = "", list[tuple[Wording, int]]()
    known = Wording.objects.in_bulk([piece.wording for piece in pieces if piece.wording])
    for piece in pieces:
        said = piece.text if piece.wording else macros.named(ticket, piece.text)
        wordings += [(known[piece.wording], len(text))] if piece.wording in known else []
        text += said
    if text.strip():
        leave_draft(ticket, text, wordings, author=author)


def _call(ticket: Ticket, pk: int, event: int) -> None:
    """Queue a call that tells an endpoint of the rule, with the ticket as it is now."""
    endpoint = Endpoint.objects.filter(organization=ticket.organization_id, active=True, shape=Shape.STANDARD, pk=pk)
    if not endpoint.exists():
        raise StepNotPossible(_("The webhook is switched off, or not here any more."))
    told, body = bodies_of([event])[event]
    call = Call(organization_id=ticket.organization_id, endpoint_id=pk, event=told, kind=told.kind)
    call.body, call.due_at = json.dumps(body), timezone.now()
    Call.objects.bulk_create([call], ignore_conflicts=True)
    outbox.nudge(outbox.CALL_ENDPOINTS)
