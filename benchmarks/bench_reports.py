"""What reading the reputation page costs as messages grow, and what keeping its figures costs a change.

A year of figures is written set-based, as so many messages leave them behind: every brand, value and day that messages
reach. `BENCH_MESSAGES` says how many messages at most; without it a million. `BENCH_MESSAGES=10000000` is the goal's.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.stage import Cast, make_cast, scratch, show

if TYPE_CHECKING:
    from accounts.models import User
    from inbox.connectors.base import IncomingMessage

MOST = int(os.environ.get("BENCH_MESSAGES", "1000000"))
SIZES = [size for size in (100_000, 1_000_000, 10_000_000) if size <= MOST] or [MOST]
DAYS, CALLS, CHANGES = 365, 7, 30
# How many values of each kind a large organization has.
VALUES = {
    "all": 1,
    "channel": 12,
    "team": 10,
    "language": 8,
    "region": 12,
    "topic": 40,
    "agent": 150,
    "purpose": 7,
    "position": 80,
}
BRANDS = 3


def main() -> None:
    """Measure at each size, then what a change costs."""
    first: dict[str, float] = {}
    with scratch("reports"):
        cast = make_cast()
        owner = _brands(cast)
        for size in SIZES:
            rows = _fill(owner, size)
            _measure(owner, size, rows, first)
        _measure_changes(cast)


def _measure(owner: "User", size: int, rows: int, first: dict[str, float]) -> None:
    for cut in ("topic", "agent"):
        took = _middle(partial(_read, owner, cut))
        before = first.setdefault(cut, took)
        grown = f"×{took / before:.2f} of {SIZES[0]:,} ({rows:,} rows by day)"
        show(f"a year by {cut}, beside the year before, at {size:,}", f"{took:.0f} ms", grown, "< 300 ms")


def _read(owner: "User", cut: str) -> None:
    from inbox.queries.reputation import read_wanted, reputation_of
    from inbox.queries.reputation_page import cards_in, charts_of, table_of

    wanted = read_wanted({"days": "365", "cut": cut}, owner, ())
    found = reputation_of(owner, wanted)
    cards_in(wanted, found)
    charts_of(wanted, found)
    table_of(cut, found.rows)


def _measure_changes(cast: Cast) -> None:
    """Show what the worker does for one message and for a thousand, beside storing them."""
    from inbox.actions.messages import receive_messages
    from inbox.actions.rollups import keep_rollups

    keep_rollups(seconds=600)
    base = 0.0
    for number in (1, 1_000):
        stored, kept = [], []
        for round_ in range(CHANGES if number == 1 else 3):
            started = time.perf_counter()
            receive_messages(cast.channel, [_incoming(f"{number}-{round_}-{at}") for at in range(number)][:500])
            stored.append(time.perf_counter() - started)
            started = time.perf_counter()
            keep_rollups()
            kept.append(time.perf_counter() - started)
        messages = min(number, 500)
        took, storing = median(kept) * 1000 / messages, median(stored) * 1000 / messages
        base = base or took
        reference = f"storing one: {storing:.2f} ms: ×{took / storing:.2f}; ×{took / base:.2f} of one at a time"
        show(f"figures kept for a message, {messages} at a time", f"{took:.2f} ms", reference)


def _incoming(name: str) -> "IncomingMessage":
    from django.utils import timezone

    from inbox.connectors.base import Author, IncomingMessage

    author = Author(external_id=f"a{name}", username=f"@a{name}", name=f"A {name}")
    return IncomingMessage(
        external_id=f"m{name}",
        thread_key=f"t{name}",
        author=author,
        sent_at=timezone.now(),
        text="Where is my train?",
    )


def _brands(cast: Cast) -> "User":
    """Let the organization have some brands, and return who looks at it."""
    from accounts.models import Brand, User

    organization = cast.channel.organization_id
    for at in range(1, BRANDS):
        Brand.objects.create(organization_id=organization, name=f"Brand {at}", slug=f"brand-{at}")
    return User.objects.get(email="o@bench.example")


def _fill(owner: "User", size: int) -> int:
    """Write the figures of two years in which so many messages came a year; return how many rows that is."""
    from django.db import connection
    from django.utils import timezone

    from inbox.actions.rollup_rows import compose_months
    from inbox.rollup_facts import CLASSES

    today = timezone.now().date()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE inbox_rollupday, inbox_rollupmonth")
        for kind, values in VALUES.items():
            # Of a day's messages of a brand, so many under one value; where less than one, not every day has a row.
            each = size / DAYS / BRANDS / values
            cursor.execute(
                _FILL,
                {
                    "organization": owner.organization_id,
                    "kind": kind,
                    "values": values,
                    "each": each,
                    "since": today - timedelta(days=2 * DAYS),
                    "until": today,
                    "classes": CLASSES,
                },
            )
        compose_months(owner.organization_id or 0)
        cursor.execute("ANALYZE inbox_rollupday, inbox_rollupmonth")
        cursor.execute("SELECT count(*) FROM inbox_rollupday")
        return int(cursor.fetchone()[0])


_FILL = """
INSERT INTO inbox_rollupday (
    organization_id, kind, day, brand_id, value, opened, asked, positive, neutral, negative, whenever, in_turn, soon,
    at_once, replies, signed, better, same, worse, resolved, reopened, first_reply, resolution)
SELECT %(organization)s, %(kind)s, day::date, b.id, CASE %(kind)s WHEN 'all' THEN '' ELSE v::text END,
       n / 2, n, n / 5, n / 2, n / 4, n / 2, n / 3, n / 8, n / 20, n * 9 / 10, n / 2, n / 6, n / 3, n / 9, n / 2,
       n / 20,
       ARRAY(SELECT (n * c / 600)::int FROM generate_series(1, %(classes)s) AS c),
       ARRAY(SELECT (n * c / 600)::int FROM generate_series(1, %(classes)s) AS c)
FROM generate_series(%(since)s::date, %(until)s::date, '1 day') AS day
CROSS JOIN accounts_brand b CROSS JOIN generate_series(1, %(values)s) AS v
CROSS JOIN LATERAL (SELECT ceil(%(each)s * (0.5 + random()))::int + 0 * v AS n, random() AS chance) AS said
WHERE b.organization_id = %(organization)s AND said.chance < greatest(%(each)s, 0.02)
"""


def _middle(call: Callable[[], object]) -> float:
    """Return the median of the milliseconds that a call takes, once it is warm."""
    call()
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
