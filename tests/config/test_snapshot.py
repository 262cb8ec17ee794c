"""A new database begins with the snapshot, which is what its migrations would have made."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from config import snapshot
from config.snapshot.kept import Snapshot, digest_of, write
from config.snapshot.writing import applied, describe, migrate, scratch_database

FIRST = ("contenttypes", "0001_initial")
LOAD = """
import sys, django; from pathlib import Path
django.setup()
from django.db import connection; from config import snapshot
print(snapshot.load(connection, Path(sys.argv[1])))
"""


def rows(url):
    """Return how many rows each table holds."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        return {name: connection.execute(count.format(sql.Identifier(name))).fetchone()[0] for (name,) in tables}


def run(url, sql):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


def load_into(url, file):
    """Load a snapshot in a process of its own, and return what it says."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ONEVOICE_DATABASE_URL": url,
        "ONEVOICE_SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-c", LOAD, file]
    return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)


@pytest.fixture
def empty():
    """The address of an empty database."""
    with scratch_database("onevoice_empty") as url:
        yield url


@pytest.fixture
def small(tmp_path):
    """A snapshot of one table that stands for one migration."""
    write(
        "CREATE TABLE django_migrations (id serial, app text, name text, applied timestamptz);\n",
        [FIRST],
        tmp_path / "s",
    )
    return tmp_path / "s"


@pytest.mark.slow
def test_the_snapshot_is_what_the_migrations_make():
    assert snapshot.read().misfit() == ""

    with scratch_database("onevoice_migrated") as migrated, scratch_database("onevoice_loaded") as loaded:
        migrate(migrated, whole=True)
        migrate(loaded, whole=False)

        assert describe(loaded).splitlines() == describe(migrated).splitlines()
        assert set(applied(loaded)) == set(applied(migrated))
        assert rows(loaded) == rows(migrated)


def test_an_empty_database_is_loaded_and_told_which_migrations_it_has_had(empty, small):
    assert load_into(empty, small).stdout == "1\n"

    assert applied(empty) == [FIRST]


def test_a_database_that_holds_anything_is_left_to_its_migrations(empty, small):
    run(empty, "CREATE TABLE letters ()")

    assert load_into(empty, small).stdout == "0\n"

    assert rows(empty) == {"letters": 0}


def test_a_snapshot_that_somebody_changed_is_left_alone(empty, small):
    small.write_text(small.read_text().replace("serial", "bigserial"))

    assert load_into(empty, small).stdout == "0\n"

    assert rows(empty) == {}
    assert snapshot.read(small).misfit() == "The snapshot of the database was changed by hand or by a merge."


def test_where_the_server_lacks_something_nothing_is_left_behind(empty, small):
    write("CREATE TABLE letters ();\nCREATE EXTENSION nobody_has_it;\n", [FIRST], small)

    said = load_into(empty, small)

    assert said.stdout == "0\n"
    assert 'every migration runs: extension "nobody_has_it" is not available' in said.stderr
    assert rows(empty) == {}


def test_an_older_pgvector_is_left_to_the_migrations(empty, small):
    run(empty, "CREATE EXTENSION vector; UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")

    assert load_into(empty, small).stdout == "0\n"

    assert rows(empty) == {}


@pytest.mark.parametrize("key", [FIRST, ("inbox", "0999_never"), ("nobody", "0001_initial")], ids=".".join)
def test_a_migration_that_has_changed_or_gone_is_named(key):
    kept = Snapshot("", digest_of(b""), {key: "0" * 16})

    assert kept.misfit() == f"Migration {'.'.join(key)} is not the one that the snapshot of the database was made of."


def test_a_snapshot_that_is_far_behind_says_so(small):
    assert "migrations are newer than the snapshot of the database." in snapshot.read(small).lag()
    assert snapshot.read().lag() == ""
