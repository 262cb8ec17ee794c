"""What people do with a ticket: take it, put it off, finish it, open it again, sort it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox.actions import ticket_steps as steps
from inbox.models import NamedStatus, Priority, Status, Ticket


class BadSnooze(Exception):
    """The time to come back lies in the past."""


@transaction.atomic(durable=True)
def assign_ticket(ticket: Ticket, to: User | None, *, by: User | ApiKey) -> Ticket:
    """Give the ticket to a person who may see it, or to nobody; raises AssigneeCannotSee."""
    return steps.assign(Ticket.objects.lock(ticket.pk), to, by=by)


@transaction.atomic(durable=True)
def resolve_ticket(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Finish the ticket; raises MoveNotAllowed."""
    return steps.move(Ticket.objects.lock(ticket.pk), Status.RESOLVED, "ticket.resolved", by=by)


@transaction.atomic(durable=True)
def reopen_ticket(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Open a resolved or snoozed ticket again; raises MoveNotAllowed, also while its thread has a newer ticket."""
    ticket = Ticket.objects.lock(ticket.pk)
    steps.require_may_be_open(ticket)
    return steps.move(ticket, Status.OPEN, "ticket.reopened", by=by)


@transaction.atomic(durable=True)
def snooze_ticket(ticket: Ticket, until: datetime, *, by: User | ApiKey) -> Ticket:
    """Put the ticket off until then, or until the customer writes; raises BadSnooze, MoveNotAllowed."""
    if until <= timezone.now():
        raise BadSnooze(_("Choose a time in the future."))
    return steps.move(Ticket.objects.lock(ticket.pk), Status.SNOOZED, "ticket.snoozed", by=by, until=until)


@transaction.atomic(durable=True)
def set_status(
    ticket: Ticket, to: Status, *, named: NamedStatus | None = None, until: datetime | None = None, by: User | ApiKey
) -> Ticket:
    """Give the ticket a status, plainly or as the organization has named it; raises BadSnooze, MoveNotAllowed.

    One that waits comes back then, or, without a time, when the customer writes.
    """
    if until and until <= timezone.now():
        raise BadSnooze(_("Choose a time in the future."))
    return steps.set_status(Ticket.objects.lock(ticket.pk), to, named, by=by, until=until)


@transaction.atomic(durable=True)
def wake_due_tickets(now: datetime) -> int:
    """Open the snoozed tickets whose time has come; return how many."""
    due = Ticket.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now).order_by("pk")
    tickets = list(due.select_for_update(no_key=True, skip_locked=True)[:500])
    for ticket in tickets:
        steps.move(ticket, Status.OPEN, "ticket.woken", by=None)
    return len(tickets)


@transaction.atomic(durable=True)
def set_priority(ticket: Ticket, priority: Priority, *, by: User | ApiKey) -> Ticket:
    """Say how soon somebody should look."""
    return steps.prioritise(Ticket.objects.lock(ticket.pk), priority, by=by)


@transaction.atomic(durable=True)
def set_labels(ticket: Ticket, names: Collection[str], *, by: User | ApiKey) -> Ticket:
    """Put exactly these labels on the ticket; a new word becomes a label of the organization."""
    return steps.label(Ticket.objects.lock(ticket.pk), names, by=by)


@transaction.atomic(durable=True)
def add_labels(ticket: Ticket, names: Collection[str], *, by: User | ApiKey) -> Ticket:
    """Put these labels on the ticket, beside those that it has."""
    locked = Ticket.objects.lock(ticket.pk)
    return steps.label(locked, [*locked.labels.values_list("name", flat=True), *names], by=by)
