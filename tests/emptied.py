"""Empties the database after a test that commits. Django truncates every table and tells every app anew what it has
migrated, which takes a quarter of a second; we delete from the few tables that hold something."""

import time

from django.db import OperationalError, connection, transaction

# What a migration leaves behind, and what Django derives from the models.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "django_site"}
QUIET_SECONDS = 10
TRIES = 3


def empty_database(_test_case: object = None) -> None:
    """Delete all rows once nothing else is at work; stands in for TransactionTestCase._fixture_teardown."""
    wait_for_quiet()
    for attempt in range(TRIES):
        try:
            delete_all()
            return
        except OperationalError:  # a deadlock with something that has just begun
            if attempt == TRIES - 1:
                raise


def wait_for_quiet() -> None:
    """Wait until no served process works in the database any more: what it still writes would meet the next test."""
    deadline = time.monotonic() + QUIET_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND state <> 'idle'"
            )
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def delete_all() -> None:
    """Delete the rows of all tables, with no trigger asked: signed rows refuse to go, and references have no order."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        deletions = [f'DELETE FROM "{table}"' for (table,) in cursor.fetchall()]
        if deletions:
            # Rolled back where it fails: the next try would only hear that the transaction is aborted.
            with transaction.atomic():
                cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *deletions]))
