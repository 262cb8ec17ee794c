"""How long from commit to 1,000 open inboxes, paced and in a burst, beside a bare socket's echo on this machine."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime

from benchmarks.stage import Cast, make_cast, percentile, scratch, served, session_cookie, show

SOCKETS, PACED, PER_SECOND, BURST = 1000, 100, 10, 50


def main() -> None:
    """Open the inboxes, let customers write, and compare the clocks."""
    with scratch("live"):
        cast = make_cast()
        with served() as address:
            one = _run(address, cast, 1, PACED // 2)
            paced = _run(address, cast, SOCKETS, PACED)
            burst = _run(address, cast, SOCKETS, BURST, pause=0)
    alone = f"one inbox p50 {percentile(one[0], 0.5):.0f} p99 {percentile(one[0], 0.99):.0f} ms"
    p50, p99 = percentile(paced[0], 0.5), percentile(paced[0], 0.99)
    ratio = f": ×{p99 / percentile(one[0], 0.99):.1f}"
    show(
        f"commit → {SOCKETS:,} inboxes, {PER_SECOND}/s",
        f"p50 {p50:.0f} p99 {p99:.0f} ms",
        alone + ratio,
        "p99 < 100 ms",
    )
    rate = len(burst[0]) / burst[1]
    show(f"burst of {BURST} to {SOCKETS:,}", f"{rate:,.0f} deliveries/s", f"last after {max(burst[0]):,.0f} ms")
    print(
        f"heard: {len(paced[0]):,} of {PACED * SOCKETS:,} paced, {len(burst[0]):,} of {BURST * SOCKETS:,} in the burst"
    )


def _run(
    address: str, cast: Cast, sockets: int, messages: int, pause: float = 1 / PER_SECOND
) -> tuple[list[float], float]:
    """Return each delivery's milliseconds after commit, and the seconds from the first commit to the last delivery."""
    command = [sys.executable, "-m", "benchmarks.listeners", address, session_cookie(cast.agent), str(sockets)]
    pages = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if pages.stdout is None or pages.stdin is None or pages.stdout.readline().strip() != "ready":
        raise SystemExit("The sockets could not be opened.")
    committed = {}
    for number in range(messages):
        started = time.monotonic()
        event, at = _write(cast, number, sockets)
        committed[event] = at
        time.sleep(max(0.0, pause - (time.monotonic() - started)))
    time.sleep(5 if pause else 15)
    heard, _ = pages.communicate("", timeout=60)
    arrivals = {int(event): times for event, times in json.loads(heard).items() if int(event) in committed}
    waits = [(at - committed[event]) * 1000 for event, times in arrivals.items() for at in times]
    return waits, max(max(times) for times in arrivals.values()) - min(committed.values())


def _write(cast: Cast, number: int, run: int) -> tuple[int, float]:
    """Have a known customer write; return the id of the event and when it was committed."""
    from inbox.actions.messages import receive_messages
    from inbox.connectors.base import Author, IncomingMessage
    from inbox.models import Event

    message = IncomingMessage(
        external_id=f"live-{run}-{number}-{time.monotonic_ns()}",
        thread_key=f"live-{number % 20}",
        author=Author(external_id="priya", name="Priya Raman"),
        sent_at=datetime.now(UTC),
        text="Where is my train?",
    )
    received = receive_messages(cast.channel, [message])[0]
    committed = time.monotonic()
    event = Event.objects.values_list("pk", flat=True).get(message=received.message_id, kind="message.received")
    return event, committed


if __name__ == "__main__":
    main()
