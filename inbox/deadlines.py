"""When a ticket's targets are due: seven measures of service and the network's reply window, from what happened.

A clock follows the log of one ticket. It is plain data and its functions are pure: the same log gives the same
deadlines, whether it is followed event by event or read from its beginning.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2s
from typing import NamedTuple

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.working_time import ROUND_THE_CLOCK, WorkingWeek

# A reply window warns so long before it closes.
WINDOW_WARNING = timedelta(hours=4)


class Metric(models.TextChoices):
    """What is measured; the words are the field's own."""

    FIRST_REPLY = "first_reply", _("First reply")
    NEXT_REPLY = "next_reply", _("Next reply")
    PERIODIC_UPDATE = "periodic_update", _("Periodic update")
    PAUSABLE_UPDATE = "pausable_update", _("Pausable update")
    REQUESTER_WAIT = "requester_wait", _("Requester wait time")
    AGENT_WORK = "agent_work", _("Agent work time")
    RESOLUTION = "resolution", _("Total resolution time")
    WINDOW = "window", _("Reply window of the network")


class Goal(msgspec.Struct, frozen=True):
    """How long something may take, and how long before that is warned; in working time or by the calendar."""

    time: timedelta
    warning: timedelta
    working: bool


class Plan(NamedTuple):
    """What holds for one ticket: its goals by metric, its team's working week, its network's reply window."""

    goals: Mapping[str, Goal]
    week: WorkingWeek = ROUND_THE_CLOCK
    window: timedelta | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is ever due."""
        return not self.goals and self.window is None

    @property
    def key(self) -> str:
        """Return what tells this plan from any other."""
        openings, holidays = sorted(map(str, self.week.openings)), sorted(map(str, self.week.holidays))
        said = (sorted(self.goals.items()), str(self.week.zone), openings, holidays, self.window)
        return blake2s(msgspec.json.encode(said), digest_size=12).hexdigest()


class Target(msgspec.Struct):
    """One metric of one ticket. It runs while `since` is set, is over once `ended_at` is, and else pauses."""

    started_at: datetime
    since: datetime | None = None
    # What had passed, as its goal counts it, when it began to run or stopped last.
    used: timedelta = timedelta()
    ended_at: datetime | None = None
    soon_at: datetime | None = None
    due_at: datetime | None = None
    warned: bool = False
    breached: bool = False


class Clock(msgspec.Struct):
    """All that the log of a ticket says of its deadlines."""

    resolved: bool = False
    snoozed: bool = False
    # The customer has written; wrote last; and has done so since the ticket was resolved last.
    asked: bool = False
    awaiting: bool = False
    fresh: bool = True
    # The newest message, by its own time: one that comes late does not turn the conversation round.
    said_at: datetime | None = None
    heard_at: datetime | None = None
    first_reply_at: datetime | None = None
    last_reply_at: datetime | None = None
    targets: dict[str, Target] = msgspec.field(default_factory=dict)

    @property
    def running(self) -> list[tuple[str, Target]]:
        """Return the targets that run, with the one that is due first at the beginning."""
        found = [(name, target) for name, target in self.targets.items() if target.since and target.due_at]
        return sorted(found, key=lambda pair: (pair[1].due_at or pair[1].started_at, pair[0]))

    @property
    def next_at(self) -> datetime | None:
        """Return the next moment at which a target is to be warned of or is breached."""
        moments = [t.due_at if t.warned else t.soon_at for _name, t in self.running if not t.breached]
        return min((moment for moment in moments if moment), default=None)


class Happening(NamedTuple):
    """One event of a ticket's log: its kind, when it was written, when its message was said, what it led to."""

    kind: str
    at: datetime
    said_at: datetime | None = None
    status: str = ""


class Change(NamedTuple):
    """What became of a target: "activated", "paused", "fulfilled", "warned", "breached" or "cancelled"."""

    kind: str
    metric: str
    target: Target


class _Phase(Enum):
    """What a target does."""

    RUNS, PAUSES, ENDS = range(3)


