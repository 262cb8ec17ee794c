"""Keeps the deadlines of tickets: follows the log, warns and notes breaches in time, and counts anew where asked.

One worker at a time does it, a group of tickets in each transaction, in a fixed number of statements.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from inbox import events
from inbox.actions import deadline_rows as rows
from inbox.actions.deadline_news import Moved, tell_of_deadlines
from inbox.deadlines import MOVING, Change, Clock, Plan, changes_between, follow, snapshot, tick
from inbox.models import LogReader, Recount, Status, Ticket, TicketClock
from inbox.models.tickets import DueStage
from inbox.queries.plans import plans_of

READER = "deadlines"
# Tickets in one transaction: each tells the pages once, and more at once would have them all look again.
GROUP = 50
WORK_SECONDS = 20.0
_EVENTS = 500
_VISITED = MOVING | {
    "ticket.prioritised",
    "ticket.moved_to_team",
    "customer.described",
    "customer.merged",
    "incident.gathered",
    "customer.unmerged",
    "ticket.absorbed",
    "ticket.marked_spam",
    "ticket.unmarked_spam",
    "ticket.unmerged",
    "ticket.released",
    "ticket.split",
    "ticket.split_off",
    "ticket.put_back",
    "ticket.regained",
}


def keep_deadlines(*, seconds: float = WORK_SECONDS) -> int:
    """Bring all deadlines up to date, for so long at most; return how many events and tickets were looked at."""
    stop_at, done = time.monotonic() + seconds, 0
    while time.monotonic() < stop_at and (count := keep_some()):
        done += count
    return done


@transaction.atomic(durable=True)
def keep_some(*, now: datetime | None = None) -> int:
    """Look at the next tickets of the log, at those that are due, and at those to be counted anew."""
    now = now or timezone.now()
    if rows.open_reader(READER):
        _recount_all()
    reader = LogReader.objects.select_for_update(skip_locked=True).filter(name=READER).first()
    if reader is None:
        return 0
    read, moved = _read_log(reader)
    due = TicketClock.objects.filter(next_at__lte=now).order_by("next_at").values_list("ticket_id", flat=True)
    passed = list(due[: GROUP - len(moved)])
    again = _take_recounted(GROUP - len(moved) - len(passed))
    _visit({*moved, *passed, *(again or ())}, now)
    return read + len(passed) + (again is not None)


def count_again(organization_id: int, *, by: User | None = None) -> None:
    """Have all unresolved tickets of an organization looked at by the policies and hours of now; in a transaction."""
    Recount.objects.update_or_create(organization_id=organization_id, defaults={"ticket": 0})
    events.record_about_organization(organization_id, "deadlines.changed", by=by, facts={})


def _recount_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_recount (organization_id, ticket) SELECT id, 0 FROM accounts_organization"
            " ON CONFLICT DO NOTHING"
        )


def _read_log(reader: LogReader) -> tuple[int, set[int]]:
    """Return how many events were read, and which tickets they moved; what is read is not read again."""
    moved, read, place = set[int](), 0, None
    for transaction_id, event, ticket, kind in rows.next_events(reader, _EVENTS):
        if ticket is not None and kind in _VISITED:
            if len(moved) == GROUP and ticket not in moved:
                break
            moved.add(ticket)
        read, place = read + 1, (transaction_id, event)
    if place:
        LogReader.objects.filter(pk=READER).update(transaction=place[0], event=place[1])
    return read, moved


def _take_recounted(limit: int) -> list[int] | None:
    """Return the next tickets of an organization that is counted anew, or None; after the last its row is gone."""
    recount = Recount.objects.select_for_update(skip_locked=True).order_by("pk").first() if limit else None
    if recount is None:
        return None
    left = Ticket.objects.filter(organization=recount.organization_id, pk__gt=recount.ticket)
    found = list(left.exclude(status=Status.RESOLVED).order_by("pk").values_list("pk", flat=True)[:limit])
    if len(found) < limit:
        recount.delete()
    else:
        Recount.objects.filter(pk=recount.pk).update(ticket=found[-1])
    return found


def _visit(ticket_ids: Collection[int], now: datetime) -> None:
    """Move the clocks of tickets to now, and write what changed; a ticket that nothing is ever due of has none."""
    tickets = rows.load(ticket_ids) if ticket_ids else {}
    plans = plans_of({pk: ticket.fits for pk, ticket in tickets.items()}) if tickets else {}
    plans |= {pk: Plan({}) for pk, ticket in tickets.items() if ticket.is_spam}
    kept = rows.load_clocks(tickets)
    plans = {pk: plan for pk, plan in sorted(plans.items()) if pk in kept or not plan.is_empty}
    if not plans:
        return
    keys = {pk: plan.key for pk, plan in plans.items()}
    logs = rows.read_logs({pk: kept[pk].event if pk in kept and kept[pk].plan == keys[pk] else 0 for pk in plans})
    moved, changes = dict[int, rows.Kept](), dict[int, list[Change]]()
    for pk, plan in plans.items():
        clock, changes[pk] = _move(kept.get(pk), logs.get(pk, ()), plan, keys[pk], now)
        last = logs[pk][-1].event if pk in logs else kept[pk].event if pk in kept else 0
        moved[pk] = rows.Kept(clock, keys[pk], last)
    _write(tickets, moved, changes, now)


def _move(
    old: rows.Kept | None, log: Sequence[rows.Logged], plan: Plan, key: str, now: datetime
) -> tuple[Clock, list[Change]]:
    """Return the clock as it stands now, and what became of its targets on the way.

    Where another plan holds now, the log is read from its beginning, and what differs in the end is all that is said.
    """
    before, changes = snapshot(old.clock) if old else {}, list[Change]()
    clock = old.clock if old and old.plan == key else Clock()
    happenings = [logged.happening for logged in log]
    for group in [[one] for one in happenings] if old is None or old.plan == key else [happenings]:
        follow(clock, group, plan)
        if old is None or old.plan == key:
            changes += changes_between(before, clock.targets, group[0].at)
            before = snapshot(clock)
    tick(clock, now)
    return clock, changes + changes_between(before, clock.targets, now)


def _write(
    tickets: Mapping[int, rows.Facts],
    moved: Mapping[int, rows.Kept],
    changes: Mapping[int, Sequence[Change]],
    now: datetime,
) -> None:
    """Store the clocks, show them on their tickets, log what became of each target, and tell whom it concerns."""
    rows.keep((pk, tickets[pk].fits.organization_id, kept) for pk, kept in moved.items())
    shown = {pk: _shown(kept.clock) for pk, kept in moved.items()}
    changed = {pk: said for pk, said in shown.items() if changes[pk] or said != tickets[pk].shown}
    if not changed:
        return
    states = rows.show(changed)
    news = [
        event
        for pk, state in states.items()
        for event in _events(pk, tickets[pk].fits.organization_id, state, changed[pk], changes[pk])
    ]
    if news:
        events.record_many(news)
        told = {pk: Moved(tickets[pk].fits.organization_id, states[pk], moved[pk].clock, changes[pk]) for pk in changed}
        tell_of_deadlines(told, now)


def _shown(clock: Clock) -> rows.Shown:
    """Return what a row shows: the deadline that comes first, and the gravest stage of any."""
    running = clock.running
    if not running:
        return rows.Shown(None, None, "", DueStage.NOT_SOON)
    metric, first = running[0]
    stages = [DueStage.OVER if t.breached else DueStage.SOON if t.warned else DueStage.NOT_SOON for _m, t in running]
    return rows.Shown(first.due_at, first.started_at, metric, max(stages))


def _events(
    ticket: int, organization: int, state: Mapping[str, events.Scalar], shown: rows.Shown, changes: Sequence[Change]
) -> list[events.NewEvent]:
    """Return an event for each change; the last of them tells the pages, with the ticket's state before and after."""
    team, assignee = state["team"], state["assignee"]
    moves = {"was": state, "now": {**state, "due": shown.due_stage}}
    return [
        events.NewEvent(
            f"target.{change.kind}",
            organization,
            team if isinstance(team, int) else None,
            ticket,
            facts={**_facts(change), **(moves if change is changes[-1] else {})},
            people=(assignee,) if isinstance(assignee, int) else (),
            told=change is changes[-1],
        )
        for change in changes
    ]


def _facts(change: Change) -> dict[str, events.Scalar]:
    due_at = change.target.due_at
    facts: dict[str, events.Scalar] = {"metric": change.metric, "due": due_at.isoformat() if due_at else None}
    if change.kind == "fulfilled":
        # As the goal counts: in working time where it does.
        facts["used"] = int(change.target.used.total_seconds())
    return facts
