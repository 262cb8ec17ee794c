"""The site served by a real Daphne over the test database."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection


@contextmanager
def serve(folder, **environment):
    """Serve the test database on a free port, with these variables set."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (folder / "daphne.log").open("w+")
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "config.asgi:application"]
    process = subprocess.Popen(command, env=environment_at(port) | environment, stdout=log, stderr=log)
    try:
        _wait_until_served(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        # Daphne waits for requests that are under way, and a busy machine for all of them.
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def environment_at(port):
    """Return the environment that makes a process serve what this test writes."""
    parts = urlsplit(settings.DATABASE_URL)
    name = connection.settings_dict["NAME"]
    return os.environ | {
        "ONEVOICE_DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
        "ONEVOICE_VALKEY_URL": settings.VALKEY_URL,
        "ONEVOICE_SITE_URL": f"http://127.0.0.1:{port}",
        "ONEVOICE_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _wait_until_served(process, port, log):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5).close()
            return
        except (URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    log.seek(0)
    pytest.fail(f"The site did not come up:\n{log.read()}")
