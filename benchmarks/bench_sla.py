"""Whether warning of deadlines costs the same with a million tickets as with ten thousand; and following the log."""

import time
from datetime import timedelta

from benchmarks.stage import Cast, make_cast, percentile, scratch, show

FEW, MANY = 10_000, 1_000_000
# Tickets that come due at once, and sweeps that find nothing.
DUE, IDLE = 2_000, 200


def main() -> None:
    """Measure the sweep with few tickets and with many, then the log of a burst."""
    idle: dict[int, float] = {}
    swept: dict[int, float] = {}
    with scratch("sla"):
        cast = make_cast()
        _make_policy(cast)
        for tickets in (FEW, MANY):
            _fill(cast, tickets)
            idle[tickets] = _idle()
            swept[tickets] = _sweep()
        followed = _follow(cast)
    show(
        "SLA sweep with nothing due, p50",
        f"{idle[MANY]:.2f} ms at {MANY:,} tickets",
        f"{idle[FEW]:.2f} ms at {FEW:,}: ×{idle[MANY] / idle[FEW]:.2f}",
        "≤ 1.3",
    )
    show(
        f"SLA sweep, {DUE:,} tickets warned of",
        f"{DUE / swept[MANY]:,.0f} tickets/s at {MANY:,} tickets",
        f"{DUE / swept[FEW]:,.0f} tickets/s at {FEW:,}: ×{swept[MANY] / swept[FEW]:.2f}",
        "≤ 1.3",
    )
    show(f"deadlines of {DUE:,} new tickets worked out", f"{DUE / followed:,.0f} tickets/s")


def _make_policy(cast: Cast) -> None:
    from inbox.actions.deadlines import keep_deadlines
    from inbox.models import SlaPolicy, SlaTarget

    policy = SlaPolicy.objects.create(organization=cast.channel.organization, name="Bench")
    for metric, minutes in (("first_reply", 240), ("next_reply", 240), ("resolution", 2880)):
        SlaTarget.objects.create(policy=policy, metric=metric, minutes=minutes, warning=30)
    keep_deadlines()


def _idle() -> float:
    """Return how many milliseconds a look takes when there is nothing to do."""
    from inbox.actions.deadlines import keep_deadlines, keep_some

    keep_deadlines()
    walls = []
    for _ in range(IDLE):
        begun = time.perf_counter()
        keep_some()
        walls.append((time.perf_counter() - begun) * 1000)
    return percentile(walls, 0.5)


def _sweep() -> float:
    """Let some tickets come due, and return for how many seconds the sweep is busy with them."""
    from django.db import connection
    from django.utils import timezone

    from inbox.actions.deadlines import keep_deadlines, keep_some
    from inbox.models import TicketClock

    with connection.cursor() as cursor:
        cursor.execute(_COME_DUE, {"due": DUE})
    begun = time.perf_counter()
    while keep_some():
        pass
    took = time.perf_counter() - begun
    assert not TicketClock.objects.filter(next_at__lte=timezone.now()).exists()
    keep_deadlines()
    return took


def _follow(cast: Cast) -> float:
    """Receive a burst of new tickets, and return for how many seconds following their log takes."""
    from django.utils import timezone

    from inbox.actions.deadlines import keep_deadlines, keep_some
    from inbox.actions.messages import receive_messages
    from inbox.connectors.base import Author, IncomingMessage
    from inbox.models import Ticket, TicketCounter

    # The tickets that are there were not numbered by intake.
    TicketCounter.objects.update_or_create(organization=cast.channel.organization, defaults={"last": MANY})
    keep_deadlines()
    for start in range(0, DUE, 500):
        numbers = range(start, start + 500)
        receive_messages(
            cast.channel,
            [
                IncomingMessage(
                    external_id=f"burst-{n}",
                    thread_key=f"burst-{n}",
                    author=Author(external_id=f"b{n}", name="Priya"),
                    sent_at=timezone.now(),
                    text="Where is my train?",
                )
                for n in numbers
            ],
        )
    begun = time.perf_counter()
    while keep_some():
        pass
    took = time.perf_counter() - begun
    assert Ticket.objects.filter(thread_key__startswith="burst-", due_at=None).count() == 0
    return took


def _fill(cast: Cast, upto: int) -> None:
    """Bring the organization to `upto` open tickets, each with a clock whose targets are days away."""
    import msgspec
    from django.db import connection
    from django.utils import timezone

    from benchmarks.bench_list import _FILL
    from inbox.deadlines import Clock, Happening, follow
    from inbox.models import Ticket
    from inbox.queries.plans import Fits, plans_of

    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"upto": upto, "channel": cast.channel.pk, "agent": cast.agent.pk})
    ticket = Ticket.objects.latest("pk")
    place = ticket.organization_id, ticket.brand_id, ticket.team_id, ticket.channel_id
    fits = Fits(*place, "bluesky", "public", 1, audience="", policy=None)
    (plan,) = plans_of({0: fits}).values()
    clock = Clock()
    follow(clock, [Happening("message.received", timezone.now())], plan)
    state = msgspec.json.encode(clock).decode()
    with connection.cursor() as cursor:
        cursor.execute(_CLOCKS, {"state": state, "plan": plan.key, "later": timezone.now() + timedelta(days=2)})
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_CLOCKS = """
INSERT INTO inbox_ticketclock (ticket_id, organization_id, state, plan, event, next_at)
SELECT id, organization_id, %(state)s::jsonb, %(plan)s, 0, %(later)s::timestamptz + id %% 1000 * interval '1 minute'
FROM inbox_ticket ON CONFLICT DO NOTHING
"""

# Their first reply is due in a quarter of an hour: a warning is due.
_COME_DUE = """
UPDATE inbox_ticketclock SET next_at = now() - interval '1 second',
    state = jsonb_set(jsonb_set(state, '{targets,first_reply,soon_at}', to_jsonb(now() - interval '1 second')),
                      '{targets,first_reply,due_at}', to_jsonb(now() + interval '15 minutes'))
WHERE ticket_id IN (SELECT ticket_id FROM inbox_ticketclock
                    WHERE state->'targets'->'first_reply'->>'warned' = 'false' ORDER BY ticket_id DESC LIMIT %(due)s)
"""


if __name__ == "__main__":
    main()
