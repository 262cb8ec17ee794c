"""Static files collected under names with a digest, again only when one of them has changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured

from config.terminal import Terminal


def collect_static(terminal: Terminal) -> None:
    """Collect the static files into DATA_DIR if they have changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    state = _state()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == state):
        return
    terminal.say("Collecting static files…")
    # In a process that is told to be a web process: only that one writes names with digests.
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "collectstatic", "--noinput", "--clear", "-v", "0"]
    done = subprocess.run(
        command, env={**os.environ, "ONEVOICE_ROLE": "web"}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise ImproperlyConfigured(f"the static files could not be collected: {''.join(last)}")
    stamp.write_text(state)


def _state() -> str:
    """Return a digest of every static file's name, size and time."""
    facts = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda entry: entry[0]):
            file = os.stat(storage.path(name))
            facts.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return facts.hexdigest()
