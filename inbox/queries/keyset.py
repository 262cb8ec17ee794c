"""Cursors of lists that are ordered by a moment and an id: a page is found by where the last one ended."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1


class BadCursor(Exception):
    """The cursor was not made by this list."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"“{cursor}” is no cursor of this list.")


def cursor_of(moment: datetime, pk: int) -> str:
    """Return the cursor of the page that begins after this row."""
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """Return where a cursor points; raises BadCursor."""
    moment, _dash, number = cursor.partition("-")
    try:
        pk = int(number)
        if not 0 <= pk <= _LARGEST:
            raise BadCursor(cursor)
        return _EPOCH + timedelta(microseconds=int(moment)), pk
    except (ValueError, OverflowError) as error:
        raise BadCursor(cursor) from error
