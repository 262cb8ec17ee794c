"""What saved views cost: their lists and counts as tickets grow, and one change as views and people grow.

`BENCH_TICKETS` says how many tickets at most; without it a million.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.bench_list import _fill
from benchmarks.stage import Cast, make_cast, scratch, show

if TYPE_CHECKING:
    from inbox.queries.live import Access

MOST = int(os.environ.get("BENCH_TICKETS", "1000000"))
SIZES = [size for size in (10_000, 100_000, 1_000_000) if size <= MOST]
VIEWS, PEOPLE, CALLS, CHANGES = (1, 20, 100), (1, 100, 1_000), 30, 20
QUERIES = (
    "is:open",
    "is:open is:mine",
    "is:unassigned priority:high,urgent",
    "is:open feeling:negative",
    "is:open label:refund",
    "is:open -label:refund topic:delay",
    "is:open language:de",
    "is:unanswered urgency:soon",
    "is:snoozed",
    "status:waiting language:de",
    "is:resolved topic:refund feeling:negative",
    "is:resolved label:refund language:fr",
    "priority:urgent",
    "priority:urgent feeling:negative language:de",
    "team:bench is:open priority:low",
    "brand:bench topic:refund is:open",
    "network:bluesky is:open language:fr",
    "created-after:1d priority:high",
    "-is:resolved -is:mine priority:high",
    "topic:lost",
)


@dataclass(eq=False)
class Page:
    """An open page, as far as counts go."""

    access: "Access"


def main() -> None:
    """Measure at each size, then one change at the largest."""
    first: dict[str, float] = {}
    with scratch("views"):
        cast = make_cast()
        for size in SIZES:
            _prepare(cast, size)
            _measure(cast, size, first)
        _measure_changes(cast)


def _measure(cast: Cast, size: int, first: dict[str, float]) -> None:
    from inbox.models import SavedView
    from inbox.queries.lists import page_of, shown_count
    from inbox.queries.saved_views import asked_by, saved_counts, tickets_in_saved

    views = list(SavedView.objects.order_by("pk"))
    agent = cast.agent
    lists = [_middle(partial(page_of, view.key, agent)) for view in views]
    built_in = _middle(lambda: page_of("open", agent))
    counts = _middle(lambda: saved_counts(agent))
    # Kept for the reference alone: every view counted from its tickets, as far as a count is shown.
    found = [tickets_in_saved(view, agent)[0] for view in views]
    direct = _middle(lambda: [shown_count(one.order_by()[:1000].count()) for one in found], 5)
    asking = _middle(lambda: [asked_by(view) for view in views], 5) / len(views)
    slow = views[max(range(len(views)), key=lambda at: lists[at])]
    one, worst = median(lists), max(lists)
    first.setdefault("list", one)
    first.setdefault("counts", counts)
    grown = f"×{one / first['list']:.2f} of {SIZES[0]:,}"
    reference = f"“All open” {built_in:.1f} ms: ×{one / built_in:.2f}; {grown}"
    show(f"list of a saved view at {size:,}", f"median {one:.1f} ms, worst {worst:.1f} ms", reference, "≤ ×2")
    grown = f"×{counts / first['counts']:.2f} of {SIZES[0]:,}"
    reference = f"counting each anew {direct:.1f} ms: ×{counts / direct:.3f}; {grown}"
    show(f"counts of {len(views)} views at {size:,}", f"{counts:.1f} ms", reference, "< 5 ms")
    show("  the slowest list; reading conditions", f"“{slow.query}”", f"{asking:.2f} ms a view")


def _measure_changes(cast: Cast) -> None:
    """Show what the worker and a hub do for one change of a ticket, as views and people grow."""
    base = 0.0
    for number in VIEWS:
        _have_views(cast, number)
        took = _judging(cast)
        base = base or took
        show(f"one change judged against {number} views", f"{took:.1f} ms", f"×{took / base:.2f} of {VIEWS[0]}")
    base = 0.0
    for number in PEOPLE:
        took = _telling(cast, number)
        base = base or took
        show(f"one change told to {number:,} people", f"{took:.2f} ms", f"×{took / base:.2f} of one", "< ×100 of one")


def _judging(cast: Cast) -> float:
    """Return the milliseconds in which the worker takes in one change, its transaction and all."""
    from inbox.actions.tickets import set_priority
    from inbox.actions.view_members import keep_some, keep_views
    from inbox.models import Priority, Ticket

    keep_views()
    ticket, times = Ticket.objects.filter(status="open").earliest("pk"), []
    for number in range(CHANGES):
        ticket = set_priority(ticket, Priority(number % 4), by=cast.agent)
        started = time.perf_counter()
        keep_some()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


def _telling(cast: Cast, people: int) -> float:
    """Return the milliseconds in which a hub finds what each of so many pages is told of one view."""
    from inbox.models import SavedView
    from inbox.queries.judgements import by_what_they_see, counts_of
    from inbox.queries.live import Access

    teams = frozenset({cast.channel.team_id})
    organization = cast.channel.organization_id
    pages = [
        Page(Access(pk, f"Agent {pk}", organization, "en", frozenset({f"user.{pk}"}), teams, False, False))
        for pk in range(10**6, 10**6 + people)
    ]
    view = SavedView.objects.filter(owner=None).earliest("pk").pk
    return _middle(lambda: by_what_they_see(counts_of([view]), pages))


def _prepare(cast: Cast, size: int) -> None:
    """Bring the organization to so many tickets of all kinds, and 20 views to their members."""
    from django.db import connection

    from inbox.actions.view_members import keep_views
    from inbox.models import Label, SavedView, Ticket

    last = Ticket.objects.count()
    _fill(cast, size)
    label = Label.objects.get_or_create(organization_id=cast.channel.organization_id, name="refund")[0]
    with connection.cursor() as cursor:
        cursor.execute(_VARY, [last])
        cursor.execute(_LABEL, [label.pk, last])
    _have_views(cast, len(QUERIES))
    SavedView.objects.update(build_from=0)
    started = time.perf_counter()
    keep_views(seconds=3600)
    took = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    show(
        f"20 views found from scratch at {size:,}",
        f"{took:.1f} s",
        f"{took / 20 / size * 1e6:.1f} µs a ticket and view",
    )


def _have_views(cast: Cast, number: int) -> None:
    from accounts.models import User
    from inbox.actions.saved_views import NewView, create_view, delete_view
    from inbox.models import SavedView

    lead = User.objects.get(email="o@bench.example")
    have = list(SavedView.objects.order_by("pk"))
    for view in have[number:]:
        delete_view(view, by=lead)
    for at in range(len(have), number):
        create_view(NewView(f"View {at}", QUERIES[at % len(QUERIES)]), by=lead)


def _middle(call: Callable[[], object], calls: int = CALLS) -> float:
    """Return the median of the milliseconds that a call takes, once it is warm."""
    call()
    times: Sequence[float] = [_once(call) for _ in range(calls)]
    return median(times)


def _once(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


_VARY = """
UPDATE inbox_ticket SET
    status = CASE WHEN number %% 20 < 17 THEN 'resolved' WHEN number %% 20 = 17 THEN 'snoozed' ELSE 'open' END,
    awaiting_reply = number %% 3 = 0,
    priority = CASE number %% 97 WHEN 0 THEN 3 WHEN 1 THEN 2 WHEN 2 THEN 0 ELSE 1 END,
    language = (ARRAY['en', 'de', 'fr'])[1 + number %% 3],
    topic = (ARRAY['delay', 'refund', 'seats', 'praise', ''])[1 + number %% 5],
    sentiment = number %% 7 %% 3 - 1, urgency = number %% 11 %% 4
WHERE number > %s
"""
_LABEL = """
INSERT INTO inbox_ticket_labels (ticket_id, label_id)
SELECT id, %s FROM inbox_ticket WHERE number %% 23 = 0 AND number > %s
"""


if __name__ == "__main__":
    main()
