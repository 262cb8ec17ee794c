"""One process that runs all others: embedded servers, web, workers, scheduler. `manage.py serve` starts it."""

import errno
import fcntl
import math
import os
import selectors
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TextIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, get_commands
from django.db import connections

from config import embedded
from config.collected import collect_static
from config.processes import Child, stop_all
from config.terminal import Terminal

PORTS_TO_TRY = 100
LOOK_SECONDS = 0.5
ANSWER_SECONDS = 60.0
EVERY_INTERFACE = ("0.0.0.0", "")  # noqa: S104 - compared, not bound
_interrupted = threading.Event()
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "config"]


def serve() -> None:
    """Run Onevoice until Ctrl-C or SIGTERM; leave nothing behind."""
    terminal = Terminal()
    with ExitStack() as stack:
        only_one = stack.enter_context(_claim_folder(settings.DATA_DIR))
        listener = stack.enter_context(listen(settings.HOST, settings.PORT, chosen=settings.PORT_IS_CHOSEN))
        address = address_of(listener)
        only_one.write(address)
        only_one.flush()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        try:
            terminal.say("Starting the database…")
            hold = stack.enter_context(
                embedded.hold(settings.DATA_DIR, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY)
            )
            prepare(terminal)
            _run(children_of(listener), hold, listener, terminal)
        except KeyboardInterrupt:
            pass
        terminal.say("Stopping the database…" if settings.EMBEDDED_POSTGRES else "Stopped.")


