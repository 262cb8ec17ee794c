"""Counts how agents use what is signed, day by day; counting a day again gives the same rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from inbox import batches
from inbox.actions.edits import compare_replies
from inbox.models.deliveries import CAME_TO_NOTHING
from inbox.models.messages import not_a_survey
from inbox.models.offers import UNASKED, OfferState

# As far back replies and their failures are looked at again; the days of the offers that they decide are counted anew.
LATELY = timedelta(days=2)


def count_lately() -> list[date]:
    """Count today, yesterday, and the earlier days whose offers were decided since; return which."""
    today = timezone.now().date()
    lately = [today - timedelta(days=1), today]
    compared = compare_replies()
    decided = {day for one in lately for day in _decide_offers(one)}
    return _count({*lately, *compared, *decided})


def count_days(days: Iterable[date]) -> list[date]:
    """Count days anew, from the offers and replies of each; return them in order."""
    ordered = sorted(days)
    compared = compare_replies()
    decided = {day for one in ordered for day in _decide_offers(one)}
    return _count({*ordered, *compared, *decided})


def _count(days: Iterable[date]) -> list[date]:
    """Count days, one transaction each; return them in order."""
    ordered = sorted(days)
    for day in ordered:
        _count_day(day)
    return ordered


@transaction.atomic(durable=True)
def _decide_offers(day: date) -> list[date]:
    """Say what became of the offers that a day's replies may have decided; return the days of those that changed."""
    return [one for (one,) in batches.run(_DECIDE, sorted(CAME_TO_NOTHING), **_bounds(day))]


@transaction.atomic(durable=True)
def _count_day(day: date) -> None:
    batches.run(_COUNT, sorted(CAME_TO_NOTHING), day=day, unasked=[str(state) for state in UNASKED], **_bounds(day))


def _bounds(day: date) -> dict[str, datetime]:
    begins = datetime.combine(day, time.min, UTC)
    return {"begins": begins, "ends": begins + timedelta(days=1)}


# The next reply in the ticket decides, where it is the same person's, what they had seen last; what they had seen of
# it before an earlier message stays open.
_DECIDE = f"""
WITH touched AS (
    SELECT DISTINCT ticket_id FROM inbox_message
    WHERE created_at >= %(begins)s::timestamptz AND created_at < %(ends)s::timestamptz
      AND direction = 'outbound' AND user_id IS NOT NULL
), found AS (
    SELECT o.id, answer.id AS reply_id, CASE WHEN answer.id IS NOT NULL THEN EXISTS (
               SELECT FROM inbox_span s WHERE s.message_id = answer.id AND s.version_id = o.version_id) END AS used
    FROM touched JOIN inbox_offer o USING (ticket_id)
    LEFT JOIN LATERAL (
        SELECT m.id, m.user_id FROM inbox_message m LEFT JOIN inbox_delivery d ON d.message_id = m.id
        WHERE m.ticket_id = o.ticket_id AND m.id > o.message_id AND m.direction = 'outbound' AND {not_a_survey("m.id")}
          AND NOT coalesce(d.state, '') = ANY (SELECT jsonb_array_elements_text(%(rows)s::jsonb))
        ORDER BY m.id LIMIT 1) AS answer ON answer.user_id = o.user_id AND NOT EXISTS (
        SELECT FROM inbox_offer later WHERE later.ticket_id = o.ticket_id AND later.user_id = o.user_id
          AND later.version_id IS NOT DISTINCT FROM o.version_id AND later.state <> '{OfferState.TAKEN}'
          AND later.message_id > o.message_id AND later.message_id < answer.id)
), changed AS (
    UPDATE inbox_offer o SET reply_id = found.reply_id, used = found.used
    FROM found WHERE found.id = o.id AND (o.reply_id, o.used) IS DISTINCT FROM (found.reply_id, found.used)
    RETURNING (o.shown_at AT TIME ZONE 'UTC')::date AS day
)
SELECT DISTINCT day FROM changed
"""  # noqa: S608 - our own words

