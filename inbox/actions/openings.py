"""Keeps what tickets' customers asked first as vectors, in statements of a batch each."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from brandvoice.embedding import Vectors, current_embedder, embedder_for
from brandvoice.languages import base_language
from inbox import batches
from inbox.models import Message, Opening
from inbox.queries.openings import as_text, embedder_ids, finds_neighbours, says_something

BATCH = 100
# A worker that has much to read lets others in between.
MOST_BATCHES = 10


def keep_openings(messages: Sequence[Message], vectors: Mapping[int, Vectors], languages: Mapping[int, str]) -> None:
    """Store, inside the caller's transaction, the first message of each ticket's thread that says something.

    `vectors` are those of the English embedder, by message; what is said in another language waits for
    `read_openings`. A message that was edited is stored anew, or forgotten where it says nothing any more.
    """
    if not finds_neighbours():
        return
    english = current_embedder()
    rows = []
    for message in messages:
        is_english = embedder_for(languages[message.pk]) is english
        rows.append(
            {
                "ticket": message.origin_id,
                "organization": message.organization_id,
                "message": message.pk,
                "says": says_something(message.text),
                "embedder": english.id if is_english else "",
                "english": as_text(vectors[message.pk]) if is_english else None,
            }
        )
    if silent := [row for row in rows if not row["says"]]:
        batches.start(_FORGET, silent)
    if telling := [row for row in rows if row["says"]]:
        batches.start(_KEEP, telling)


def read_openings() -> int:
    """Read what no embedder of today has read yet, newest tickets first; return how many were read."""
    if not finds_neighbours():
        return 0
    done = 0
    for _batch in range(MOST_BATCHES):
        count = _read_batch()
        done += count
        if not count:
            break
    return done


@transaction.atomic(durable=True)
def _read_batch() -> int:
    rows = []
    # Locked while they are read: an edit in between would be lost.
    for opening in _waiting():
        message, ticket = opening.message, opening.ticket
        language = base_language(message.language or ticket.language or ticket.brand.language)
        embedder = embedder_for(language)
        column = "english" if embedder is current_embedder() else "other"
        vector = as_text(embedder.encode([message.text])[0])
        rows.append({"ticket": opening.pk, "embedder": embedder.id, column: vector})
    if rows:
        batches.start(_READ, rows)
    return len(rows)


def _waiting() -> Sequence[Opening]:
    """Return some rows that no embedder of today has read, each range of names by its own look at the index."""
    low, high = sorted(embedder_ids())
    for others in (Q(embedder__lt=low), Q(embedder__gt=low, embedder__lt=high), Q(embedder__gt=high)):
        rows = Opening.objects.filter(others).select_related("message", "ticket__brand")
        locked = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
        if found := list(locked.order_by("embedder", "-ticket")[:BATCH]):
            return found
    return ()


_KEEP = """
INSERT INTO inbox_opening AS old (ticket_id, organization_id, message_id, embedder, english)
SELECT DISTINCT ON (ticket) ticket, organization, message, embedder, english::halfvec
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(
    ticket bigint, organization bigint, message bigint, embedder text, english text)
ORDER BY ticket, message
ON CONFLICT (ticket_id) DO UPDATE SET embedder = excluded.embedder, english = excluded.english, other = NULL
WHERE old.message_id = excluded.message_id
"""

_FORGET = """
DELETE FROM inbox_opening AS old USING jsonb_to_recordset(%(rows)s::jsonb) AS silent(ticket bigint, message bigint)
WHERE old.ticket_id = silent.ticket AND old.message_id = silent.message
"""

_READ = """
UPDATE inbox_opening AS old SET embedder = new.embedder, english = new.english::halfvec, other = new.other::halfvec
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(ticket bigint, embedder text, english text, other text)
WHERE old.ticket_id = new.ticket
"""