def listen(host: str, port: int, *, chosen: bool) -> socket.socket:
    """Return a listening socket; a port that nobody asked for by name may be the next free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + (1 if chosen else PORTS_TO_TRY), 65_536)):
        try:
            listener = socket.create_server((host, candidate), family=family, backlog=1024)
        except PermissionError:
            raise ImproperlyConfigured(f"PORT is {port}, which only root may open; choose one above 1023.") from None
        except socket.gaierror:
            raise ImproperlyConfigured(f"HOST is {host!r}; allowed is an address of this machine.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise ImproperlyConfigured(f"HOST is {host!r}: {error.strerror}.") from None
        else:
            return listener
    if chosen:
        raise ImproperlyConfigured(f"PORT is {port}, which another program uses; stop it or choose another PORT.")
    raise ImproperlyConfigured(f"No port from {port} to {candidate} is free; choose a PORT.")


def address_of(listener: socket.socket) -> str:
    """Return the address to type."""
    port = listener.getsockname()[1]
    return str(settings.SITE_URL) if port == settings.PORT else f"http://localhost:{port}"


def prepare(terminal: Terminal) -> None:
    """Bring database, static files and demo to where the web processes expect them."""
    terminal.say("Migrating…")
    call_command("migrate", interactive=False, verbosity=0)
    collect_static(terminal)
    if settings.DEMO and "load_demo" in get_commands() and not _is_settled():
        terminal.say("Loading the demo (once)…")
        call_command("load_demo")
    connections.close_all()


def children_of(listener: socket.socket) -> list[Child]:
    """Return every process that should run."""
    port = str(listener.getsockname()[1])
    common = {**os.environ, "PYTHONUNBUFFERED": "1", "ONEVOICE_PORT": port, "DJANGO_SETTINGS_MODULE": "config.settings"}
    web = {**common, "ONEVOICE_ROLE": "web"}
    worker = {**common, "ONEVOICE_ROLE": "worker"}
    host = "127.0.0.1" if settings.HOST in EVERY_INTERFACE else settings.HOST
    local = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    listener.set_inheritable(True)
    domain = ":domain=INET6" if listener.family == socket.AF_INET6 else ""
    daphne = [sys.executable, "-m", "daphne", "-v", "0", "-e", f"fd:fileno={listener.fileno()}{domain}"]
    daphne += ["--no-server-name", "--ping-interval", "20", "--ping-timeout", "30", "--application-close-timeout", "3"]
    daphne += ["--proxy-headers"] if settings.TRUSTED_PROXY else []
    daphne += ["config.asgi:application"]
    return [
        *(
            Child(f"web {number}", daphne, web, pass_fds=(listener.fileno(),))
            for number in range(1, settings.WEB_PROCESSES + 1)
        ),
        Child("delivery", _worker("delivery", "delivery,intake", 2), worker),
        # It learns and reads languages for as long as there is anything to read; people and networks go first.
        Child("enrich", _worker("enrich", "enrich,bulk", 1), worker, niceness=10),
        Child("listener", [sys.executable, str(settings.BASE_DIR / "manage.py"), "listen"], worker),
        Child("scheduler", [*CELERY, "beat", "--pidfile", ""], {**common, "ONEVOICE_ROLE": "scheduler"}),
        *_demo_connector(local, common),
    ]


def _demo_connector(url: str, environment: dict[str, str]) -> list[Child]:
    """Return the connector that answers for the networks of the demo, where the demo is loaded."""
    if not find_spec("inbox.management.demo"):
        return []
    from inbox.management.demo.keys import kept_secrets

    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo_connector", "--url", url]
    return [Child("demo net", command, environment, may_end=True)] if kept_secrets() else []


def _worker(name: str, queues: str, processes: int) -> list[str]:
    options = ["--queues", queues, "--concurrency", str(processes), "--hostname", f"{name}@%h"]
    return [*CELERY, "worker", *options, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def _run(children: list[Child], hold: embedded.Hold, listener: socket.socket, terminal: Terminal) -> None:
    """Start the children and keep them running until a signal interrupts."""
    address, port = address_of(listener), listener.getsockname()[1]
    with selectors.DefaultSelector() as selector:
        try:
            terminal.say("Starting web, then workers and scheduler…")
            waiting = [child for child in children if not child.name.startswith("web")]
            for child in waiting:
                child.start_at = time.monotonic() + ANSWER_SECONDS
            while not _interrupted.is_set():
                _revive(children, selector, terminal)
                _pass_on(selector, terminal)
                with suppress(embedded.EmbeddedError):
                    hold.ensure()
                if waiting and (answers(port) or time.monotonic() > waiting[0].start_at):
                    greet(address, terminal)
                    # The page comes first; starting everybody at once would make people wait for it.
                    for child in waiting:
                        child.start_at = 0.0
                    waiting = []
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            terminal.say("Stopping…")
            stop_all(children)


def _start(child: Child, selector: selectors.BaseSelector) -> None:
    child.start()
    selector.register(child.output, selectors.EVENT_READ, child)


def _pass_on(selector: selectors.BaseSelector, terminal: Terminal) -> None:
    """Print what the children said."""
    for key, _ in selector.select(LOOK_SECONDS):
        child = key.data
        for line in child.lines():
            terminal.line(child.name, line)
        if not child.is_running():
            selector.unregister(key.fd)


def _revive(children: list[Child], selector: selectors.BaseSelector, terminal: Terminal) -> None:
    """Start children again whose pause after a death is over."""
    now = time.monotonic()
    for child in children:
        if child.process is not None and not child.is_running():
            code = child.process.returncode
            for line in child.lines():
                terminal.line(child.name, line)
            with suppress(KeyError):
                selector.unregister(child.output)
            pause = child.plan_restart(now)
            if code == 0 and child.may_end:
                child.start_at = math.inf
            else:
                terminal.say(f"{child.name} ended (code {code}); starting it again in {pause:.0f} s.")
        elif child.process is None and now >= child.start_at:
            _start(child, selector)


def answers(port: int) -> bool:
    """Return whether a web process answers; the sockets queue until one does."""
    host = "127.0.0.1" if settings.HOST in EVERY_INTERFACE else settings.HOST
    request = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=1) as client:
            client.sendall(request.encode())
            return client.recv(5) == b"HTTP/"
    except OSError:
        return False


def greet(address: str, terminal: Terminal) -> None:
    """Print the address, and who can sign in to the demo."""
    terminal.say(terminal.paint(f"Onevoice runs at {address}", "1"))
    if settings.DEMO and find_spec("inbox.management.demo"):
        from inbox.management.demo import SIGN_INS

        widths = [max(len(part) for part in column) for column in zip(*SIGN_INS, strict=True)]
        for entry in SIGN_INS:
            cells = [part.ljust(width) for part, width in zip(entry, widths, strict=True)]
            terminal.say("  " + "  ".join(cells).rstrip())
    terminal.say("Ctrl-C stops it.")


def _claim_folder(data_dir: Path) -> TextIO:
    """Return the open lock of this DATA_DIR, or refuse when another supervisor has it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "serve.lock"
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ImproperlyConfigured(f"it already runs from {data_dir}, at {path.read_text()}.") from None
    lock.truncate(0)
    return lock


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Python swallows what is raised inside its own callbacks, as around a fork: the next turn looks here.
    _interrupted.set()
    raise KeyboardInterrupt


def _is_settled() -> bool:
    from accounts.models import Organization

    return Organization.objects.exists()
