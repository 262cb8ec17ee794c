"""Loads the snapshot into an empty database; any other, and any that it does not fit, is left to the migrations."""

import logging
from pathlib import Path

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from config.snapshot.kept import FILE, Snapshot, read

# With an older one the migrations make other columns (inbox/migrations/0040_openings.py).
LEAST_PGVECTOR = "{0,8}"

logger = logging.getLogger(__name__)


def load(connection: BaseDatabaseWrapper, file: Path = FILE) -> int:
    """Load the snapshot if the database is empty, and return for how many migrations it stood in."""
    if connection.introspection.table_names():
        return 0
    snapshot = read(file)
    if snapshot is None or snapshot.misfit() or not _has_pgvector(connection):
        return 0
    try:
        with transaction.atomic(using=connection.alias):
            _run(snapshot, connection)
    except DatabaseError as refusal:
        # Whatever is missing, the migrations do without it or say what it is.
        logger.warning("The snapshot can't be loaded here, so every migration runs: %s", refusal)
        return 0
    return len(snapshot.migrations)


def _has_pgvector(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_to_array(coalesce(installed_version, default_version), '.')::int[] >= %s::int[]"
            " FROM pg_available_extensions WHERE name = 'vector'",
            [LEAST_PGVECTOR],
        )
        found = cursor.fetchone()
    return bool(found and found[0])


def _run(snapshot: Snapshot, connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        # Functions come before the tables that they name.
        cursor.execute("SET LOCAL check_function_bodies = off")
        cursor.execute(snapshot.statements)
    applied = MigrationRecorder(connection).migration_qs
    applied.bulk_create(applied.model(app=app, name=name) for app, name in snapshot.migrations)
