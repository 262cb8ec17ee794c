"""Real servers, each installed and started by its script in scripts/networks: `make test-networks` runs all of this."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "scripts" / "networks"

# They take minutes and other people's servers: `make test` does without.
collect_ignore_glob = [] if os.environ.get("TEST_NETWORKS") else ["test_*.py"]


def running(server):
    """Start a server, and stop it when the tests are done."""
    command = ["bash", str(SCRIPTS / f"{server}.sh")]
    subprocess.run([*command, "start"], check=True)
    yield
    subprocess.run([*command, "stop"], check=True)


@pytest.fixture(scope="session")
def bluesky():
    """A whole Bluesky, with the address of its server."""
    for _ in running("bluesky"):
        yield "http://localhost:25830"