_REPLIES = frozenset({"reply.queued", "reply.approved", "message.seen_on_network", "delivery.retried"})
_RESTORED = frozenset({Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.WINDOW})
_UPDATES = frozenset({Metric.PERIODIC_UPDATE, Metric.PAUSABLE_UPDATE})
# The kinds of event that a clock is moved by; after any of the others it stands as before.
MOVING = _REPLIES | {
    "message.received",
    "ticket.resolved",
    "ticket.reopened",
    "ticket.snoozed",
    "ticket.woken",
    "ticket.unanswered",
    "ticket.merged",
}


def follow(clock: Clock, happenings: Iterable[Happening], plan: Plan) -> None:
    """Move the clock on by what happened, in order."""
    for happening in happenings:
        restarted = _note(clock, happening)
        restored = _RESTORED if happening.kind == "ticket.unanswered" else frozenset()
        _settle(clock, happening.at, plan, restarted, restored)


def tick(clock: Clock, now: datetime) -> None:
    """Note which running targets are to be warned of, and which are breached."""
    for _name, target in clock.running:
        if target.due_at and target.due_at <= now:
            target.warned = target.breached = True
        elif target.soon_at and target.soon_at <= now:
            target.warned = True


def changes_between(before: Mapping[str, Target], after: Mapping[str, Target], at: datetime) -> list[Change]:
    """Return what became of each target from one state of a clock to a later one, which it had at that moment."""
    changes = []
    for metric in sorted(before.keys() | after.keys()):
        old, new = before.get(metric), after.get(metric)
        if old and (new is None or new.started_at != old.started_at) and not old.ended_at:
            kinds = ["breached"] if old.due_at and old.due_at < at and not old.breached else []
            changes += [Change(kind, metric, old) for kind in (*kinds, "fulfilled" if new else "cancelled")]
        if new:
            same = old if old and old.started_at == new.started_at else None
            changes += [Change(kind, metric, new) for kind in _kinds_of(same, new)]
    return changes


def snapshot(clock: Clock) -> dict[str, Target]:
    """Return a clock's targets as they are, for `changes_between`."""
    return {metric: msgspec.structs.replace(target) for metric, target in clock.targets.items()}


def _kinds_of(old: Target | None, new: Target) -> Iterator[str]:
    """Yield what became of a target that began before, or of a new one."""
    before = old or Target(new.started_at)
    if new.since and (not before.since or new.due_at != before.due_at):
        yield "activated"
    if before.since and not new.since and not new.ended_at:
        yield "paused"
    if new.breached and not before.breached:
        yield "breached"
    elif new.warned and not before.warned:
        yield "warned"
    if new.ended_at and old and not old.ended_at:
        yield "fulfilled"


def _note(clock: Clock, happening: Happening) -> frozenset[str]:
    """Note what an event says, and return the metrics that begin anew with it."""
    match happening.kind:
        case "message.received":
            return _note_question(clock, happening)
        case "ticket.resolved" | "ticket.merged":
            clock.resolved, clock.snoozed, clock.fresh = True, False, True
        case "ticket.snoozed":
            clock.snoozed = True
        case "ticket.reopened" | "ticket.woken":
            clock.resolved = clock.snoozed = False
        case "ticket.unanswered":
            clock.resolved, clock.snoozed = happening.status == "resolved", False
            clock.awaiting, clock.fresh = True, False
            if clock.first_reply_at == clock.last_reply_at:
                clock.first_reply_at = None
        case kind if kind in _REPLIES:
            return _note_reply(clock, happening)
    return frozenset()


def _note_question(clock: Clock, happening: Happening) -> frozenset[str]:
    said_at = happening.said_at or happening.at
    clock.heard_at = max(clock.heard_at or said_at, said_at)
    if clock.said_at and said_at < clock.said_at:
        return frozenset()
    is_new = clock.fresh or not clock.awaiting
    clock.said_at, clock.asked, clock.awaiting, clock.fresh = said_at, True, True, False
    reply = Metric.NEXT_REPLY if clock.first_reply_at else Metric.FIRST_REPLY
    return frozenset({Metric.WINDOW, reply} if is_new else {Metric.WINDOW})


