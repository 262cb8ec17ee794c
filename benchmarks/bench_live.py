"""How long from commit to 500 and to 1,000 open inboxes, paced and in a burst, beside one inbox alone."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.stage import Cast, make_cast, percentile, scratch, served, session_cookie, show

SOCKETS, PACED, PER_SECOND, BURST = 1000, 100, 10, 50
# A full house of agents, and twice as much to hear.
AGENTS, HEARD, BUSY_SECOND = 500, 200, 20


@dataclass(frozen=True, slots=True)
class Run:
    """Each delivery's milliseconds after commit, the seconds it all took, and what the web processes worked."""

    waits: list[float]
    seconds: float
    cpu: float

    def wait(self, share: float) -> float:
        """Return the milliseconds within which `share` of the deliveries arrived."""
        return percentile(self.waits, share)

    @property
    def cost(self) -> str:
        """Return what one delivery costs the web processes, rendering and all."""
        return f"{self.cpu / len(self.waits) * 1e6:.0f} µs of CPU each"


def main() -> None:
    """Open the inboxes, let customers write, and compare the clocks."""
    with scratch("live"):
        cast = make_cast()
        with served() as address:
            one = _run(address, cast, 1, PACED // 2)
            agents = _run(address, cast, AGENTS, HEARD, pause=1 / BUSY_SECOND)
            paced = _run(address, cast, SOCKETS, PACED)
            burst = _run(address, cast, SOCKETS, BURST, pause=0)
    _say(agents, one, f"commit → {AGENTS:,} inboxes, {BUSY_SECOND}/s")
    _say(paced, one, f"commit → {SOCKETS:,} inboxes, {PER_SECOND}/s", "p99 < 100 ms")
    show(
        f"burst of {BURST} to {SOCKETS:,}",
        f"{len(burst.waits) / burst.seconds:,.0f} deliveries/s, {burst.cost}",
        f"last after {max(burst.waits):,.0f} ms",
    )
    heard = ((agents, HEARD * AGENTS), (paced, PACED * SOCKETS), (burst, BURST * SOCKETS))
    print("heard: " + ", ".join(f"{len(run.waits):,} of {sent:,}" for run, sent in heard))


def _say(run: Run, one: Run, name: str, goal: str = "") -> None:
    beside = f"one inbox p50 {one.wait(0.5):.0f} p99 {one.wait(0.99):.0f} ms: ×{run.wait(0.99) / one.wait(0.99):.1f}"
    show(name, f"p50 {run.wait(0.5):.0f} p99 {run.wait(0.99):.0f} ms, {run.cost}", beside, goal)


def _run(address: str, cast: Cast, sockets: int, messages: int, pause: float = 1 / PER_SECOND) -> Run:
    command = [sys.executable, "-m", "benchmarks.listeners", address, session_cookie(cast.agent), str(sockets)]
    pages = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if pages.stdout is None or pages.stdin is None or pages.stdout.readline().strip() != "ready":
        raise SystemExit("The sockets could not be opened.")
    committed, worked = {}, _web_cpu()
    for number in range(messages):
        started = time.monotonic()
        event, at = _write(cast, number, sockets)
        committed[event] = at
        time.sleep(max(0.0, pause - (time.monotonic() - started)))
    time.sleep(5 if pause else 15)
    worked = _web_cpu() - worked
    heard, _ = pages.communicate("", timeout=60)
    arrivals = {int(event): times for event, times in json.loads(heard).items() if int(event) in committed}
    waits = [(at - committed[event]) * 1000 for event, times in arrivals.items() for at in times]
    return Run(waits, max(max(times) for times in arrivals.values()) - min(committed.values()), worked)


def _web_cpu() -> float:
    """Return the seconds that the web processes have worked so far."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    web = [pid for pid in children if b"daphne" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    times = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in web]
    return sum(int(ticks) for pair in times for ticks in pair) / os.sysconf("SC_CLK_TCK")


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