# A reply that came to nothing is no use. Rows that would stay as they are aren't written.
_COUNT = """
WITH offered AS (
    SELECT o.organization_id, o.version_id, c.brand_id, c.network, w.language,
           count(*) FILTER (WHERE o.state = ANY (%(unasked)s::text[])) AS shown,
           count(*) FILTER (WHERE o.inserted_at IS NOT NULL OR o.used) AS inserted,
           count(*) FILTER (WHERE o.state = ANY (%(unasked)s::text[]) AND o.used) AS accepted,
           count(*) FILTER (WHERE o.state = ANY (%(unasked)s::text[]) AND NOT o.used) AS rejected,
           0 AS unchanged, 0 AS edited
    FROM inbox_offer o
    JOIN inbox_ticket t ON t.id = o.ticket_id
    JOIN inbox_channel c ON c.id = t.channel_id
    JOIN brandvoice_wording w ON w.id = o.wording_id
    WHERE o.shown_at >= %(begins)s::timestamptz AND o.shown_at < %(ends)s::timestamptz
    GROUP BY 1, 2, 3, 4, 5
), replied AS (
    SELECT s.organization_id, s.version_id, c.brand_id, c.network, w.language, m.id, bool_or(s.edited) AS edited
    FROM inbox_message m
    JOIN inbox_span s ON s.message_id = m.id
    JOIN inbox_channel c ON c.id = m.channel_id
    JOIN brandvoice_wording w ON w.id = s.wording_id
    LEFT JOIN inbox_delivery d ON d.message_id = m.id
    WHERE m.created_at >= %(begins)s::timestamptz AND m.created_at < %(ends)s::timestamptz AND m.direction = 'outbound'
      AND s.edited IS NOT NULL
      AND NOT coalesce(d.state, '') = ANY (SELECT jsonb_array_elements_text(%(rows)s::jsonb))
    GROUP BY 1, 2, 3, 4, 5, 6
), counted AS (
    SELECT organization_id, version_id, brand_id, network, language, sum(shown) AS shown, sum(inserted) AS inserted,
           sum(accepted) AS accepted, sum(rejected) AS rejected, sum(unchanged) AS unchanged, sum(edited) AS edited
    FROM (SELECT * FROM offered UNION ALL
          SELECT organization_id, version_id, brand_id, network, language, 0, 0, 0, 0,
                 count(*) FILTER (WHERE NOT edited), count(*) FILTER (WHERE edited)
          FROM replied GROUP BY 1, 2, 3, 4, 5) AS both_sides
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(shown + inserted + unchanged + edited) > 0
), gone AS (
    DELETE FROM brandvoice_usageday old WHERE old.day = %(day)s::date AND NOT EXISTS (
        SELECT FROM counted n WHERE (n.organization_id, n.version_id, n.brand_id, n.network, n.language)
            = (old.organization_id, old.version_id, old.brand_id, old.network, old.language))
)
INSERT INTO brandvoice_usageday AS old (organization_id, day, position_id, version_id, brand_id, network, language,
    shown, inserted, accepted, rejected, unchanged, edited)
SELECT n.organization_id, %(day)s::date, v.position_id, n.version_id, n.brand_id, n.network, n.language,
       n.shown, n.inserted, n.accepted, n.rejected, n.unchanged, n.edited
FROM counted n JOIN brandvoice_positionversion v ON v.id = n.version_id
ORDER BY 1, 4, 5, 6, 7
ON CONFLICT (organization_id, day, version_id, brand_id, network, language)
DO UPDATE SET shown = excluded.shown, inserted = excluded.inserted, accepted = excluded.accepted,
    rejected = excluded.rejected, unchanged = excluded.unchanged, edited = excluded.edited
WHERE (old.shown, old.inserted, old.accepted, old.rejected, old.unchanged, old.edited) <>
    (excluded.shown, excluded.inserted, excluded.accepted, excluded.rejected, excluded.unchanged, excluded.edited)
RETURNING old.id
"""
