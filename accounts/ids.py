"""Ids of rows as addresses and forms name them: the one place where they are read."""

# Digits that every id fits into, and that every bigint of the database takes.
LONGEST_ID = 18


def named_id(text: str | None) -> int:
    """Return the id or the version that an address or a form names; 0, which is nobody's, for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
