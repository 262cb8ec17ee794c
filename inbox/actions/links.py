"""Links tickets that belong together, takes links away, and opens a follow-up of a ticket that is done."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import events
from inbox.actions.branches import branch_of
from inbox.actions.regrouping_steps import hold_threads
from inbox.actions.ticket_steps import MoveNotAllowed, may_be_open
from inbox.models import LinkKind, Status, Ticket, TicketLink


class LinkNotAllowed(Exception):
    """These two tickets can't be linked like this."""


@transaction.atomic(durable=True)
def link_tickets(ticket: Ticket, other: Ticket, kind: LinkKind, *, by: User | ApiKey) -> TicketLink:
    """Say what a ticket is to another; two tickets have one link. Raises LinkNotAllowed."""
    if ticket.pk == other.pk:
        raise LinkNotAllowed(_("A ticket can’t be linked to itself."))
    # In the order of their ids, so that two who link the same two tickets wait for one another.
    for pk in sorted((ticket.pk, other.pk)):
        Ticket.objects.lock(pk)
    if TicketLink.objects.filter(ticket__in=(ticket, other), other__in=(ticket, other)).exists():
        raise LinkNotAllowed(_("These tickets are linked already."))
    link = make_link(ticket, other, kind, by=by)
    _record("ticket.linked", link, by)
    return link


@transaction.atomic(durable=True)
def unlink_tickets(link: TicketLink, *, by: User | ApiKey) -> None:
    """Take a link away; a second time does nothing."""
    if TicketLink.objects.filter(pk=link.pk).delete()[0]:
        _record("ticket.unlinked", link, by)


@transaction.atomic(durable=True)
def open_follow_up(ticket: Ticket, *, by: User | ApiKey) -> Ticket:
    """Open a new ticket in the thread of one that is done, linked to it; what comes next arrives there.

    Raises MoveNotAllowed where the ticket is not done, or its conversation goes on elsewhere.
    """
    hold_threads([ticket])
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.status != Status.RESOLVED or ticket.is_spam:
        raise MoveNotAllowed(_("Only a ticket that is done has a follow-up."))
    if ticket.continues_in_id is not None or not may_be_open(ticket):
        raise MoveNotAllowed(_("The conversation goes on in a newer ticket."))
    new = _opened(ticket, by)
    events.record(new, "ticket.created", by=by, facts={"was": None, "now": events.state_of(new)})
    _record("ticket.linked", make_link(new, ticket, LinkKind.FOLLOW_UP, by=by), by)
    return new


def make_link(ticket: Ticket, other: Ticket, kind: LinkKind, *, by: User | ApiKey) -> TicketLink:
    """Write a link, inside the caller's transaction."""
    person = by if isinstance(by, User) else None
    return TicketLink.objects.create(
        organization_id=ticket.organization_id, ticket=ticket, other=other, kind=kind, by=person
    )


def _opened(ticket: Ticket, by: User | ApiKey) -> Ticket:
    new = branch_of(ticket, thread=ticket, by=by)
    new.preview, new.awaiting_reply = ticket.preview, False
    new.last_message_at, new.last_inbound_at = timezone.now(), ticket.last_inbound_at
    new.save(force_insert=True)
    return new


def _record(kind: str, link: TicketLink, by: User | ApiKey) -> None:
    """Write into both logs; each names the other where whoever may see one may see both."""
    same = link.ticket.team_id == link.other.team_id
    for ticket, other in ((link.ticket, link.other), (link.other, link.ticket)):
        facts: events.Facts = {"link": link.kind, "number": other.number if same else None}
        events.record(ticket, kind, by=by, facts=facts)
