"""Real servers, each installed and started by its script in scripts/networks: `make test-networks` runs all of this."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "scripts" / "networks"

SPECS = os.environ.get("TEST_SPECS", "")

# They take minutes and other people's servers: `make test` does without.
collect_ignore_glob = [] if os.environ.get("TEST_NETWORKS") else ["test_*.py"]
if not SPECS:
    collect_ignore_glob.append("test_schemas.py")


def pytest_report_header() -> str:
    """Say what is left out, and how to have it."""
    return "" if SPECS else "No networks' own descriptions: tests/networks/test_schemas.py says how to get them."


def running(server, *said):
    """Start a server, and stop it when the tests are done."""
    command = ["bash", str(SCRIPTS / f"{server}.sh")]
    subprocess.run([*command, "start", *said], check=True)
    yield
    subprocess.run([*command, "stop"], check=True)


@pytest.fixture
def site(live_server, settings):
    """A web server of the test's own, where our webhooks live."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture(scope="session")
def bluesky():
    """A whole Bluesky, with the address of its server."""
    for _ in running("bluesky"):
        yield "http://localhost:25830"


@pytest.fixture(scope="session")
def mail():
    """Postfix and Dovecot."""
    yield from running("mail")


@pytest.fixture(scope="session")
def matrix():
    """Synapse, with its address."""
    for _ in running("matrix"):
        yield "http://127.0.0.1:25008"