def _note_reply(clock: Clock, happening: Happening) -> frozenset[str]:
    said_at = happening.said_at or happening.at
    if clock.said_at and said_at < clock.said_at:
        return frozenset()
    clock.said_at, clock.awaiting = said_at, False
    clock.first_reply_at, clock.last_reply_at = clock.first_reply_at or happening.at, happening.at
    return _UPDATES


def _settle(clock: Clock, at: datetime, plan: Plan, restarted: frozenset[str], restored: frozenset[str]) -> None:
    """Let every target do what the state of the ticket asks of it."""
    for metric in (*plan.goals, *([Metric.WINDOW.value] if plan.window else [])):
        phase, target = _phase(metric, clock), clock.targets.get(metric)
        if phase is _Phase.ENDS:
            if target and not target.ended_at:
                _end(target, at, plan, metric)
            continue
        if target is None or metric in restarted:
            target = clock.targets[metric] = Target(at)
        if target.ended_at:
            # A reply that did not go out was none: what has passed since then counts.
            target.since = target.ended_at if metric in restored else None
            target.ended_at = None
            _plan_moments(target, clock, plan, metric)
        if phase is _Phase.RUNS:
            _run(target, at, clock, plan, metric)
        else:
            _stop(target, at, plan, metric)


def _phase(metric: str, clock: Clock) -> _Phase:
    """Return what a target of this metric does in the state that the ticket is in.

    Snoozed after our reply, a ticket waits for the customer; snoozed before it, for somebody or something else.
    """
    waits_for_customer = clock.snoozed and not clock.awaiting
    is_answered = clock.first_reply_at is not None
    ended, paused = {
        Metric.FIRST_REPLY: (is_answered or not clock.asked, False),
        Metric.NEXT_REPLY: (not is_answered or not clock.awaiting, False),
        Metric.PERIODIC_UPDATE: (not is_answered, False),
        Metric.PAUSABLE_UPDATE: (not is_answered, waits_for_customer),
        Metric.REQUESTER_WAIT: (not clock.asked, waits_for_customer),
        Metric.AGENT_WORK: (not clock.asked, clock.snoozed),
        Metric.RESOLUTION: (not clock.asked, False),
        Metric.WINDOW: (not clock.awaiting, False),
    }[Metric(metric)]
    if ended or clock.resolved:
        return _Phase.ENDS
    return _Phase.PAUSES if paused else _Phase.RUNS


def _run(target: Target, at: datetime, clock: Clock, plan: Plan, metric: str) -> None:
    if target.since is None:
        target.since = at
        _plan_moments(target, clock, plan, metric)


def _stop(target: Target, at: datetime, plan: Plan, metric: str) -> None:
    """Let a target run no further, with what has passed; one that stops too late is breached."""
    if target.since is None:
        return
    if target.due_at and at > target.due_at:
        target.warned = target.breached = True
    target.used += _week(plan, metric).between(target.since, at)
    target.since = target.due_at = target.soon_at = None


def _end(target: Target, at: datetime, plan: Plan, metric: str) -> None:
    _stop(target, at, plan, metric)
    target.ended_at = at


def _plan_moments(target: Target, clock: Clock, plan: Plan, metric: str) -> None:
    """Work out when a target that runs is due, and when it is to be warned of."""
    if target.since is None:
        return
    if metric == Metric.WINDOW and plan.window and clock.heard_at:
        target.due_at = clock.heard_at + plan.window
        target.soon_at = target.due_at - min(WINDOW_WARNING, plan.window / 4)
    elif metric in plan.goals:
        goal, week = plan.goals[metric], _week(plan, metric)
        target.due_at = week.add(target.since, goal.time - target.used)
        target.soon_at = week.add(target.since, goal.time - target.used - goal.warning)


def _week(plan: Plan, metric: str) -> WorkingWeek:
    goal = plan.goals.get(metric)
    return plan.week if goal and goal.working else ROUND_THE_CLOCK
