"""Compares what went out with what was signed, and puts together what agents keep changing."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from brandvoice.spans import alike, altered_outside_fill_ins, replacements
from inbox import batches
from inbox.models import Span, SpanEdit
from inbox.models.deliveries import CAME_TO_NOTHING

BATCH = 200
LONGEST = 200
# Changed so in fewer replies, or by fewer people, it is somebody's way of writing and no gap in what is signed.
# More than one person is also what keeps a customer's name out of it.
FEWEST_REPLIES, FEWEST_PEOPLE = 3, 2
LATELY = timedelta(days=90)


def compare_replies() -> set[date]:
    """Look at the signed words of replies that nobody has compared yet; return the days of these replies."""
    days: set[date] = set()
    while found := _compare_batch():
        days |= found
    return days


@transaction.atomic(durable=True)
def find_habits() -> None:
    """Count which changes to words in use several people make, in every organization by itself."""
    now = timezone.now()
    floor = {"replies": FEWEST_REPLIES, "people": FEWEST_PEOPLE}
    batches.run(_HABITS, sorted(CAME_TO_NOTHING), now=now, since=now - LATELY, **floor)


@transaction.atomic(durable=True)
def _compare_batch() -> set[date]:
    waiting = Span.objects.filter(edited=None, message__isnull=False).order_by("pk")
    claimed = set(
        waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).values_list("pk", flat=True)[:BATCH]
    )
    messages = Span.objects.filter(pk__in=claimed).values("message")
    around = Span.objects.filter(message__in=messages).select_related("message", "wording")
    spans = list(around.order_by("message", "wording", "start"))
    edits: list[SpanEdit] = []
    for _words, group in groupby(spans, key=lambda span: (span.message_id, span.wording_id)):
        edits += _compare(list(group), claimed)
    Span.objects.bulk_update([span for span in spans if span.pk in claimed], ["edited"])
    SpanEdit.objects.bulk_create(edits)
    return {span.message.created_at.date() for span in spans if span.message}


def _compare(pieces: Sequence[Span], claimed: set[int]) -> list[SpanEdit]:
    """Say of each piece of one wording in one reply whether the words were changed; return how.

    A wording that another was put into the middle of is in pieces; whole in one of them, it is unchanged.
    """
    signed, message = pieces[0].wording.text, pieces[0].message
    if message is None:
        raise AssertionError(f"Span {pieces[0].pk} is in no message.")
    cuts = [message.text[piece.start : piece.end] for piece in pieces]
    said = next((cut for cut in cuts if not altered_outside_fill_ins(signed, cut)), "".join(cuts))
    edited = bool(altered_outside_fill_ins(signed, said))
    for piece in pieces:
        piece.edited = edited
    if not edited or pieces[0].pk not in claimed:
        return []
    return [
        SpanEdit(
            organization_id=message.organization_id,
            span=pieces[0],
            version_id=pieces[0].version_id,
            was=change.was,
            now=change.now,
            was_key=alike(change.was)[:LONGEST],
            now_key=alike(change.now)[:LONGEST],
            written_at=message.created_at,
        )
        for change in replacements(signed, said)
        if max(len(change.was), len(change.now)) <= LONGEST
    ]


# Edits of a version count while it is in use: a new one with other words starts anew.
_HABITS = """
WITH counted AS (
    SELECT v.organization_id, v.position_id, v.id AS version_id, e.was_key, e.now_key,
           mode() WITHIN GROUP (ORDER BY e.was) AS was, mode() WITHIN GROUP (ORDER BY e.now) AS now,
           count(DISTINCT m.id) AS replies, count(DISTINCT m.user_id) AS people
    FROM brandvoice_positionversion v
    JOIN inbox_spanedit e ON e.version_id = v.id AND e.written_at >= %(since)s::timestamptz
    JOIN inbox_span s ON s.id = e.span_id
    JOIN inbox_message m ON m.id = s.message_id
    LEFT JOIN inbox_delivery d ON d.message_id = m.id
    WHERE v.status = 'signed' AND v.valid_from <= %(now)s::timestamptz
      AND coalesce(v.valid_until > %(now)s::timestamptz, true) AND coalesce(v.gives_way_at > %(now)s::timestamptz, true)
      AND NOT coalesce(d.state, '') = ANY (SELECT jsonb_array_elements_text(%(rows)s::jsonb))
    GROUP BY 1, 2, 3, 4, 5
    HAVING count(DISTINCT m.id) >= %(replies)s::int AND count(DISTINCT m.user_id) >= %(people)s::int
), gone AS (
    DELETE FROM brandvoice_habit old WHERE NOT EXISTS (
        SELECT FROM counted n WHERE (n.version_id, n.was_key, n.now_key) = (old.version_id, old.was_key, old.now_key))
)
INSERT INTO brandvoice_habit AS old (
    organization_id, position_id, version_id, was, now, was_key, now_key, replies, people)
SELECT organization_id, position_id, version_id, was, now, was_key, now_key, replies, people FROM counted
ORDER BY version_id, was_key, now_key
ON CONFLICT (version_id, was_key, now_key)
DO UPDATE SET was = excluded.was, now = excluded.now, replies = excluded.replies, people = excluded.people
WHERE (old.was, old.now, old.replies, old.people)
   <> (excluded.was, excluded.now, excluded.replies, excluded.people)
RETURNING id
"""
