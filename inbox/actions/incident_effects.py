"""Carries out what the levels of incidents change beside replies: gives their tickets to teams, calls approvers."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import Team, User
from brandvoice.guard import Freeze
from inbox import outbox
from inbox.actions.notifications import tell
from inbox.actions.ticket_steps import give_to_team
from inbox.models import IncidentState, IncidentTicket, Message, Reason, Status, Ticket
from inbox.queries.incident_effects import on_call

# Tickets in one transaction: each tells the pages once, and more at once would have them all look again.
GROUP = 50


def route_gathered() -> int:
    """Give what live incidents have gathered to the teams of their levels; return how many tickets were looked at.

    Each once: whoever gives it to another team afterwards knows why.
    """
    outbox.take_nudge(outbox.ROUTE_GATHERED)
    done = 0
    while count := route_some():
        done += count
    return done


@transaction.atomic(durable=True)
def route_some() -> int:
    """Look at a group of them; return how many."""
    waiting = IncidentTicket.objects.filter(routed=False, incident__state=IncidentState.LIVE, incident__drill=False)
    with_team = waiting.filter(incident__level__team__isnull=False).order_by("pk")
    locked = with_team.select_for_update(no_key=True, skip_locked=True, of=("self",))
    rows = list(locked.select_related("incident__level__team").order_by("incident__level__rank", "pk")[:GROUP])
    if not rows:
        return 0
    # Of several incidents the gravest decides.
    teams: dict[int, Team] = {row.ticket_id: row.incident.level.team for row in rows if row.incident.level.team}
    tickets = Ticket.objects.filter(pk__in=teams).exclude(status=Status.RESOLVED).order_by("pk")
    by_team: dict[int, list[Ticket]] = {}
    for ticket in tickets.select_for_update(no_key=True, of=("self",)):
        by_team.setdefault(teams[ticket.pk].pk, []).append(ticket)
    for some in by_team.values():
        give_to_team(some, teams[some[0].pk])
    IncidentTicket.objects.filter(pk__in=[row.pk for row in rows]).update(routed=True)
    return len(rows)


def call_approvers(message: Message, freezes: Collection[Freeze], *, by: User) -> None:
    """Tell those who are on call that a reply about an incident waits for them; part of an action."""
    if any(not freeze.drill for freeze in freezes):
        ticket = Ticket.objects.get(pk=message.ticket_id)
        tell(ticket, Reason.APPROVAL, on_call(freezes), by=by, text=message.text)
