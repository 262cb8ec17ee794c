"""Keeps who stands in which saved view, and how many: follows the log, judging each ticket that changed once.

One worker at a time does it. What it costs depends on how much changes and on how many views an organization has
saved; never on how many people look at them. The tickets are the truth: every view is found from scratch when it is
new and once a day, which also turns the page for “today” and heals what no event told of.
"""

import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BigIntegerField, Max, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from inbox import outbox
from inbox.actions.deadline_rows import open_reader
from inbox.models import LogReader, SavedView, Ticket
from inbox.models.saved_views import SavedViewQuerySet
from inbox.queries.saved_views import members_of
from inbox.queries.search_tokens import Named
from inbox.queries.search_words import changes_with_time, read_search

READER = "views"
WORK_SECONDS = 20.0
EVENTS = 500
# Tickets that are looked at in one go when a view is found from scratch; by the numbers of their rows.
STRETCH = 50_000
OLDEST = timedelta(days=1)
# Of a customer who is called otherwise now, so many tickets are judged again.
MOST_OF_A_CUSTOMER = 500
# How long the statement that judges is kept. It names teams, brands, channels, people and statuses by their ids.
KEPT_SECONDS = 10


class Step(NamedTuple):
    """A ticket that came into a view, left it, or stands in it for somebody else."""

    view: int
    ticket: int
    team: int
    assignee: int


def keep_views(*, seconds: float = WORK_SECONDS) -> int:
    """Bring all saved views up to date, for so long at most; return how many events and views were looked at."""
    stop_at, done = time.monotonic() + seconds, 0
    while time.monotonic() < stop_at and (count := keep_some()):
        done += count
    return done


@transaction.atomic(durable=True)
def keep_some(*, now: datetime | None = None) -> int:
    """Judge the tickets that the next events of the log name, and find a stretch of a view from scratch."""
    now = now or timezone.now()
    open_reader(READER)
    reader = LogReader.objects.select_for_update(skip_locked=True).filter(name=READER).first()
    if reader is None:
        return 0
    read = _follow_log(reader)
    return read + _build_some(now)


def _follow_log(reader: LogReader) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_EVENTS, [reader.transaction, reader.event, EVENTS])
        rows = cursor.fetchall()
    if not rows:
        return 0
    LogReader.objects.filter(pk=READER).update(transaction=rows[-1][0], event=rows[-1][1])
    changed = {(organization, ticket) for *_place, organization, ticket, _contact in rows if ticket}
    for organization, contact in {(row[2], row[4]) for row in rows if row[4]}:
        theirs = Ticket.objects.filter(contact=contact, organization=organization).order_by("-pk")
        changed |= {(organization, pk) for pk in theirs.values_list("pk", flat=True)[:MOST_OF_A_CUSTOMER]}
    for organization, group in groupby(sorted(changed), key=lambda pair: pair[0]):
        _judge(organization, [ticket for _organization, ticket in group])
    return len(rows)


_NEXT_EVENTS = """
SELECT transaction::text, id, organization_id, ticket_id,
       CASE WHEN ticket_id IS NULL THEN (facts ->> 'contact')::bigint END
FROM inbox_event
WHERE (transaction, id) > (%s::xid8, %s) AND transaction < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY transaction, id LIMIT %s
"""


def _judge(organization_id: int, tickets: Sequence[int]) -> None:
    """Write down what changed for these tickets in any view of their organization, and tell the pages."""
    # Held meanwhile: nobody changes or deletes one.
    held = SavedView.objects.select_for_update(no_key=True, of=("self",))
    views = list(held.filter(organization=organization_id).order_by("pk"))
    if views:
        _tell(organization_id, _write(views, "= ANY(%s::bigint[])", [list(tickets)]))


def _build_some(now: datetime) -> int:
    """Find the next stretch of a view from scratch; return whether there was one."""
    held = SavedView.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    view = held.filter(build_from__isnull=False).order_by("built_at", "pk").first() or _oldest(held, now)
    if view is None:
        return 0
    after = view.build_from or 0
    end = after + STRETCH
    _write([view], "BETWEEN %s AND %s", [after + 1, end])
    last = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
    if end < last:
        SavedView.objects.filter(pk=view.pk).update(build_from=end)
    else:
        _count_anew(view)
        SavedView.objects.filter(pk=view.pk).update(build_from=None, built_at=now)
        _tell_counts(view.organization_id, [view.pk])
    return 1


