"""Forgets all data that Onevoice keeps on this machine: `make reset`."""

import fcntl
import shutil
import sys

from django.core.exceptions import ImproperlyConfigured

from config import embedded

OURS = ("static", "secret_key", "serve.lock", "celerybeat-schedule*", "demo_keys.*")


def reset() -> None:
    """Remove the embedded servers' data and everything else in DATA_DIR, unless something runs there."""
    try:
        from config.settings import DATA_DIR, EMBEDDED_POSTGRES
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
    if not EMBEDDED_POSTGRES:
        sys.exit("DATABASE_URL is set: `make reset` only forgets the embedded database. Nothing was changed.")
    home = embedded.find_home(DATA_DIR)
    with (home.path / "holders.lock").open("a") as holders:
        try:
            fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Onevoice is running here: stop it first. Nothing was changed.")
        shutil.rmtree(home.sockets, ignore_errors=True)
        shutil.rmtree(home.path)
    # Only what is ours: the folder may be one where people keep other things.
    for ours in OURS:
        for path in DATA_DIR.glob(ours):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    sys.stdout.write(f"Forgot what Onevoice kept in {DATA_DIR}. `make run` starts over.\n")


if __name__ == "__main__":
    reset()
