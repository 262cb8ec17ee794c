"""What the benchmarks share: a scratch database, an organization in it, web processes over it, and percentiles."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import django

if TYPE_CHECKING:
    from accounts.models import User
    from inbox.models import Channel

WEB_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what is there to begin with."""

    channel: "Channel"
    agent: "User"
    key: str


@contextmanager
def scratch(name: str) -> Iterator[None]:
    """Start the servers where they are embedded, make a database of its own, and drop it afterwards."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from config import embedded

    with embedded.hold(settings.DATA_DIR, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY):
        connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            teardown_databases(databases, verbosity=0)


def make_cast() -> Cast:
    """Make an organization with a channel, an agent and a key without a limit that matters."""
    from accounts.actions.keys import create_key
    from accounts.models import Brand, Organization, Team, User
    from accounts.permissions import Role
    from inbox.models import Channel

    organization = Organization.objects.create(name="Bench", slug="bench")
    brand = Brand.objects.create(organization=organization, name="Bench", slug="bench")
    team = Team.objects.create(organization=organization, name="Bench")
    owner = User.objects.create_user("o@bench.example", name="Olga", organization=organization, role=Role.OWNER)
    agent = User.objects.create_user("a@bench.example", name="Agnes", organization=organization, role=Role.AGENT)
    team.members.add(agent)
    channel = Channel.objects.create(
        organization=organization, brand=brand, team=team, network="bluesky", name="Bench on Bluesky", undo_seconds=0
    )
    scopes = ["messages:write", "outbox", "tickets:read", "tickets:write"]
    _, secret = create_key("bench", organization=organization, scopes=scopes, by=owner, per_minute=100_000_000)
    return Cast(channel, agent, secret)


@contextmanager
def served() -> Iterator[str]:
    """Serve the scratch database with Daphne processes that share a port; yield its address."""
    from config.collected import collect_static
    from config.terminal import Terminal

    collect_static(Terminal())
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        listener.set_inheritable(True)
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "daphne", "-v", "0", "-e", f"fd:fileno={listener.fileno()}"]
        command += ["--no-server-name", "--ping-interval", "20", "--ping-timeout", "60", "config.asgi:application"]
        processes = [
            subprocess.Popen(command, env=_environment(port), pass_fds=(listener.fileno(),), stdout=subprocess.DEVNULL)
            for _ in range(WEB_PROCESSES)
        ]
        try:
            _wait(f"http://127.0.0.1:{port}/accounts/login/")
            yield f"127.0.0.1:{port}"
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)


def session_cookie(person: "User") -> str:
    """Return the cookie of a person who is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def show(name: str, figure: str, reference: str = "", goal: str = "") -> None:
    """Print one line: what was measured, beside its reference and its goal."""
    print(f"{name:<52} {figure:<34} {reference:<44} {f'goal {goal}' if goal else ''}".rstrip(), flush=True)


def _environment(port: int) -> dict[str, str]:
    from django.conf import settings
    from django.db import connection

    parts = urlsplit(settings.DATABASE_URL)
    return os.environ | {
        "ONEVOICE_DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        "ONEVOICE_VALKEY_URL": settings.VALKEY_URL,
        "ONEVOICE_SECRET_KEY": settings.SECRET_KEY,
        "ONEVOICE_SITE_URL": f"http://127.0.0.1:{port}",
        "ONEVOICE_ROLE": "web",
        "ONEVOICE_LOG_LEVEL": "ERROR",
    }


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"The web processes did not answer at {url}.")
