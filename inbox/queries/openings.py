"""Whether this database can find nearest neighbours, and how a text is made ready to look for them."""

from functools import cache

from django.db import connection

from brandvoice.embedding import Vectors, current_embedder, multilingual_embedder, prepare

# As long as a greeting, in bytes: Chinese says as much in a third of the letters.
FEWEST_BYTES = 15


@cache
def finds_neighbours() -> bool:
    """Return whether the database has an index of nearest neighbours; false with a pgvector older than 0.8."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('opening_english') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def says_something(text: str) -> bool:
    """Return whether a text is more than a greeting."""
    return len(prepare(text).encode()) >= FEWEST_BYTES


def embedder_ids() -> tuple[str, str]:
    """Return the names of the embedders of today: that of English, and that of all other languages."""
    return current_embedder().id, multilingual_embedder().id


def as_text(vector: Vectors) -> str:
    """Return a vector as PostgreSQL reads it, as exact as half precision holds it."""
    return "[" + ",".join(f"{number:.4g}" for number in vector.tolist()) + "]"
