"""What people do with a ticket: take it, put it off, finish it, open it again, sort it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import events
from inbox.actions.notifications import tell
from inbox.models import MOVES, Label, Priority, Reason, Status, Ticket


class MoveNotAllowed(Exception):
    """The ticket's status does not allow this move."""


class AssigneeCannotSee(Exception):
    """The person chosen does not work in the ticket's team."""


class BadSnooze(Exception):
    """The time to come back lies in the past."""


@transaction.atomic(durable=True)
def assign_ticket(ticket: Ticket, to: User | None, *, by: User | ApiKey) -> Ticket:
    """Give the ticket to a person who may see it, or to nobody; raises AssigneeCannotSee."""
    ticket = Ticket.objects.lock(ticket.pk)
    if to is not None and not _may_take(ticket, to):
        raise AssigneeCannotSee(to.name)
    if ticket.assignee_id == (to.pk if to else None):
        return ticket
    was = events.state_of(ticket)
    ticket.assignee = to
    ticket.save(update_fields=["assignee"])
    kind = "ticket.assigned" if to else "ticket.unassigned"
    events.record(ticket, kind, by=by, facts={"assignee": ticket.assignee_id, **_move_facts(was, ticket)})
    if to:
        tell(ticket, Reason.ASSIGNED, [to.pk], by=by, text=ticket.preview)
    return ticket


@transaction.atomic(durable=True)
def resolve_ticket(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Finish the ticket; raises MoveNotAllowed."""
    return _move(Ticket.objects.lock(ticket.pk), Status.RESOLVED, "ticket.resolved", by=by)


@transaction.atomic(durable=True)
def reopen_ticket(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Open a resolved or snoozed ticket again; raises MoveNotAllowed, also while its thread has a newer ticket."""
    ticket = Ticket.objects.lock(ticket.pk)
    others = Ticket.objects.filter(channel=ticket.channel_id, thread_key=ticket.thread_key)
    if others.exclude(pk=ticket.pk).exclude(status=Status.RESOLVED).exists():
        raise MoveNotAllowed(_("The conversation goes on in a newer ticket."))
    return _move(ticket, Status.OPEN, "ticket.reopened", by=by)


@transaction.atomic(durable=True)
def snooze_ticket(ticket: Ticket, until: datetime, *, by: User | ApiKey) -> Ticket:
    """Put the ticket off until then, or until the customer writes; raises BadSnooze, MoveNotAllowed."""
    if until <= timezone.now():
        raise BadSnooze(_("Choose a time in the future."))
    return _move(Ticket.objects.lock(ticket.pk), Status.SNOOZED, "ticket.snoozed", by=by, until=until)


@transaction.atomic(durable=True)
def wake_due_tickets(now: datetime) -> int:
    """Open the snoozed tickets whose time has come; return how many."""
    due = Ticket.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now).order_by("pk")
    tickets = list(due.select_for_update(no_key=True, skip_locked=True)[:500])
    for ticket in tickets:
        _move(ticket, Status.OPEN, "ticket.woken", by=None)
    return len(tickets)


@transaction.atomic(durable=True)
def set_priority(ticket: Ticket, priority: Priority, *, by: User | ApiKey) -> Ticket:
    """Say how soon somebody should look."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.priority == priority:
        return ticket
    was = events.state_of(ticket)
    ticket.priority = priority
    ticket.save(update_fields=["priority"])
    events.record(ticket, "ticket.prioritised", by=by, facts=_move_facts(was, ticket))
    return ticket


@transaction.atomic(durable=True)
def set_labels(ticket: Ticket, names: Collection[str], *, by: User | ApiKey) -> Ticket:
    """Put exactly these labels on the ticket; a new word becomes a label of the organization."""
    ticket = Ticket.objects.lock(ticket.pk)
    wanted = _labels_named(ticket.organization_id, names)
    before = set(ticket.labels.values_list("name", flat=True))
    after = {label.name for label in wanted}
    if before == after:
        return ticket
    ticket.labels.set(wanted)
    facts = {"added": sorted(after - before), "removed": sorted(before - after)}
    events.record(ticket, "ticket.labelled", by=by, facts=facts)
    return ticket


def _labels_named(organization_id: int, names: Collection[str]) -> Sequence[Label]:
    cleaned = {" ".join(name.split())[:60] for name in names} - {""}
    Label.objects.bulk_create(
        [Label(organization_id=organization_id, name=name) for name in sorted(cleaned)], ignore_conflicts=True
    )
    return list(Label.objects.filter(organization=organization_id, name__in=cleaned))


def _may_take(ticket: Ticket, person: User) -> bool:
    if person.organization_id != ticket.organization_id or not person.may("ticket.change"):
        return False
    return person.may("ticket.view_all") or person.teams.filter(pk=ticket.team_id).exists()


def _move(ticket: Ticket, to: Status, kind: str, *, by: User | ApiKey | None, until: datetime | None = None) -> Ticket:
    """Walk the table: change the status of a locked ticket and record it."""
    if to not in MOVES[ticket.status]:
        names = {"now": ticket.get_status_display().lower(), "to": to.label.lower()}
        raise MoveNotAllowed(_("A ticket that is %(now)s can't become %(to)s.") % names)
    was = events.state_of(ticket)
    ticket.status = to
    ticket.snoozed_until = until
    ticket.resolved_at = timezone.now() if to == Status.RESOLVED else None
    ticket.save(update_fields=["status", "snoozed_until", "resolved_at"])
    facts: events.Facts = {"until": until.isoformat()} if until else {}
    events.record(ticket, kind, by=by, facts={**facts, **_move_facts(was, ticket)})
    return ticket


def _move_facts(was: dict[str, events.Scalar], ticket: Ticket) -> dict[str, dict[str, events.Scalar]]:
    return {"was": was, "now": events.state_of(ticket)}
