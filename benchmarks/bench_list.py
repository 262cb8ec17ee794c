"""Whether list and conversation cost the same with a million messages stored as with ten thousand."""

import time
from statistics import fmean

from benchmarks.bench_intake import fire
from benchmarks.client import request
from benchmarks.stage import Cast, make_cast, percentile, scratch, served, session_cookie, show

SIZES, CALLS = (10_000, 100_000, 1_000_000), 150
VIEWS = ("open", "unassigned", "mine")
# The agent's own ticket whose conversation is as long as they get, and how many messages that is.
LONG, MESSAGES = 10, 300


def main() -> None:
    """Measure each view's rows and a conversation, as the page fetches them, at each size."""
    first: dict[str, tuple[float, float]] = {}
    with scratch("list"):
        cast = make_cast()
        cookie = session_cookie(cast.agent)
        for size in SIZES:
            _fill(cast, size)
            # Served anew: the plans of a process that runs for long are made for the tables of today.
            with served() as address:
                medians = {view: _median(address, f"/inbox/{view}/list/", cookie) for view in VIEWS}
                thread = _median(address, f"/tickets/{LONG}/", cookie)
            for view in VIEWS:
                _show_view(cast, view, medians[view], size, first)
            before, _ = first.setdefault("thread", (thread, 0))
            show(
                f"conversation of {MESSAGES} messages, request p50, at {size:,}",
                f"{thread:.1f} ms",
                f"×{thread / before:.2f} of {SIZES[0]:,}",
                "≤ 1.3",
            )


def _show_view(cast: Cast, view: str, median: float, size: int, first: dict[str, tuple[float, float]]) -> None:
    wall, cpu = _inside(cast, view)
    before, wall_before = first.setdefault(view, (median, wall))
    grown = f"×{median / before:.2f} of {SIZES[0]:,}"
    show(f"list of “{view}”, request p50, at {size:,}", f"{median:.1f} ms", grown, "≤ 1.3")
    grown = f"×{wall / wall_before:.2f} of {SIZES[0]:,}"
    show("  of that view, queries and template", f"{wall:.1f} ms, {cpu:.1f} ms of it CPU", grown, "< 5 ms")


def _median(address: str, path: str, cookie: str) -> float:
    one = request("GET", path, {"Cookie": cookie, "HX-Request": "true"})
    fire(address, [one] * 20, 1)
    return percentile(fire(address, [one] * CALLS, 1)["latencies"], 0.5)


def _inside(cast: Cast, view: str) -> tuple[float, float]:
    """Return the middle half's mean of the milliseconds that the view takes in a warm process, and of its CPU."""
    from django.test import RequestFactory

    from inbox.views.pages import show_list

    asked = RequestFactory().get(f"/inbox/{view}/list/")
    asked.user = cast.agent
    walls, cpus = [], []
    for _ in range(CALLS):
        wall, cpu = time.perf_counter(), time.thread_time()
        show_list(asked, view=view)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.thread_time() - cpu) * 1000)
    return _middle(walls), _middle(cpus)


def _middle(values: list[float]) -> float:
    quarter = len(values) // 4
    return fmean(sorted(values)[quarter:-quarter])


def _fill(cast: Cast, upto: int) -> None:
    """Bring the organization to `upto` tickets of one message each, one in ten the agent's own, one of them long."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"upto": upto, "channel": cast.channel.pk, "agent": cast.agent.pk})
        cursor.execute(_LENGTHEN, {"number": LONG, "upto": MESSAGES})
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_FILL = """
WITH place AS (SELECT * FROM inbox_channel WHERE id = %(channel)s),
have AS (SELECT coalesce(max(number), 0) AS last FROM inbox_ticket),
contact AS (
    INSERT INTO inbox_contact (organization_id, name, language, created_at)
    SELECT organization_id, 'Customer ' || n, 'en', now() FROM place, have, generate_series(last + 1, %(upto)s) n
    RETURNING id, organization_id, replace(name, 'Customer ', '')::int AS n
), identity AS (
    INSERT INTO inbox_identity (organization_id, channel_id, contact_id, external_id, username, name, avatar_url,
                                created_at)
    SELECT organization_id, %(channel)s, id, 'c' || n, '@c' || n, 'Customer ' || n, '', now() FROM contact
    RETURNING id, contact_id, replace(external_id, 'c', '')::int AS n
), ticket AS (
    INSERT INTO inbox_ticket (organization_id, brand_id, channel_id, team_id, contact_id, identity_id, number,
        thread_key, subject, status, priority, assignee_id, language, visibility, preview, awaiting_reply, created_at,
        last_message_at, last_inbound_at)
    SELECT p.organization_id, p.brand_id, p.id, p.team_id, i.contact_id, i.id, i.n, 't' || i.n, '', 'open', 1,
        CASE WHEN i.n %% 10 = 0 THEN %(agent)s::bigint END, 'en', 'public', 'Where is my train? ' || i.n, true, now(),
        now() - i.n * interval '7 seconds', now() - i.n * interval '7 seconds'
    FROM identity i, place p
    RETURNING id, organization_id, channel_id, identity_id, number, preview, last_message_at
)
INSERT INTO inbox_message (organization_id, ticket_id, channel_id, direction, visibility, external_id, in_reply_to,
    identity_id, text, html, language, purpose, sent_at, created_at)
SELECT organization_id, id, channel_id, 'inbound', 'public', 'm' || number, '', identity_id, preview, '', 'en', '',
    last_message_at, now()
FROM ticket
"""

_LENGTHEN = """
INSERT INTO inbox_message (organization_id, ticket_id, channel_id, direction, visibility, external_id, in_reply_to,
    identity_id, text, html, language, purpose, sent_at, created_at)
SELECT t.organization_id, t.id, t.channel_id, 'inbound', 'public', 'long' || n, '', t.identity_id, t.preview, '', 'en',
    '', t.last_message_at - n * interval '1 minute', now()
FROM inbox_ticket t, generate_series(2, %(upto)s) n WHERE t.number = %(number)s
ON CONFLICT DO NOTHING
"""


if __name__ == "__main__":
    main()
