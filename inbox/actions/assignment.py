"""Gives waiting tickets to people, as their team's policy says.

One worker at a time does it in an organization, so that nobody who works in two teams is given more than they
can hold; 50 tickets in each transaction, in a fixed number of statements. What somebody else is just changing is
left for the next time.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from inbox import events, outbox
from inbox.actions.notifications import tell_assigned
from inbox.assignment import Given, share_out
from inbox.models import AssignmentPolicy, Attendance, Method, Ticket
from inbox.queries.available import agents_of, requirements_of, teams_to_serve, waiting_in

# Tickets in one transaction: each tells the pages once, and more at once would have them all look again.
GROUP = 50
WORK_SECONDS = 20.0
# Whoever waited longer than this waited for somebody to have room.
AT_ONCE = timedelta(seconds=60)
DRAINED = "drained"


def assign_waiting(*, seconds: float = WORK_SECONDS) -> int:
    """Give out what waits in every team that shares out by itself, for so long at most; return how many tickets."""
    outbox.take_nudge(outbox.ASSIGN)
    stop_at, done = time.monotonic() + seconds, 0
    for team in teams_to_serve(timezone.now()):
        while time.monotonic() < stop_at and (count := assign_some(team)):
            done += count
    return done


@transaction.atomic(durable=True)
def assign_some(team_id: int) -> int:
    """Give out a group of a team's waiting tickets; return how many."""
    policy = AssignmentPolicy.objects.exclude(method=Method.MANUAL).filter(team=team_id).first()
    if policy is None:
        return 0
    lock_sharing(policy.organization_id)
    now = timezone.now()
    agents = agents_of(policy, now)
    if not any(agent.has_room for agent in agents):
        return 0
    given = share_out(
        waiting_in(team_id, now),
        agents,
        requirements_of(policy.organization_id),
        in_turn=policy.method == Method.ROUND_ROBIN,
        relaxed_before=now - timedelta(minutes=policy.skill_minutes),
        most=GROUP,
    )
    return _give(given, policy, now)


def lock_sharing(organization_id: int) -> None:
    """Wait until nobody else gives out this organization's tickets, and keep them from it; in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('assignment', %s))", [organization_id])


def _give(given: Sequence[Given], policy: AssignmentPolicy, now: datetime) -> int:
    """Write who got what, as far as the tickets still wait."""
    agents = {each.ticket.pk: each.agent for each in given}
    waited = {each.ticket.pk: now - each.ticket.waiting_since for each in given}
    waiting = Ticket.objects.waiting().filter(pk__in=agents, team=policy.team_id).order_by("pk")
    tickets = list(waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)))
    if not tickets:
        return 0
    was = {ticket.pk: events.state_of(ticket) for ticket in tickets}
    for ticket in tickets:
        ticket.assignee_id = agents[ticket.pk]
    Ticket.objects.bulk_update(tickets, ["assignee"])
    in_order = sorted(tickets, key=lambda ticket: list(agents).index(ticket.pk))
    events.record_many(
        [
            events.NewEvent(
                "ticket.assigned",
                ticket.organization_id,
                ticket.team_id,
                ticket.pk,
                facts={
                    "assignee": ticket.assignee_id,
                    "why": DRAINED if waited[ticket.pk] > AT_ONCE else policy.method,
                    "method": policy.method,
                    "waited": round(waited[ticket.pk].total_seconds()),
                    "was": was[ticket.pk],
                    "now": events.state_of(ticket),
                },
                people=(agents[ticket.pk],),
            )
            for ticket in in_order
        ]
    )
    tell_assigned(tickets)
    _note_turns([agents[ticket.pk] for ticket in in_order], now)
    return len(tickets)


def _note_turns(agents: Iterable[int], now: datetime) -> None:
    """Note when each was given their last one; the order of a group is kept in microseconds."""
    last = {agent: now + timedelta(microseconds=turn) for turn, agent in enumerate(agents)}
    rows = list(Attendance.objects.filter(pk__in=last))
    for row in rows:
        row.given_at = last[row.pk]
    Attendance.objects.bulk_update(rows, ["given_at"])
