"""The process that owns the embedded servers while anybody holds them, and stops them afterwards."""

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from config.embedded.home import READY, EmbeddedError, Home, make_private
from config.embedded.servers import Postgres, Server, Valkey

LOOK_SECONDS = 0.25
LONGEST_PAUSE = 10.0


def main(path: str, names: str, lock_fd: int, ready_fd: int) -> None:
    """Start the named servers in `path`, say so on `ready_fd`, and keep them until nobody holds them."""
    facts = Path(path).stat()
    home = Home(Path(path), facts.st_uid, facts.st_gid)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the holders decide, not the terminal
    home.valkey_paused.unlink(missing_ok=True)
    servers: list[Server] = []
    try:
        make_private(home.sockets, home)
        for kind in (Postgres, Valkey):
            if kind.name in names.split(","):
                server = kind(home)
                servers.append(server)
                server.start()
    except (EmbeddedError, OSError) as error:
        _stop(servers)
        _say(ready_fd, str(error))
        return
    _say(ready_fd, READY)
    _keep(home, servers, lock_fd)


def _keep(home: Home, servers: list[Server], lock_fd: int) -> None:
    """Return when the last holder is gone; until then start again what dies."""
    pause = LOOK_SECONDS
    with (home.path / "holders.lock").open() as holders:
        while not _nobody(holders.fileno()):
            time.sleep(pause)
            dead = [server for server in servers if server.died() and not _paused(server)]
            pause = min(pause * 2, LONGEST_PAUSE) if dead else LOOK_SECONDS
            for server in dead:
                _revive(server)
        # Whoever comes now waits for the holders' lock, and must find our own gone when it gets it.
        _stop(servers)
        os.close(lock_fd)


def _nobody(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _paused(server: Server) -> bool:
    return isinstance(server, Valkey) and server.home.valkey_paused.exists()


def _revive(server: Server) -> None:
    try:
        server.start()
    except (EmbeddedError, OSError) as error:
        with server.log.open("a") as log:
            log.write(f"guardian: {error}\n")


def _stop(servers: list[Server]) -> None:
    for server in reversed(servers):
        server.stop()


def _say(ready_fd: int, sentence: str) -> None:
    with suppress(BrokenPipeError):
        os.write(ready_fd, sentence.encode())
    os.close(ready_fd)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