def _oldest(views: SavedViewQuerySet, now: datetime) -> SavedView | None:
    """Return a view that was built a day ago, or yesterday where it speaks of days that move."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    old = views.filter(built_at__lt=midnight).order_by("built_at", "pk")
    return next((view for view in old if view.built_at and _is_old(view, view.built_at, now)), None)


def _is_old(view: SavedView, built_at: datetime, now: datetime) -> bool:
    return built_at < now - OLDEST or changes_with_time(view.query)


def _write(views: Sequence[SavedView], scope: str, limits: Sequence[int | list[int]]) -> list[Step]:
    """Make the members among some tickets what they are now, with the counts; return what changed but their places."""
    known = tuple((view.pk, view.query) for view in views)
    found, params = _finder(views[0].organization_id, known, int(time.time() // KEPT_SECONDS))
    sql = _WRITE.format(found=found, scope=scope)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *limits, [view.pk for view in views], *limits])
        return [Step(*row) for row in cursor.fetchall()]


@lru_cache(100)
def _finder(organization_id: int, views: tuple[tuple[int, str], ...], _now: int) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that finds members of these views; making it takes longer than running it."""
    named, finders = Named(organization_id), list[tuple[str, tuple[Any, ...]]]()
    for pk, query in views:
        found = members_of(organization_id, read_search(query, named))
        whose = Coalesce("assignee_id", 0, output_field=BigIntegerField())
        members = found.annotate(view=Value(pk, BigIntegerField()), whose=whose)
        with suppress(EmptyResultSet):
            kept = members.values_list("view", "pk", "team_id", "whose", "last_message_at")
            finders.append(kept.query.sql_with_params())
    sql = " UNION ALL ".join(f"({sql})" for sql, _params in finders)
    return sql or "SELECT 0, 0, 0, 0, now() WHERE false", tuple(param for _sql, params in finders for param in params)


_WRITE = """
WITH found(view_id, ticket_id, team_id, assignee_id, said) AS MATERIALIZED (
    SELECT * FROM ({found}) AS f(view_id, ticket_id, team_id, assignee_id, said) WHERE ticket_id {scope}
),
before AS MATERIALIZED (
    SELECT m.view_id, m.ticket_id, m.team_id, m.assignee_id, m.last_message_at AS said FROM inbox_viewmember m
    WHERE m.view_id = ANY(%s::bigint[]) AND m.ticket_id {scope}
), steps AS MATERIALIZED (
    SELECT coalesce(f.view_id, b.view_id) AS view_id, coalesce(f.ticket_id, b.ticket_id) AS ticket_id,
           f.team_id, f.assignee_id, f.said, b.team_id AS old_team, b.assignee_id AS old_assignee
    FROM found f FULL JOIN before b ON f.view_id = b.view_id AND f.ticket_id = b.ticket_id
    WHERE (f.team_id, f.assignee_id, f.said) IS DISTINCT FROM (b.team_id, b.assignee_id, b.said)
), gone AS (
    DELETE FROM inbox_viewmember m USING steps s
    WHERE m.view_id = s.view_id AND m.ticket_id = s.ticket_id AND s.team_id IS NULL
), come AS (
    INSERT INTO inbox_viewmember (view_id, ticket_id, team_id, assignee_id, last_message_at)
    SELECT view_id, ticket_id, team_id, assignee_id, said FROM steps WHERE team_id IS NOT NULL
    ON CONFLICT (view_id, ticket_id) DO UPDATE SET team_id = excluded.team_id, assignee_id = excluded.assignee_id,
        last_message_at = excluded.last_message_at
), counted AS (
    INSERT INTO inbox_viewcount AS c (view_id, team_id, assignee_id, tickets)
    SELECT view_id, team_id, assignee_id, sum(step) FROM (
        SELECT view_id, team_id, assignee_id, 1 AS step FROM steps WHERE team_id IS NOT NULL
        UNION ALL SELECT view_id, old_team, old_assignee, -1 FROM steps WHERE old_team IS NOT NULL
    ) AS moves(view_id, team_id, assignee_id, step)
    GROUP BY view_id, team_id, assignee_id HAVING sum(step) <> 0
    ON CONFLICT (view_id, team_id, assignee_id) DO UPDATE SET tickets = c.tickets + excluded.tickets
)
SELECT view_id, ticket_id, coalesce(team_id, old_team), coalesce(assignee_id, old_assignee) FROM steps
WHERE (team_id, assignee_id) IS DISTINCT FROM (old_team, old_assignee)
"""


def _count_anew(view: SavedView) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inbox_viewcount WHERE view_id = %s", [view.pk])
        cursor.execute(
            "INSERT INTO inbox_viewcount (view_id, team_id, assignee_id, tickets)"
            " SELECT view_id, team_id, assignee_id, count(*) FROM inbox_viewmember WHERE view_id = %s GROUP BY 1, 2, 3",
            [view.pk],
        )


def _tell(organization_id: int, steps: Collection[Step]) -> None:
    """Say, after commit, whose counts moved and which tickets came or went."""
    if steps:
        tickets = sorted({(step.ticket, step.team, step.assignee) for step in steps})
        _tell_counts(organization_id, sorted({step.view for step in steps}), tickets)


def _tell_counts(organization_id: int, views: Sequence[int], tickets: Sequence[tuple[int, int, int]] = ()) -> None:
    body = {"judged": {"organization": organization_id, "views": views, "tickets": tickets}}

    def publish_judged() -> None:
        outbox.publish(body)

    transaction.on_commit(publish_judged, robust=True)
