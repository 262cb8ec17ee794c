"""Runs automation rules: follows the log in commit order, matches whole batches, and lets each rule answer once.

One worker at a time does it. What rules are to look at is a row; whoever dies is followed by another.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from inbox.actions.deadline_rows import next_events, open_reader
from inbox.actions.rule_turns import take_turn
from inbox.models import Event, LogReader, RuleJob, RuleRun, RuleTimer, TicketRule
from inbox.queries.rule_facts import Happened, about, load_events, load_facts
from inbox.ticket_rules import BEGINS, HAPPENED, KINDS, Facts, Trigger, asks_for_hours, holds

READER = "rules"
WORK_SECONDS = 20.0
_EVENTS = 500
_JOBS = 100
RUNS_KEPT = timedelta(days=90)
_FORGOTTEN_AT_ONCE = 5_000
# Of the advisory locks, the one of the worker that runs rules.
_TURN = 7_302

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that rules are to look at: a job for all of them, or a timer of one."""

    row: RuleJob | RuleTimer
    rules: Sequence[TicketRule]


def run_rules(*, seconds: float = WORK_SECONDS, now: datetime | None = None) -> int:
    """Bring all rules up to date, for so long at most; return how many events and rows were looked at."""
    stop_at, done = time.monotonic() + seconds, 0
    with _alone() as mine:
        while mine and time.monotonic() < stop_at and (count := read_log() + _answer_waiting(now, stop_at)):
            done += count
    return done


@transaction.atomic(durable=True)
def read_log() -> int:
    """Note which of the next events some rule answers to, in a number of queries that no rule adds to."""
    open_reader(READER)
    reader = LogReader.objects.select_for_update(skip_locked=True).filter(name=READER).first()
    rows = next_events(reader, _EVENTS) if reader else ()
    if not rows:
        return 0
    events = [pk for _transaction, pk, ticket, kind in rows if ticket is not None and kind in KINDS]
    if events:
        _note_answers(list(load_events(events, ruled=True).values()))
    LogReader.objects.filter(pk=READER).update(transaction=rows[-1][0], event=rows[-1][1])
    return len(rows)


@transaction.atomic(durable=True)
def forget_some_runs() -> bool:
    """Forget what rules did long ago, the oldest first; return whether there may be more of it."""
    oldest = RuleRun.objects.order_by("pk").values_list("pk", "ran_at")[:_FORGOTTEN_AT_ONCE]
    over = [pk for pk, ran_at in oldest if ran_at < timezone.now() - RUNS_KEPT]
    RuleRun.objects.filter(pk__in=over).delete()
    return len(over) == _FORGOTTEN_AT_ONCE


@contextmanager
def _alone() -> Iterator[bool]:
    """Be the only worker that runs rules, or yield False; one that dies lets go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_TURN])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_TURN])


def _note_answers(events: Sequence[Happened]) -> None:
    """Write a job for each event whose ticket some rule fits now, and set the timers that it begins."""
    rules = rules_of({event.organization_id for event in events}) if events else {}
    if not rules:
        return
    wanted = [event for event in events if event.organization_id in rules]
    everything = [rule for some in rules.values() for rule in some]
    hours = any(asks_for_hours(rule.conditions) for rule in everything)
    tickets = load_facts({event.ticket_id for event in wanted}, hours=hours)
    jobs = [
        RuleJob(organization_id=event.organization_id, ticket_id=event.ticket_id, event=event.pk)
        for event in wanted
        if event.ticket_id in tickets and _fits_any(rules[event.organization_id], event, tickets[event.ticket_id])
    ]
    RuleJob.objects.bulk_create(jobs, ignore_conflicts=True)
    _set_timers([event for event in wanted if event.ticket_id in tickets], rules)


def rules_of(organizations: set[int]) -> dict[int, list[TicketRule]]:
    """Return the rules at work in these organizations, in their order; one query."""
    found: dict[int, list[TicketRule]] = {}
    for rule in TicketRule.objects.at_work().filter(organization__in=organizations):
        found.setdefault(rule.organization_id, []).append(rule)
    return found


def _fits_any(rules: Sequence[TicketRule], event: Happened, ticket: Facts) -> bool:
    facts = about(ticket, event)
    return any(holds(rule.conditions, facts) for rule in _answering(rules, event.kind))


def _set_timers(events: Sequence[Happened], rules: Mapping[int, Sequence[TicketRule]]) -> None:
    """Set what rules that count hours look at, and when; of several beginnings the last one counts."""
    timers = {
        (rule.pk, event.ticket_id): RuleTimer(
            organization_id=event.organization_id,
            rule=rule,
            ticket_id=event.ticket_id,
            event=event.pk,
            due_at=event.created_at + timedelta(hours=rule.hours or 0),
        )
        for event in events
        for rule in rules[event.organization_id]
        if event.kind in BEGINS.get(Trigger(rule.trigger), ())
    }
    RuleTimer.objects.bulk_create(
        timers.values(),
        update_conflicts=True,
        unique_fields=["rule", "ticket"],
        update_fields=["event", "due_at"],
    )


def _answer_waiting(now: datetime | None, stop_at: float) -> int:
    """Let rules look at what waits, the oldest first; return how many rows there were."""
    done = 0
    for waiting in _waiting(now or timezone.now()):
        if time.monotonic() > stop_at:
            break
        try:
            take_turn(waiting.row.ticket_id, waiting.row.event, waiting.rules)
        except Exception:
            # A fault of ours with one ticket: the others must not wait for it.
            logger.exception("Rules could not look at ticket %s", waiting.row.ticket_id)
        waiting.row.delete()
        done += 1
    return done


def _waiting(now: datetime) -> list[Waiting]:
    jobs = list(RuleJob.objects.order_by("event")[:_JOBS])
    due = RuleTimer.objects.filter(due_at__lte=now, rule__active=True).order_by("due_at", "pk")
    timers = list(due.select_related("rule")[:_JOBS])
    rules = rules_of({job.organization_id for job in jobs}) if jobs else {}
    kinds = dict(Event.objects.filter(pk__in=[job.event for job in jobs]).values_list("pk", "kind"))
    of_events = [Waiting(job, _answering(rules.get(job.organization_id, ()), kinds.get(job.event, ""))) for job in jobs]
    return of_events + [Waiting(timer, [timer.rule]) for timer in timers]


def _answering(rules: Sequence[TicketRule], kind: str) -> list[TicketRule]:
    return [rule for rule in rules if rule.trigger == HAPPENED.get(kind)]
