"""How fast a worker puts replies on a network, beside what that takes; how fast webhooks are acknowledged."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from uuid import uuid4

from benchmarks.bench_intake import fire
from benchmarks.client import request
from benchmarks.stage import Cast, make_cast, percentile, scratch, served, show

REPLIES, TICKETS, BURST, BURSTS = 600, 200, 1000, 9
SECRET = "the secret of the benchmark"


def main() -> None:
    """Queue replies and let one worker post them; then push a burst of webhooks."""
    with scratch("delivery"):
        from benchmarks.chaos.network import Network

        cast, network = make_cast(), Network(SECRET, seed=1)
        network.quiet = True
        _connect(cast, network.address)
        _queue(cast)
        limit = _own_limit(network)
        before = len(network.ledger.posts)
        began = time.perf_counter()
        if "profile" in sys.argv:
            _profiled()
        else:
            _deliver()
        seconds = time.perf_counter() - began
        rate = (len(network.ledger.posts) - before) / seconds
        reference = f"the network itself, 8 at once {limit:,.0f}/s: ×{rate / limit:.2f}"
        show("delivery, one worker, 16 lanes", f"{rate:,.0f}/s", reference)
        with served() as address:
            _burst(cast, address)


def _deliver() -> None:
    from inbox import delivery
    from inbox.models import Delivery

    while Delivery.objects.filter(state="queued").exists():
        delivery.deliver_due()


def _profiled() -> None:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(_deliver)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def _connect(cast: Cast, address: str) -> None:
    from inbox.models import Channel

    Channel.objects.filter(pk=cast.channel.pk).update(network="sandbox", external=False, handle="bench")
    cast.channel.refresh_from_db()
    cast.channel.webhook_secret = SECRET
    cast.channel.save()
    cast.channel.keep_access({"server": address})


def _queue(cast: Cast) -> None:
    from benchmarks.bench_reply import open_tickets
    from inbox.actions.replies import NewReply, send_reply
    from inbox.models import Ticket

    numbers = [number for number, _seen in open_tickets(cast, TICKETS)]
    tickets = list(Ticket.objects.filter(number__in=numbers).select_related("channel", "brand"))
    for number in range(REPLIES):
        reply = NewReply(f"It is on its way, {_letters(number)}.", "public", seen=0, confirm_stale=True)
        send_reply(tickets[number % TICKETS], reply, by=cast.agent)


def _letters(number: int) -> str:
    return "".join(chr(97 + int(figure)) for figure in f"{number:06d}")


def _own_limit(network: object) -> float:
    """Return how many posts a second the network takes from the same client, eight at a time."""
    from inbox.connectors import http

    def post(number: int) -> None:
        body = {"thread": "limit", "text": f"limit {number}", "visibility": "public", "in_reply_to": ""}
        headers = {"Idempotency-Key": str(uuid4())}
        http.publish("POST", f"{getattr(network, 'address')}/api/posts", json=body, headers=headers)  # noqa: B009

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, range(REPLIES)))
    return REPLIES / (time.perf_counter() - began)


def _burst(cast: Cast, address: str) -> None:
    """Push a thousand webhooks as fast as 32 connections can, again and again; the middle figures are shown."""
    fire(address, _webhooks(cast, 0), 32)  # the processes are warm, the plans made
    results = [fire(address, _webhooks(cast, burst), 32) for burst in range(1, 1 + BURSTS)]
    p50, p99 = (sorted(percentile(one["latencies"], share) for one in results) for share in (0.5, 0.99))
    rate = BURST / median(one["seconds"] for one in results)
    show(
        f"webhook acknowledged, {BURSTS} bursts of {BURST:,}",
        f"p50 {median(p50):.0f} p99 {median(p99):.0f} ms, worst p99 {p99[-1]:.0f} ms",
        f"{rate:,.0f}/s",
        "p99 < 50 ms",
    )


def _webhooks(cast: Cast, burst: int) -> list[bytes]:
    from inbox.connectors.sandbox.network import sign

    requests = []
    for number in range(BURST):
        post: dict[str, object] = {
            "id": f"burst-{burst}-{number}",
            "thread": f"burst-{number % 100}",
            "author": {"id": f"b{number % 100}", "name": "Priya"},
            "by_account": False,
            "text": "Where is my train?",
            "visibility": "public",
            "created_at": "2026-11-24T12:00:00+00:00",
        }
        body = json.dumps({"posts": [post]}).encode()
        headers = {"Content-Type": "application/json", "Sandbox-Signature": sign(body, SECRET)}
        headers["Sandbox-Delivery"] = str(post["id"])
        requests.append(request("POST", f"/webhooks/{cast.channel.pk}/", headers, body))
    return requests


if __name__ == "__main__":
    main()
