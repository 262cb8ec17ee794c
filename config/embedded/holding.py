"""Holding the embedded servers: what a process does that needs them."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

from config.embedded.home import READY, EmbeddedError, Home, find_home
from config.embedded.servers import Postgres, Valkey, processes_in

PROJECT = Path(__file__).resolve().parent.parent.parent
# PostgreSQL writes a checkpoint before it ends.
LONGEST_END = 20.0
BOTH = (Postgres.name, Valkey.name)


class Hold:
    """A process's claim on the embedded servers; they run until the last claim is released."""

    def __init__(self, home: Home, names: tuple[str, ...]) -> None:
        self.home = home
        self.names = names
        self._lock: TextIO | None = None
        self._guardian: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Hold":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Claim the servers; return when they answer."""
        if not self.names or self._lock is not None:
            return
        self._lock = (self.home.path / "holders.lock").open("a")
        # Waits while a guardian that saw nobody is still stopping.
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        try:
            self.ensure()
        except EmbeddedError:
            self.release()
            raise

    def ensure(self) -> None:
        """Start a guardian if none is alive."""
        if not self.names:
            return
        with (self.home.path / "start.lock").open("a") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            with (self.home.path / "guardian.lock").open("a") as guardian:
                if _try_lock(guardian, fcntl.LOCK_EX):
                    self._start_guardian(guardian.fileno())

    def release(self) -> None:
        """Give the claim up; the last one out returns when the servers have ended."""
        if self._lock is None:
            return
        is_last = _try_lock(self._lock, fcntl.LOCK_EX)
        self._lock.close()
        self._lock = None
        if is_last:
            self._await_end()

    def _await_end(self) -> None:
        """Wait until the guardian has let go of its lock, or somebody new has come and keeps it."""
        deadline = time.monotonic() + LONGEST_END
        with (self.home.path / "guardian.lock").open("a") as guardian:
            while not _try_lock(guardian, fcntl.LOCK_SH) and time.monotonic() < deadline:
                time.sleep(0.05)
        if self._guardian is not None:
            with suppress(subprocess.TimeoutExpired):
                self._guardian.wait(1)

    def _start_guardian(self, lock: int) -> None:
        """Start a guardian that inherits `lock` and keeps it for its whole life."""
        ready, told = os.pipe()
        command = [sys.executable, "-m", "config.embedded.guardian", str(self.home.path), ",".join(self.names)]
        command += [str(lock), str(told)]
        with (self.home.path / "guardian.log").open("ab") as log:
            self._guardian = subprocess.Popen(
                command,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock, told),
                start_new_session=True,
            )
        os.close(told)
        with os.fdopen(ready) as pipe:
            sentence = pipe.read()
        if sentence != READY:
            raise EmbeddedError(sentence or f"The embedded servers did not start; see {log.name}.")


def hold(data_dir: Path, *, postgres: bool = True, valkey: bool = True) -> Hold:
    """Return a claim on the embedded servers of `data_dir`, to be used in a `with` or by acquire/release."""
    names = tuple(name for name, wanted in zip(BOTH, (postgres, valkey), strict=True) if wanted)
    return Hold(find_home(data_dir), names)


def pause_valkey(data_dir: Path) -> None:
    """Kill Valkey at once and keep it down, as a broken machine would."""
    home = find_home(data_dir)
    home.valkey_paused.touch()
    _kill_valkey(home)


def resume_valkey(data_dir: Path) -> None:
    """Let Valkey run again and return when it answers."""
    home = find_home(data_dir)
    home.valkey_paused.unlink(missing_ok=True)
    _await_valkey(home)


def restart_valkey(data_dir: Path) -> None:
    """Kill Valkey and return when the guardian has started it again."""
    home = find_home(data_dir)
    _kill_valkey(home)
    _await_valkey(home)


def _try_lock(file: TextIO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kill_valkey(home: Home) -> None:
    for pid in processes_in(home.valkey):
        os.kill(pid, signal.SIGKILL)
    while processes_in(home.valkey):
        time.sleep(0.02)


def _await_valkey(home: Home) -> None:
    server = Valkey(home)
    deadline = time.monotonic() + 15
    while not server.answers():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Valkey did not come back within 15 s; see {server.log}.")
        time.sleep(0.02)
