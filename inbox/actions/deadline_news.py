"""Tells people of deadlines that are near or have passed: whoever has the ticket, or else those who lead its team."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import User
from accounts.permissions import holders
from inbox import events
from inbox.actions.notifications import store_notifications
from inbox.deadlines import Change, Clock
from inbox.models import Notification, Reason

# What should have been said longer ago is no news: a first policy does not tell of every old ticket at once.
NEWS = timedelta(hours=1)
_REASONS = {"warned": Reason.DUE_SOON, "breached": Reason.OVERDUE}


class Moved(NamedTuple):
    """A ticket as it is now, its clock, and what became of its targets; the state names team and assignee."""

    organization: int
    state: Mapping[str, events.Scalar]
    clock: Clock
    changes: Sequence[Change]


class _News(NamedTuple):
    """One thing to tell of one ticket."""

    ticket: int
    reason: Reason
    metric: str


def tell_of_deadlines(tickets: Mapping[int, Moved], now: datetime) -> None:
    """Notify of what was warned of or breached just now and still runs; three statements, part of an action."""
    news = [_News(pk, *said) for pk, moved in tickets.items() for said in _worth_telling(moved, now)]
    states = {each.ticket: tickets[each.ticket].state for each in news}
    leads = _leads([state["team"] for state in states.values() if state["assignee"] is None])
    rows = [
        Notification(
            organization_id=tickets[each.ticket].organization,
            user_id=person,
            ticket_id=each.ticket,
            reason=each.reason,
            metric=each.metric,
            created_at=now,
        )
        for each in news
        for person in _concerned(states[each.ticket], leads)
    ]
    store_notifications(rows)


def _worth_telling(moved: Moved, now: datetime) -> Iterator[tuple[Reason, str]]:
    for change in moved.changes:
        target = moved.clock.targets.get(change.metric)
        if change.kind not in _REASONS or target is None or target.since is None:
            continue
        moment = target.due_at if change.kind == "breached" else target.soon_at
        if moment and moment > now - NEWS and target.started_at == change.target.started_at:
            yield _REASONS[change.kind], change.metric


def _concerned(state: Mapping[str, events.Scalar], leads: Mapping[object, list[int]]) -> list[int]:
    assignee = state["assignee"]
    return [assignee] if isinstance(assignee, int) else leads.get(state["team"], [])


def _leads(teams: Sequence[events.Scalar]) -> dict[object, list[int]]:
    """Return for each of these teams who leads it."""
    asked = {team for team in teams if isinstance(team, int)}
    people = User.objects.filter(teams__in=asked, is_active=True, role__in=holders("deadline.hear"))
    found: dict[object, list[int]] = {}
    for team, person in people.values_list("teams", "pk").order_by("pk") if asked else ():
        found.setdefault(team, []).append(person)
    return found
