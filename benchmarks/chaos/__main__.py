"""The chaos run: `make chaos`. An installation of its own, a network that fails, a killer, and the auditor's ledger."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chaos.agents import Agents
from benchmarks.chaos.auditor import Finding, audit_messages, audit_replies
from benchmarks.chaos.killer import Killer
from benchmarks.chaos.network import Network
from config.embedded import find_home

SECRET = "the secret of the chaos run"
# How long everything may take to settle after the last fault.
SETTLE_SECONDS = 600


def main() -> int:
    """Run, audit, print; return 0 where nothing was lost, doubled or misplaced."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="onevoice-chaos-") as folder:
        environment = _environment(Path(folder), options.port)
        os.environ.update(environment)
        network = Network(SECRET, options.seed)
        log = Path(options.log).open("w")  # noqa: SIM115 - closed with the process
        serve = subprocess.Popen([sys.executable, "manage.py", "serve"], env=environment, stdout=log, stderr=log)
        # Run by root, the servers keep their data where their own user can reach it.
        servers = find_home(Path(folder)).path
        try:
            return _run(options, network, [Path(folder), servers])
        finally:
            serve.send_signal(signal.SIGTERM)
            serve.wait(60)
            log.close()
            shutil.rmtree(servers, ignore_errors=True)


def _run(options: argparse.Namespace, network: Network, folders: Sequence[Path]) -> int:
    from benchmarks.chaos import house

    site = f"http://127.0.0.1:{options.port}"
    house.wait_until_it_answers(site)
    place = house.build(network.address, SECRET)
    network.hook = f"{site}/webhooks/{place.channel_id}/"
    killer = Killer(folders, options.seed, every=(options.every / 2, options.every * 1.5))
    agents = Agents(site, place.key, options.rate)
    began = time.monotonic()
    talking = network.talk(options.conversations, options.messages, options.rate)
    answering = agents.work(4)
    killer.thread.start()
    while any(thread.is_alive() for thread in talking):
        time.sleep(5)
        house.progress(began, network.ledger, agents.accepted, killer.killed)
    killer.stop.set()
    killer.thread.join()
    network.quiet = True
    agents.stop.set()
    for thread in answering:
        thread.join(60)
    ran = time.monotonic() - began
    settled = house.settle(SETTLE_SECONDS)
    findings = [
        audit_messages(network.ledger, place.channel_id),
        audit_replies(network.ledger, agents.accepted, place.channel_id),
    ]
    _print(ran, settled, network, killer, findings)
    return 0 if all(finding.is_clean for finding in findings) else 1


def _print(ran: float, settled: float, network: Network, killer: Killer, findings: list[Finding]) -> None:
    print(f"\nran {ran:.0f} s, settled after {settled:.0f} s")
    print("killed:", ", ".join(f"{kind} {count}" for kind, count in sorted(killer.killed.items())) or "nobody")
    print("network:", ", ".join(f"{fault} {count}" for fault, count in sorted(network.ledger.faults.items())))
    print(f"{'':10} {'ledger':>8} {'lost':>6} {'doubled':>8} {'wrong order':>12} {'for a person':>13}")
    for finding in findings:
        row = (finding.expected, finding.lost, finding.doubled, finding.misplaced, finding.doubtful)
        print(f"{finding.what:10} {row[0]:>8} {row[1]:>6} {row[2]:>8} {row[3]:>12} {row[4]:>13}")


def _environment(folder: Path, port: int) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ONEVOICE_")}
    return ours | {
        "ONEVOICE_DATA_DIR": str(folder),
        "ONEVOICE_PORT": str(port),
        "ONEVOICE_DEMO": "no",
        "ONEVOICE_SANDBOX": "no",
        "ONEVOICE_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--messages", type=int, default=40, help="of each conversation")
    parser.add_argument("--rate", type=float, default=40.0, help="customers' messages a second, and as many answers")
    parser.add_argument("--every", type=float, default=8.0, help="seconds between two kills, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--log", default="chaos.log", help="the file that takes what the installation says")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
