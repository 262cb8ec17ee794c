"""Child processes of the supervisor: started, read line by line, started again when they die, stopped in time."""

import ctypes
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
# Each socket of a browser is one open file.
MOST_OPEN_FILES = 65_536
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A child that lived this long was healthy; its next death starts with a short pause again.
HEALTHY_SECONDS = 60.0


@dataclass(slots=True)
class Child:
    """One process that should be running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    # It may find that there is nothing left to do; then it is not started again.
    may_end: bool = False
    # How far it stands back when others want the processor, as of nice(1).
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    started_at: float = 0.0
    start_at: float = 0.0
    rest: bytes = field(default=b"")

    def start(self) -> None:
        """Start the process, with its output on a pipe that never blocks us."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            pass_fds=self.pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches the supervisor alone, which then stops everybody in order.
            start_new_session=True,
            preexec_fn=_prepare(self.niceness),
        )
        os.set_blocking(self.output, False)
        self.started_at = time.monotonic()

    @property
    def output(self) -> int:
        """Return the file descriptor of the process's output."""
        if self.process is None or self.process.stdout is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process.stdout.fileno()

    def lines(self) -> list[str]:
        """Return the whole lines that have arrived since the last call."""
        with suppress(BlockingIOError):
            while chunk := os.read(self.output, 65_536):
                self.rest += chunk
        *whole, self.rest = self.rest.split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in whole]

    def is_running(self) -> bool:
        """Return whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def plan_restart(self, now: float) -> float:
        """Set when to start again after a death, and return the pause: longer each time it dies young."""
        if now - self.started_at > HEALTHY_SECONDS:
            self.pause = FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.start_at = now + pause
        self.kill_group()
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return pause

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        if self.process is not None and self.is_running():
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Kill whatever is left of the process and its own children."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def stop_all(children: list[Child], *, polite: float = 5.0, firm: float = 2.0) -> None:
    """Ask everybody to stop, then insist, then kill; return when all are gone."""
    for number, seconds in ((signal.SIGTERM, polite), (signal.SIGQUIT, firm)):
        for child in children:
            child.signal(number)
        deadline = time.monotonic() + seconds
        while any(child.is_running() for child in children) and time.monotonic() < deadline:
            for child in children:
                if child.is_running():
                    child.lines()  # a full pipe would keep it from ending
            time.sleep(0.05)
    for child in children:
        child.kill_group()


def _prepare(niceness: int) -> Callable[[], None]:
    """Return what a child does before it becomes its program."""
    prctl = ctypes.CDLL(None).prctl
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)

    def prepare() -> None:
        # Where the supervisor is killed outright, the kernel stops its children.
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
        os.nice(niceness)

    return prepare
