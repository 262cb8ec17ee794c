"""The set-based statements of deadlines: what a group of tickets is read by, and written with."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection

from inbox import batches, events
from inbox.deadlines import MOVING, Clock, Happening
from inbox.models import LogReader, Ticket, TicketClock
from inbox.models.messages import not_a_survey
from inbox.queries.incident_effects import policy_in_incident
from inbox.queries.plans import Fits


class Kept(NamedTuple):
    """A ticket's clock as it was stored, the plan that it goes by, and the last event in it."""

    clock: Clock
    plan: str
    event: int


class Logged(NamedTuple):
    """One event of a ticket, with its id."""

    event: int
    happening: Happening


class Shown(NamedTuple):
    """What a ticket's row says of its deadlines."""

    due_at: datetime | None
    due_from: datetime | None
    due_metric: str
    due_stage: int


class Facts(NamedTuple):
    """A ticket, as far as its deadlines go by it."""

    fits: Fits
    shown: Shown
    is_spam: bool


def load(ticket_ids: Collection[int]) -> dict[int, Facts]:
    """Return these tickets by their ids."""
    fits = ("organization_id", "brand_id", "team_id", "channel_id", "channel__network", "visibility", "priority")
    asked = ("pk", *fits, "contact__audience", "in_incident", *Shown._fields, "is_spam")
    tickets = Ticket.objects.filter(pk__in=ticket_ids).annotate(in_incident=policy_in_incident())
    rows = tickets.values_list(*asked)
    cut = len(fits) + 2
    return {pk: Facts(Fits(*rest[:cut]), Shown(*rest[cut:-1]), rest[-1]) for pk, *rest in rows}


def load_clocks(ticket_ids: Collection[int]) -> dict[int, Kept]:
    """Return the clocks of those of these tickets that have one."""
    rows = TicketClock.objects.filter(ticket__in=ticket_ids).values_list("ticket_id", "state", "plan", "event")
    return {pk: Kept(msgspec.convert(state, Clock, strict=False), plan, event) for pk, state, plan, event in rows}


def read_logs(after: Mapping[int, int]) -> dict[int, list[Logged]]:
    """Return what moved each of these tickets after an event of its log, in order; a message counts where it is now.

    Whoever writes such an event has the ticket locked, so that within a ticket a greater id was committed later.
    """
    asked = [{"ticket": ticket, "event": event} for ticket, event in after.items()]
    found: dict[int, list[Logged]] = {}
    for ticket, event, kind, at, said_at, status in batches.run(_LOGS, asked, kinds=sorted(MOVING)):
        found.setdefault(ticket, []).append(Logged(event, Happening(kind, at, said_at, status or "")))
    return found


# What was said in another ticket and moved here since counts here, from when it was said; a merge that was undone
# has not been.
_LOGS = f"""
WITH RECURSIVE near(asked, event, ticket) AS (
    SELECT ticket, event, ticket FROM jsonb_to_recordset(%(rows)s::jsonb) AS asked(ticket bigint, event bigint)
    UNION
    SELECT n.asked, n.event, CASE r.source_id WHEN n.ticket THEN r.target_id ELSE r.source_id END
    FROM near n JOIN inbox_regrouping r ON n.ticket IN (r.source_id, r.target_id)
)
SELECT near.asked, e.id, e.kind, e.created_at, m.sent_at, e.facts->'now'->>'status'
FROM near
JOIN inbox_event e ON e.ticket_id = near.ticket AND e.id > near.event AND e.kind = ANY(%(kinds)s::text[])
LEFT JOIN inbox_message m ON m.id = e.message_id
WHERE coalesce(m.ticket_id, e.ticket_id) = near.asked AND {not_a_survey("m.id")}
AND NOT (e.kind = 'ticket.merged' AND EXISTS (
    SELECT FROM inbox_regrouping r WHERE r.id = (e.facts->>'regrouping')::bigint AND r.undone_at IS NOT NULL))
ORDER BY e.id
"""  # noqa: S608 - our own words


def keep(clocks: Iterable[tuple[int, int, Kept]]) -> None:
    """Store clocks, each with its ticket's id and its organization's."""
    rows = [
        {
            "ticket": ticket,
            "organization": organization,
            "state": kept.clock,
            "plan": kept.plan,
            "event": kept.event,
            "next_at": kept.clock.next_at,
        }
        for ticket, organization, kept in clocks
    ]
    batches.run(_KEEP, rows)


_KEEP = """
INSERT INTO inbox_ticketclock AS c (ticket_id, organization_id, state, plan, event, next_at)
SELECT ticket, organization, state, plan, event, next_at FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS new(ticket bigint, organization bigint, state jsonb, plan text, event bigint, next_at timestamptz)
ON CONFLICT (ticket_id) DO UPDATE
SET state = excluded.state, plan = excluded.plan, event = excluded.event, next_at = excluded.next_at
RETURNING 1
"""


def show(shown: Mapping[int, Shown]) -> dict[int, dict[str, events.Scalar]]:
    """Write what rows say of deadlines; return the state of each ticket as it is now, locked."""
    rows = [{"ticket": ticket, **said._asdict()} for ticket, said in shown.items()]
    found = batches.run(_LOCK, tickets=sorted(shown))
    batches.run(_SHOW, rows)
    names = ("status", "assignee", "team", "brand", "priority", "due", "spam")
    return {ticket: dict(zip(names, state, strict=True)) for ticket, *state in found}


_LOCK = """
SELECT id, status, assignee_id, team_id, brand_id, priority, due_stage, is_spam FROM inbox_ticket
WHERE id = ANY(%(tickets)s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""

_SHOW = """
UPDATE inbox_ticket t
SET due_at = new.due_at, due_from = new.due_from, due_metric = new.due_metric, due_stage = new.due_stage
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS new(ticket bigint, due_at timestamptz, due_from timestamptz, due_metric text, due_stage smallint)
WHERE t.id = new.ticket AND t.id = ANY(ARRAY(
    SELECT ticket FROM jsonb_to_recordset(%(rows)s::jsonb) AS named(ticket bigint)))
RETURNING 1
"""


def open_reader(name: str) -> bool:
    """Begin to read the log here unless that has begun already; return whether it begins."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_logreader (name, transaction, event)"
            " VALUES (%s, pg_snapshot_xmin(pg_current_snapshot()), 0) ON CONFLICT DO NOTHING",
            [name],
        )
        return bool(cursor.rowcount)


def next_events(reader: LogReader, limit: int) -> Sequence[tuple[str, int, int | None, str]]:
    """Return transaction, id, ticket and kind of the next events in commit order; none is missed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction::text, id, ticket_id, kind FROM inbox_event"
            " WHERE (transaction, id) > (%s::xid8, %s) AND transaction < pg_snapshot_xmin(pg_current_snapshot())"
            " ORDER BY transaction, id LIMIT %s",
            [reader.transaction, reader.event, limit],
        )
        rows: list[tuple[str, int, int | None, str]] = cursor.fetchall()
    return rows
