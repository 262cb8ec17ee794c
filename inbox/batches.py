"""Runs prepared statements over a whole batch, which travels as one JSON document."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, TypeAlias

import msgspec
import psycopg
from django.db import connection, transaction

# A row as the driver hands it over: its columns' types are known to whoever wrote the statement.
Row: TypeAlias = tuple[Any, ...]
Cursor: TypeAlias = "psycopg.RawCursor[Row]"

_encode = msgspec.json.Encoder().encode
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def run(statement: str, rows: object = (), /, **scalars: object) -> list[Row]:
    """Run `statement` inside the caller's transaction and return its rows.

    It reads the batch as `jsonb_to_recordset(%(rows)s::jsonb)` and single values by their names.
    Parameters are bound in the server and the statement is prepared: planning these joins anew for
    every batch costs more than running them.
    """
    return rows_of(start(statement, rows, **scalars))


def start(statement: str, rows: object = (), /, **scalars: object) -> Cursor:
    """Run `statement` as `run` does, for one that returns nothing, or whose rows are asked for later.

    Inside `one_round_trip` and `one_transaction` it is only sent.
    """
    query, names = _numbered(statement)
    values: dict[str, object] = {"rows": _encode(rows).decode(), **scalars}
    cursor = psycopg.RawCursor(connection.connection)
    with connection.wrap_database_errors:
        cursor.execute(query, [values[name] for name in names], prepare=True)
    return cursor


def rows_of(cursor: Cursor) -> list[Row]:
    """Return the rows of a statement that was started; they are waited for if they are still on their way."""
    with connection.wrap_database_errors:
        return cursor.fetchall()


@contextmanager
def one_transaction() -> Iterator[None]:
    """Send the statements started inside together with their commit: one transaction, one round trip.

    Nobody waits for this process while the transaction holds its locks. Like `atomic(durable=True)` it
    refuses to run inside another transaction, except that of a test.
    """
    if not connection.get_autocommit():
        with transaction.atomic(durable=True), one_round_trip():
            yield
        return
    connection.ensure_connection()
    driver = connection.connection
    try:
        with one_round_trip():
            driver.execute("BEGIN")
            yield
            driver.execute("COMMIT")
    except BaseException:
        with suppress(psycopg.Error):
            driver.rollback()
        raise


@contextmanager
def one_round_trip() -> Iterator[None]:
    """Send the statements started inside together: they run in order, and their answers come together."""
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@cache
def _numbered(statement: str) -> tuple[bytes, list[str]]:
    """Return the statement with $1, $2 … for its names; the driver would look for them anew each time."""
    names = list(dict.fromkeys(_PLACEHOLDER.findall(statement)))
    return _PLACEHOLDER.sub(lambda found: f"${names.index(found[1]) + 1}", statement).encode(), names
