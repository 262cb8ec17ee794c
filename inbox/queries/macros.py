"""Reads macros: those that a person may run, and what each does, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from brandvoice.models import Position
from inbox.models import ME, NOBODY, Macro, NamedStatus, Priority, Step, StepKind

# More than these nobody finds their way in.
MOST = 300
LONGEST_WORDS = 90


@dataclass(frozen=True, slots=True)
class MacroRow:
    """A macro as lists show it."""

    pk: int
    name: str
    # "me", "team" or "everybody", and the team's name.
    whose: str
    team: str
    words: tuple[str, ...]
    uses: int
    last_used_at: datetime | None
    changeable: bool
    # Whether it gives the composer words for the customer.
    speaks: bool


def macros_of(user: User) -> list[MacroRow]:
    """Return the macros that the person sees, their own first, in three queries."""
    found = Macro.objects.visible_to(user).select_related("team").order_by("name", "pk")[:MOST]
    macros = sorted(found, key=lambda macro: (macro.owner_id is None, macro.team_id is None))
    said = words_of(macros)
    return [
        MacroRow(
            pk=macro.pk,
            name=macro.name,
            whose="me" if macro.owner_id else "team" if macro.team_id else "everybody",
            team=macro.team.name if macro.team else "",
            words=said[macro.pk],
            uses=macro.uses,
            last_used_at=macro.last_used_at,
            changeable=macro.may_be_changed_by(user),
            speaks=macro.speaks,
        )
        for macro in macros
    ]


def words_of(macros: Sequence[Macro]) -> Mapping[int, tuple[str, ...]]:
    """Return what each macro does, a line for each step; at most three queries for what they name."""
    steps: list[Step] = [step for macro in macros for step in macro.steps]
    questions = _names(Position.objects.all(), "question", (step.get("position") for step in steps))
    people = _names(User.objects.all(), "name", (step.get("to") for step in steps))
    statuses = _names(NamedStatus.objects.all(), "name", (step.get("status") for step in steps))
    return {macro.pk: tuple(_line(step, questions, people, statuses) for step in macro.steps) for macro in macros}


def _names(
    rows: QuerySet[Position] | QuerySet[User] | QuerySet[NamedStatus], name: str, wanted: Iterable[object]
) -> Mapping[str, str]:
    ids = {str(pk) for pk in wanted if pk not in (None, ME, NOBODY)}
    return {str(pk): said for pk, said in rows.filter(pk__in=ids).values_list("pk", name)} if ids else {}


def _line(step: Step, questions: Mapping[str, str], people: Mapping[str, str], statuses: Mapping[str, str]) -> str:
    if step["do"] == StepKind.STATUS:
        return _("Set the status: %(what)s") % {"what": statuses.get(str(step["status"]), "?")}
    if step["do"] == StepKind.ASSIGN:
        fixed = {ME: _("Take the ticket"), NOBODY: _("Give the ticket back")}
        return fixed.get(step["to"]) or _("Assign to %(name)s") % {"name": people.get(step["to"], "?")}
    if step["do"] == StepKind.SNOOZE:
        return ngettext("Snooze for %(n)s hour", "Snooze for %(n)s hours", step["hours"]) % {"n": step["hours"]}
    what = {
        StepKind.TEXT: _("Add “%(what)s”"),
        StepKind.WORDING: _("Insert the signed wording of “%(what)s”"),
        StepKind.NOTE: _("Write the note “%(what)s”"),
        StepKind.ADD_LABELS: _("Add labels: %(what)s"),
        StepKind.REMOVE_LABELS: _("Remove labels: %(what)s"),
        StepKind.PRIORITY: _("Set the priority: %(what)s"),
        StepKind.RESOLVE: _("Resolve"),
    }[StepKind(step["do"])]
    return what % {"what": _named(step, questions)}


def _named(step: Step, questions: Mapping[str, str]) -> str:
    """Return what a step puts somewhere: its text, question, labels or priority."""
    match step:
        case {"text": text}:
            return Truncator(" ".join(text.split())).chars(LONGEST_WORDS)
        case {"position": pk}:
            return questions.get(str(pk), "?")
        case {"labels": labels}:
            return ", ".join(labels)
        case {"priority": priority}:
            return str(Priority(priority).label)
    return ""
