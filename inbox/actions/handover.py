"""Sees people off and back: while they are away they are given nothing, and what they hold stays, moves on or waits."""

from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox import events, outbox
from inbox.actions import ticket_steps as steps
from inbox.actions.assignment import lock_sharing
from inbox.actions.notifications import announce_notified
from inbox.models import Status, Ticket


class CannotHandOver(Exception):
    """The colleague can't have one of the tickets, so that all stay where they are."""


class Fate(models.TextChoices):
    """What becomes of the tickets of somebody who goes away."""

    KEEP = "keep", _("Keep them")
    GIVE = "give", _("Give them to a colleague")
    QUEUE = "queue", _("Put them back in the queue")


@dataclass(frozen=True, slots=True)
class Handover:
    """What becomes of somebody's tickets, to whom they go, and what is noted on each of them."""

    fate: str = Fate.KEEP
    to: User | None = None
    note: str = ""


STAY = Handover()


@transaction.atomic(durable=True)
def go_away(person: User, handover: Handover = STAY, *, by: User) -> int:
    """Note that the person is away and do with all their tickets what is said; return how many moved.

    Raises CannotHandOver where one of them can't move: then nothing is done.
    """
    _require(person, by)
    # Nobody gives them anything more while this goes on.
    lock_sharing(person.organization_id or 0)
    person = User.objects.lock(person.pk)
    moved = _hand_over(person, handover, by)
    if person.away_since is None:
        _change(person, by, away=True)
    return moved


@transaction.atomic(durable=True)
def come_back(person: User, *, by: User) -> None:
    """Note that the person is there again: what waits may be given to them."""
    _require(person, by)
    person = User.objects.lock(person.pk)
    if person.away_since is not None:
        _change(person, by, away=False)
        outbox.nudge(outbox.ASSIGN)


def _require(person: User, by: User) -> None:
    if person.pk != by.pk:
        by.require("handover.others")


def _change(person: User, by: User, *, away: bool) -> None:
    person.away_since = timezone.now() if away else None
    person.save(update_fields=["away_since"])
    if person.organization_id:
        kind = "person.went_away" if away else "person.came_back"
        events.record_about_organization(person.organization_id, kind, by=by, facts={"person": person.pk})
    announce_notified([person.pk])


def _hand_over(person: User, handover: Handover, by: User) -> int:
    if handover.fate == Fate.KEEP:
        return 0
    to = _taker(person, handover.to) if handover.fate == Fate.GIVE else None
    unresolved = Ticket.objects.filter(assignee=person).exclude(status=Status.RESOLVED).order_by("pk")
    tickets = list(unresolved.select_for_update(no_key=True, of=("self",)))
    if to and (unseen := steps.first_not_for(tickets, to)):
        said = _now("%(name)s can't see ticket #%(number)d, so that all stay with their holder.")
        raise CannotHandOver(said % {"name": to.name, "number": unseen.number})
    if tickets:
        steps.assign_each(tickets, to, by=by, why="handover")
        if handover.note:
            steps.note_each(tickets, handover.note, by=by)
    return len(tickets)


def _taker(person: User, to: User | None) -> User:
    """Return who gets the tickets, read afresh and locked; raises CannotHandOver where they aren't there."""
    to = User.objects.lock(to.pk) if to and to.pk != person.pk else None
    if to is None or to.away_since or not to.is_active:
        raise CannotHandOver(_now("Choose a colleague who is there."))
    return to
