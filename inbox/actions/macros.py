"""Runs macros on tickets, and keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from brandvoice.models import Position
from inbox import events
from inbox.actions import ticket_steps
from inbox.actions.ticket_steps import AssigneeCannotSee
from inbox.models import ME, NOBODY, Macro, NamedStatus, Priority, Status, Step, StepKind, Ticket
from inbox.queries.voice import query_of, wording_of


class MacroNotPossible(Exception):
    """A step of the macro can't be done on this ticket, so that none was."""


@dataclass(frozen=True, slots=True)
class NewMacro:
    """What a macro is to be: its name, whose it is (everybody's where neither is named), and its steps."""

    name: str
    steps: Sequence[Step]
    owner: User | None = None
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Text for the composer; `wording` is the id of the signed wording that it is, if it is one."""

    text: str
    wording: int | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a macro beside changes to the ticket: text for the composer, the ids of the notes written."""

    pieces: tuple[Piece, ...]
    notes: tuple[int, ...]


@transaction.atomic(durable=True)
def run_macro(ticket: Ticket, macro: Macro, *, several: bool = False, by: User) -> Ran:
    """Take every step of the macro on the ticket, or none: raises MacroNotPossible, MoveNotAllowed.

    Text is returned for the composer: a macro never sends. As one of several tickets it may have none: nobody would
    read it there, and many customers would get the same words.
    """
    if several and macro.speaks:
        raise MacroNotPossible(
            _("Nothing is done: this macro writes to the customer, which is for one ticket at a time.")
        )
    ticket = Ticket.objects.lock(ticket.pk)
    events.record(ticket, "macro.run", by=by, facts={"macro": macro.pk, "name": macro.name})
    steps: list[Step] = macro.steps
    pieces = [piece for step in steps if (piece := piece_of(ticket, step, by))]
    notes = [note for step in steps if (note := take_step(ticket, step, by))]
    Macro.objects.filter(pk=macro.pk).update(uses=F("uses") + 1, last_used_at=timezone.now())
    return Ran(tuple(pieces), tuple(notes))


@transaction.atomic(durable=True)
def create_macro(new: NewMacro, *, by: User) -> Macro:
    """Keep a new macro; somebody else's than one's own asks for `macro.share`."""
    by.require("macro.own" if new.owner == by else "macro.share")
    fields = {"owner": new.owner, "team": new.team, "name": new.name, "steps": list(new.steps)}
    macro = Macro.objects.create(**fields | {"organization_id": by.organization_id})
    _record(macro, "macro.created", by)
    return macro


@transaction.atomic(durable=True)
def change_macro(macro: Macro, new: NewMacro, *, by: User) -> None:
    """Make the macro what is said; what is or becomes shared asks for `macro.share`."""
    macro = Macro.objects.select_for_update(no_key=True, of=("self",)).get(pk=macro.pk)
    by.require("macro.own" if new.owner == by and macro.owner_id == by.pk else "macro.share")
    macro.owner, macro.team, macro.name, macro.steps = new.owner, new.team, new.name, list(new.steps)
    macro.save(update_fields=["owner", "team", "name", "steps"])
    _record(macro, "macro.changed", by)


@transaction.atomic(durable=True)
def delete_macro(macro: Macro, *, by: User) -> None:
    """Forget the macro; what it did stays."""
    by.require("macro.own" if macro.owner_id == by.pk else "macro.share")
    _record(macro, "macro.deleted", by)
    macro.delete()


def piece_of(ticket: Ticket, step: Step, by: User | None) -> Piece | None:
    """Return what a step gives the composer; part of an action, in nobody's name where a rule runs the macro."""
    if step["do"] == StepKind.TEXT:
        return Piece(step["text"])
    if step["do"] != StepKind.WORDING:
        return None
    wording = wording_of(step["position"], query_of(ticket, (), by.pk if by else None))
    if wording is None:
        position = Position.objects.filter(organization=ticket.organization_id, pk=step["position"]).first()
        refusal = _("Nothing is done: “%(question)s” has no signed wording that may be used here now.")
        raise MacroNotPossible(refusal % {"question": position or "?"})
    return Piece(wording.text, wording.pk)


def take_step(ticket: Ticket, step: Step, by: User | None) -> int | None:
    """Do to the ticket what a step says; return the id of the note that it writes; part of an action."""
    match step["do"]:
        case StepKind.ADD_LABELS | StepKind.REMOVE_LABELS:
            ticket_steps.label(ticket, _labels(ticket, step), by=by)
        case StepKind.PRIORITY:
            ticket_steps.prioritise(ticket, Priority(step["priority"]), by=by)
        case StepKind.ASSIGN:
            _assign(ticket, step["to"], by)
        case StepKind.SNOOZE:
            until = timezone.now() + timedelta(hours=step["hours"])
            ticket_steps.move(ticket, Status.SNOOZED, "ticket.snoozed", by=by, until=until)
        case StepKind.RESOLVE if ticket.status != Status.RESOLVED:
            ticket_steps.move(ticket, Status.RESOLVED, "ticket.resolved", by=by)
        case StepKind.STATUS:
            _set_status(ticket, step["status"], by)
        case StepKind.NOTE:
            return ticket_steps.note(ticket, named(ticket, step["text"]), by=by).pk
    return None


def _labels(ticket: Ticket, step: Step) -> set[str]:
    before, named = set(ticket.labels.values_list("name", flat=True)), set(step["labels"])
    return before | named if step["do"] == StepKind.ADD_LABELS else before - named


def _assign(ticket: Ticket, to: str, by: User | None) -> None:
    people = User.objects.filter(organization=ticket.organization_id)
    person = by if to == ME else None if to == NOBODY else people.filter(pk=int(to), is_active=True).first()
    if person is None and to != NOBODY:
        raise MacroNotPossible(_("Nothing is done: the person who would get the ticket is not here any more."))
    try:
        ticket_steps.assign(ticket, person, by=by)
    except AssigneeCannotSee as error:
        refusal = _("Nothing is done: %(name)s can't have this ticket.") % {"name": error}
        raise MacroNotPossible(refusal) from error


def _set_status(ticket: Ticket, status: int, by: User | None) -> None:
    named = NamedStatus.objects.filter(organization=ticket.organization_id, pk=status).first()
    if named is None:
        raise MacroNotPossible(_("Nothing is done: the status that the ticket would get is not there any more."))
    ticket_steps.set_status(ticket, Status(named.category), named, by=by)


def named(ticket: Ticket, text: str) -> str:
    """Put the customer's first name where a note says {name}, as the composer does for replies."""
    first, *_others = (ticket.contact.name or ticket.identity.shown_name).split() or [""]
    return text.replace("{name}", first) if first else text


def _record(macro: Macro, kind: str, by: User) -> None:
    events.record_about_organization(macro.organization_id, kind, by=by, facts={"macro": macro.pk})
