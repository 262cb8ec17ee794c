"""Notes that people are there: who has a page open, as each web process sees it."""

from collections.abc import Collection

from django.db import connection, transaction

# How often who is there is noted; what is younger says nothing new.
EVERY_SECONDS = 30.0

_NOTE = """
INSERT INTO inbox_attendance AS a (user_id, organization_id, seen_at)
SELECT id, organization_id, now() FROM accounts_user
WHERE id = ANY(%(people)s::bigint[]) AND organization_id IS NOT NULL ORDER BY id
ON CONFLICT (user_id) DO UPDATE SET seen_at = now()
WHERE a.seen_at IS NULL OR a.seen_at < now() - make_interval(secs => %(every)s::float)
"""


@transaction.atomic(durable=True)
def note_present(people: Collection[int]) -> int:
    """Note that these people are there now; return for how many of them that is news."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"people": sorted(people), "every": EVERY_SECONDS})
        return int(cursor.rowcount)
