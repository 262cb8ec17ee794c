"""Tries a rule on the last month, without changing a thing: which tickets it would have fitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries.hours import working_weeks
from inbox.models import Event, Ticket
from inbox.queries.rows import TicketRow, rows_of
from inbox.queries.rule_facts import Happened, about, load_events, load_facts
from inbox.ticket_rules import BEGINS, HAPPENED, Conditions, Facts, Trigger, asks_for_hours, holds

DAYS = 30
MOST_EVENTS = 2_000
# Of all that happened; the log is long, and what a rule answers to may be rare in it.
MOST_LOOKED_THROUGH = 200_000
SHOWN = 20
MOST_MILLISECONDS = 3_000
# What an event says of the ticket right after it.
_THEN = {"status": "status", "assignee": "assignee", "team": "team", "brand": "brand", "priority": "priority"}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have met: how many events were looked at, how many tickets fitted, and the newest of those."""

    looked_at: int
    fitting: int
    rows: tuple[TicketRow, ...]
    # Whether there was more in the month than was looked at; and whether it took too long.
    is_part: bool = False
    took_too_long: bool = False


def try_rule(user: User, trigger: str, hours: int | None, conditions: Conditions) -> Trial:
    """Return which tickets of the last month a rule would have fitted; in three seconds or not at all.

    What the events don't say of their moment is taken as it is now.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {MOST_MILLISECONDS}")
            return _tried(user, trigger, hours, conditions)
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return Trial(0, 0, (), took_too_long=True)


def _tried(user: User, trigger: str, hours: int | None, conditions: Conditions) -> Trial:
    now = timezone.now()
    since = now - timedelta(days=DAYS)
    kinds = BEGINS.get(Trigger(trigger)) or {kind for kind, one in HAPPENED.items() if one == trigger}
    found = Event.objects.filter(organization=user.organization_id, kind__in=kinds, ticket__isnull=False)
    found = found.filter(created_at__gte=since, created_at__lte=now - timedelta(hours=hours or 0))
    edge = _edge(user)
    if edge:
        found = found.filter(pk__gt=edge.pk)
    ids = list(found.order_by("-pk").values_list("pk", flat=True)[: MOST_EVENTS + 1])
    events = list(load_events(ids[:MOST_EVENTS]).values())
    tickets = load_facts({event.ticket_id for event in events}, hours=False)
    fitting = _fitting(events, tickets, conditions)
    is_part = len(ids) > MOST_EVENTS or (edge is not None and edge.created_at >= since)
    newest = Ticket.objects.visible_to(user).filter(pk__in=fitting).latest_first()
    return Trial(len(events), len(fitting), tuple(rows_of(newest[:SHOWN])), is_part=is_part)


def _edge(user: User) -> Event | None:
    """Return the newest event of the organization that is too far back to be looked at, or None."""
    newest = Event.objects.filter(organization=user.organization_id).order_by("-pk").values_list("pk", flat=True)
    edge = newest[MOST_LOOKED_THROUGH : MOST_LOOKED_THROUGH + 1].first()
    return Event.objects.only("created_at").get(pk=edge) if edge else None


def _fitting(events: Sequence[Happened], tickets: Mapping[int, Facts], conditions: Conditions) -> set[int]:
    hours = asks_for_hours(conditions)
    weeks = working_weeks({ticket.team for ticket in tickets.values()}) if hours else {}
    fitting = set[int]()
    for event in events:
        facts = tickets.get(event.ticket_id)
        if facts is None:
            continue
        facts = _as_it_was(about(facts, event), event)
        if facts.team in weeks:
            facts = replace(facts, working=weeks[facts.team].is_open(event.created_at))
        if holds(conditions, facts):
            fitting.add(event.ticket_id)
    return fitting


def _as_it_was(facts: Facts, event: Happened) -> Facts:
    """Return the facts with what the event says of the ticket right after it."""
    then = event.facts.get("now")
    known = {field: then[name] for name, field in _THEN.items() if name in then} if isinstance(then, Mapping) else {}
    return replace(facts, **known)
