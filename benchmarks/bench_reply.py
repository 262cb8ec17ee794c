"""How many replies a second go out through the REST door, guard and delivery included, beside pgbench."""

import json

from benchmarks.bench_intake import fire, pgbench
from benchmarks.client import request
from benchmarks.stage import Cast, make_cast, percentile, scratch, served, show

REPLIES, BATCH = 1500, 250


def main() -> None:
    """Answer as many tickets, once each."""
    with scratch("reply"):
        cast = make_cast()
        numbers = open_tickets(cast, REPLIES + 100)
        with served() as address:
            fire(address, [_request(cast, number) for number in numbers[:100]], 16)
            result = fire(address, [_request(cast, number) for number in numbers[100:]], 16)
        limit = pgbench()
    rate = REPLIES / result["seconds"]
    p50, p99 = (percentile(result["latencies"], share) for share in (0.5, 0.99))
    figure = f"{rate:,.0f}/s, p50 {p50:.1f} p99 {p99:.1f} ms"
    show("reply, 16 clients", figure, f"pgbench 3 rows, 16 clients {limit:,.0f}/s: ×{rate / limit:.2f}", "≥ 1,000/s")


def open_tickets(cast: Cast, count: int) -> list[tuple[int, int]]:
    """Return (number, newest message) of fresh tickets."""
    from datetime import UTC, datetime

    from inbox.actions.messages import receive_messages
    from inbox.connectors.base import Author, IncomingMessage

    opened = []
    for start in range(0, count, BATCH):
        batch = [
            IncomingMessage(
                external_id=f"m{number}",
                thread_key=f"t{number}",
                author=Author(external_id=f"a{number}", name="Priya Raman"),
                sent_at=datetime.now(UTC),
                text="Do I get my money back?",
            )
            for number in range(start, min(start + BATCH, count))
        ]
        opened += [(received.ticket, received.message_id) for received in receive_messages(cast.channel, batch)]
    return opened


def _request(cast: Cast, ticket: tuple[int, int]) -> bytes:
    number, seen = ticket
    body = {"text": "Yes. You get one day's fare back for each cancelled train.", "visibility": "public", "seen": seen}
    headers = {"Authorization": f"Bearer {cast.key}", "Content-Type": "application/json"}
    return request("POST", f"/api/v1/tickets/{number}/replies", headers, json.dumps(body).encode())


if __name__ == "__main__":
    main()
