"""Kills the processes of an installation at random, as hard as there is, and counts them."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

# What a process is called, by what stands in its command line; PostgreSQL is stopped "fast", which its guardian mends.
VICTIMS = {
    "web": ("daphne", signal.SIGKILL),
    "worker": ("celery", signal.SIGKILL),
    "valkey": ("valkey-server", signal.SIGKILL),
    "postgres": ("bin/postgres", signal.SIGINT),
}


class Killer:
    """Strikes every few seconds until told to stop."""

    def __init__(self, folders: Sequence[Path], seed: int, *, every: tuple[float, float]) -> None:
        self.folders, self.dice, self.every = folders, random.Random(seed), every
        self.killed: Counter[str] = Counter()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._strike_on, daemon=True)

    def _strike_on(self) -> None:
        while not self.stop.wait(self.dice.uniform(*self.every)):
            kind = self.dice.choice(list(VICTIMS))
            sought, number = VICTIMS[kind]
            found = self._find(sought)
            if found:
                with suppress(ProcessLookupError):
                    os.kill(self.dice.choice(found) if kind != "postgres" else min(found), number)
                    self.killed[kind] += 1

    def _find(self, sought: str) -> list[int]:
        """Return the processes of this installation, known by the folders that they work in or name."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with suppress(OSError):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if sought not in line or "guardian" in line:
                    continue
                surroundings = line + (entry / "environ").read_bytes().decode(errors="replace")
                surroundings += str((entry / "cwd").readlink())
                if any(str(folder) in surroundings for folder in self.folders):
                    found.append(int(entry.name))
        return found
