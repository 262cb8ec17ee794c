"""The clock of a ticket: what each measure counts, against a reference that looks at every minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.working_time import Opening, WorkingWeek
from inbox.deadlines import Clock, Goal, Happening, Metric, Plan, changes_between, follow, snapshot, tick

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
OFFICE = WorkingWeek(ZoneInfo("UTC"), tuple(Opening(day, 9 * 60, 17 * 60) for day in range(5)))
SERVICE = [metric for metric in Metric if metric != Metric.WINDOW]
ASKED, REPLIED = "message.received", "reply.queued"
RESOLVED, REOPENED, SNOOZED, WOKEN = "ticket.resolved", "ticket.reopened", "ticket.snoozed", "ticket.woken"


def plan_of(*metrics, time=HOUR, warning=10 * MINUTE, working=False, **fields):
    return Plan({metric.value: Goal(time, warning, working) for metric in metrics}, **fields)


def play(plan, *story):
    """Return the clock after a story of (minute, kind)."""
    clock = Clock()
    follow(clock, [Happening(kind, MONDAY + minute * MINUTE) for minute, kind in story], plan)
    return clock


def due(plan, *story):
    """Return in which minute of Monday each running target is due."""
    return {metric: (target.due_at - MONDAY) / MINUTE for metric, target in play(plan, *story).running}


@pytest.mark.parametrize(
    ("metric", "story", "minute"),
    [
        (Metric.FIRST_REPLY, [(0, ASKED)], 60),
        (Metric.FIRST_REPLY, [(0, ASKED), (5, ASKED)], 60),
        (Metric.FIRST_REPLY, [(0, ASKED), (5, SNOOZED)], 60),
        (Metric.FIRST_REPLY, [(0, ASKED), (5, REPLIED)], None),
        (Metric.FIRST_REPLY, [(0, ASKED), (5, RESOLVED)], None),
        (Metric.FIRST_REPLY, [(0, ASKED), (5, RESOLVED), (30, REOPENED), (30, ASKED)], 90),
        (Metric.FIRST_REPLY, [(0, ASKED), (5, RESOLVED), (30, REOPENED)], 85),
        (Metric.NEXT_REPLY, [(0, ASKED)], None),
        (Metric.NEXT_REPLY, [(0, ASKED), (5, REPLIED), (20, ASKED), (25, ASKED)], 80),
        (Metric.NEXT_REPLY, [(0, ASKED), (5, REPLIED), (20, ASKED), (25, REPLIED), (30, ASKED)], 90),
        (Metric.PERIODIC_UPDATE, [(0, ASKED)], None),
        (Metric.PERIODIC_UPDATE, [(0, ASKED), (5, REPLIED)], 65),
        (Metric.PERIODIC_UPDATE, [(0, ASKED), (5, REPLIED), (10, SNOOZED)], 65),
        (Metric.PERIODIC_UPDATE, [(0, ASKED), (5, REPLIED), (40, REPLIED)], 100),
        (Metric.PAUSABLE_UPDATE, [(0, ASKED), (5, REPLIED), (10, SNOOZED)], None),
        (Metric.PAUSABLE_UPDATE, [(0, ASKED), (5, REPLIED), (10, SNOOZED), (40, WOKEN)], 95),
        (Metric.REQUESTER_WAIT, [(0, ASKED), (5, SNOOZED)], 60),
        (Metric.REQUESTER_WAIT, [(0, ASKED), (5, REPLIED), (10, SNOOZED), (40, WOKEN)], 90),
        (Metric.REQUESTER_WAIT, [(0, ASKED), (10, RESOLVED), (40, REOPENED)], 90),
        (Metric.AGENT_WORK, [(0, ASKED), (5, SNOOZED)], None),
        (Metric.AGENT_WORK, [(0, ASKED), (5, SNOOZED), (35, WOKEN)], 90),
        (Metric.RESOLUTION, [(0, ASKED), (5, REPLIED), (10, SNOOZED)], 60),
        (Metric.RESOLUTION, [(0, ASKED), (5, RESOLVED)], None),
    ],
)
def test_each_measure_counts_what_its_name_says(metric, story, minute):
    assert due(plan_of(metric), *story) == ({metric.value: minute} if minute else {})


def test_a_ticket_that_we_opened_has_a_next_reply_and_no_first():
    story = [(0, "message.seen_on_network"), (10, ASKED)]

    assert due(plan_of(Metric.FIRST_REPLY, Metric.NEXT_REPLY), *story) == {"next_reply": 70}


def test_a_reply_that_did_not_go_out_was_none():
    story = [(0, ASKED), (5, REPLIED), (20, "ticket.unanswered")]

    assert due(plan_of(Metric.FIRST_REPLY), *story) == {"first_reply": 60}


def test_a_message_that_comes_late_does_not_turn_the_conversation_round():
    clock, plan = Clock(), plan_of(Metric.FIRST_REPLY, Metric.NEXT_REPLY)
    late = Happening(ASKED, MONDAY + 9 * MINUTE, MONDAY + MINUTE)

    follow(clock, [Happening(ASKED, MONDAY), Happening(REPLIED, MONDAY + 5 * MINUTE), late], plan)

    assert clock.running == []


def test_the_reply_window_begins_anew_with_every_message_of_the_customer():
    plan = Plan({}, window=24 * HOUR)

    assert due(plan, (0, ASKED), (30, ASKED)) == {"window": 30 + 24 * 60}
    assert due(plan, (0, ASKED), (30, REPLIED)) == {}


def test_working_time_is_that_of_the_team_and_the_warning_too():
    clock = play(plan_of(Metric.FIRST_REPLY, time=8 * HOUR, working=True, week=OFFICE), (0, ASKED))

    ((_name, target),) = clock.running
    tuesday = MONDAY + timedelta(days=1)
    assert (target.soon_at, target.due_at) == (tuesday - 10 * MINUTE, tuesday)


def test_a_target_is_warned_of_once_and_breached_once():
    clock = play(plan_of(Metric.FIRST_REPLY), (0, ASKED))
    told = []
    for minute in (49, 50, 51, 59, 60, 61):
        before = snapshot(clock)
        tick(clock, MONDAY + minute * MINUTE)
        told += [(minute, c.kind) for c in changes_between(before, clock.targets, MONDAY + minute * MINUTE)]

    assert told == [(50, "warned"), (60, "breached")]
    assert clock.next_at is None


def test_a_reply_that_comes_too_late_breaches_even_where_nobody_looked_meanwhile():
    clock, plan = play(plan_of(Metric.FIRST_REPLY), (0, ASKED)), plan_of(Metric.FIRST_REPLY)
    before = snapshot(clock)

    follow(clock, [Happening(REPLIED, MONDAY + 61 * MINUTE)], plan)

    kinds = [change.kind for change in changes_between(before, clock.targets, MONDAY + 61 * MINUTE)]
    assert kinds == ["breached", "fulfilled"]


def test_what_became_of_each_target_is_said():
    plan = plan_of(*SERVICE)
    clock, told = Clock(), []
    for minute, kind in [(0, ASKED), (5, REPLIED), (10, SNOOZED), (15, WOKEN), (15, ASKED), (20, RESOLVED)]:
        before, at = snapshot(clock), MONDAY + minute * MINUTE
        follow(clock, [Happening(kind, at)], plan)
        told.append({(c.metric, c.kind) for c in changes_between(before, clock.targets, at)})

    asked, replied, snoozed, woken, asked_again, resolved = told
    running = {(metric, "activated") for metric in ("requester_wait", "agent_work", "resolution")}
    assert asked == running | {("first_reply", "activated")}
    assert replied == {("first_reply", "fulfilled"), ("periodic_update", "activated"), ("pausable_update", "activated")}
    assert snoozed == {(metric, "paused") for metric in ("pausable_update", "requester_wait", "agent_work")}
    assert woken == {(metric, "activated") for metric in ("pausable_update", "requester_wait", "agent_work")}
    assert asked_again == {("next_reply", "activated")}
    assert resolved == {(metric.value, "fulfilled") for metric in SERVICE if metric != Metric.FIRST_REPLY}


@st.composite
def stories(draw):
    """Return what may happen to a ticket: the moves that its status allows, at rising minutes."""
    minute, status, story = 0, "open", [(0, ASKED)]
    allowed = {"open": [SNOOZED, RESOLVED], "snoozed": [WOKEN, RESOLVED], "resolved": [REOPENED]}
    after = {SNOOZED: "snoozed", RESOLVED: "resolved", WOKEN: "open", REOPENED: "open"}
    for step in draw(st.lists(st.integers(1, 400), max_size=8)):
        minute += step
        talk = [REPLIED] if status != "open" else [ASKED, REPLIED]
        kind = draw(st.sampled_from([*talk, *allowed[status]]))
        status = after.get(kind, status)
        story.append((minute, kind))
    return story


def minutes_used(metric, story, week, until):
    """Count the minutes that a summed measure counts, by looking at the ticket's state in each."""
    status, awaiting, used, happened = "open", False, 0, list(story)
    for minute in range(until):
        while happened and happened[0][0] <= minute:
            kind = happened.pop(0)[1]
            awaiting = {ASKED: True, REPLIED: False}.get(kind, awaiting)
            status = {SNOOZED: "snoozed", RESOLVED: "resolved", WOKEN: "open", REOPENED: "open"}.get(kind, status)
        paused = {
            Metric.REQUESTER_WAIT: status == "snoozed" and not awaiting,
            Metric.AGENT_WORK: status == "snoozed",
            Metric.RESOLUTION: False,
        }[metric]
        at = MONDAY + minute * MINUTE
        used += status != "resolved" and not paused and bool(week.between(at, at + MINUTE))
    return used


@given(stories(), st.sampled_from([Metric.REQUESTER_WAIT, Metric.AGENT_WORK, Metric.RESOLUTION]), st.booleans())
@settings(deadline=None, max_examples=100)
def test_summed_measures_agree_with_looking_at_every_minute(story, metric, working):
    week = OFFICE if working else WorkingWeek()
    goal, last = timedelta(days=2), story[-1][0]
    clock = play(plan_of(metric, time=goal, working=working, week=OFFICE), *story)

    target = clock.targets[metric]
    used = target.used + (week.between(target.since, MONDAY + last * MINUTE) if target.since else timedelta())
    assert used == minutes_used(metric, story, week, last) * MINUTE
    if target.due_at:
        assert week.between(target.since, target.due_at) == goal - target.used


@given(stories())
@settings(deadline=None, max_examples=60)
def test_a_log_read_event_by_event_gives_what_it_gives_read_at_once(story):
    plan = plan_of(*SERVICE, working=True, week=OFFICE)
    clock = Clock()
    for minute, kind in story:
        follow(clock, [Happening(kind, MONDAY + minute * MINUTE)], plan)

    assert clock == play(plan, *story)
