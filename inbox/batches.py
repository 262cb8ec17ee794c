"""Runs one prepared statement over a whole batch, which travels as one JSON document."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
import psycopg
from django.db import connection

# A row as the driver hands it over: its columns' types are known to whoever wrote the statement.
Row: TypeAlias = tuple[Any, ...]

_encode = msgspec.json.Encoder().encode


def run(statement: str, rows: Sequence[object] = (), /, **scalars: object) -> list[Row]:
    """Run `statement` inside the caller's transaction and return its rows.

    It reads the batch as `jsonb_to_recordset(%(rows)s::jsonb)` and single values by their names.
    Parameters are bound in the server and the statement is prepared: planning these joins anew for
    every batch costs more than running them.
    """
    cursor = psycopg.Cursor(connection.connection)
    try:
        with connection.wrap_database_errors:
            cursor.execute(statement, {"rows": _encode(rows).decode(), **scalars}, prepare=True)
        return cursor.fetchall() if cursor.description else []
    finally:
        cursor.close()
