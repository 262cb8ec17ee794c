"""Runs prepared statements over a whole batch, which travels as one JSON document."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import msgspec
import psycopg
from django.db import connection

# A row as the driver hands it over: its columns' types are known to whoever wrote the statement.
Row: TypeAlias = tuple[Any, ...]
Cursor: TypeAlias = "psycopg.Cursor[Row]"

_encode = msgspec.json.Encoder().encode


def run(statement: str, rows: Sequence[object] = (), /, **scalars: object) -> list[Row]:
    """Run `statement` inside the caller's transaction and return its rows.

    It reads the batch as `jsonb_to_recordset(%(rows)s::jsonb)` and single values by their names.
    Parameters are bound in the server and the statement is prepared: planning these joins anew for
    every batch costs more than running them.
    """
    return rows_of(start(statement, rows, **scalars))


def start(statement: str, rows: Sequence[object] = (), /, **scalars: object) -> Cursor:
    """Run `statement` as `run` does, for one that returns nothing, or whose rows are asked for later.

    Inside `one_round_trip` it is only sent.
    """
    cursor = psycopg.Cursor(connection.connection)
    with connection.wrap_database_errors:
        cursor.execute(statement, {"rows": _encode(rows).decode(), **scalars}, prepare=True)
    return cursor


def rows_of(cursor: Cursor) -> list[Row]:
    """Return the rows of a statement that was started; they are waited for if they are still on their way."""
    with connection.wrap_database_errors:
        return cursor.fetchall()


@contextmanager
def one_round_trip() -> Iterator[None]:
    """Send the statements started inside together: they run in order, and their answers come together."""
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
