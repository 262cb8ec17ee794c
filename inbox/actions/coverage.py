"""Counts what was asked each day and how it was answered; counting a day again gives the same rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from inbox import batches
from inbox.models.deliveries import CAME_TO_NOTHING
from inbox.models.messages import not_a_survey

# Answers and corrections of this long ago are looked at again; what they change is counted anew back to the second.
LATELY = timedelta(days=2)
LONGEST = timedelta(days=90)


def count_lately() -> list[date]:
    """Count today, yesterday, and the earlier days whose messages were answered or corrected since; return which."""
    return count_days({*days_back(2), *_touched(timezone.now())})


def days_back(days: int) -> list[date]:
    """Return the last `days` days, oldest first."""
    today = timezone.now().date()
    return [today - timedelta(days=back) for back in reversed(range(days))]


def count_days(days: Iterable[date]) -> list[date]:
    """Count days, one transaction each; return them in order."""
    ordered = sorted(days)
    for day in ordered:
        _count_day(day)
    return ordered


@transaction.atomic(durable=True)
def _count_day(day: date) -> None:
    batches.run(
        _COUNT, sorted(CAME_TO_NOTHING), day=day, begins=_midnight(day), ends=_midnight(day + timedelta(days=1))
    )


@transaction.atomic(durable=True)
def _touched(now: datetime) -> list[date]:
    return [day for (day,) in batches.run(_TOUCHED, since=now - LATELY, oldest=now - LONGEST)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


# A reply that came to nothing is no answer. Rows that would stay as they are aren't written.
_COUNT = f"""
WITH counted AS (
    SELECT m.organization_id, c.brand_id, c.network,
           split_part(lower(coalesce(nullif(m.language, ''), t.language)), '-', 1) AS language, m.topic,
           count(*) AS asked, count(*) FILTER (WHERE answer.signed) AS signed,
           count(*) FILTER (WHERE NOT answer.signed) AS free
    FROM inbox_message m
    JOIN inbox_ticket t ON t.id = m.ticket_id
    JOIN inbox_channel c ON c.id = m.channel_id
    LEFT JOIN LATERAL (
        SELECT EXISTS (SELECT FROM inbox_span s WHERE s.message_id = o.id) AS signed
        FROM inbox_message o LEFT JOIN inbox_delivery d ON d.message_id = o.id
        WHERE o.ticket_id = m.ticket_id AND o.direction = 'outbound' AND (o.sent_at, o.id) > (m.sent_at, m.id)
          AND NOT coalesce(d.state, '') = ANY (SELECT jsonb_array_elements_text(%(rows)s::jsonb))
          AND {not_a_survey("o.id")}
        ORDER BY o.sent_at, o.id LIMIT 1) AS answer ON true
    WHERE m.direction = 'inbound' AND m.created_at >= %(begins)s::timestamptz AND m.created_at < %(ends)s::timestamptz
    GROUP BY 1, 2, 3, 4, 5
), gone AS (
    DELETE FROM inbox_coverageday old WHERE old.day = %(day)s::date AND NOT EXISTS (
        SELECT FROM counted n WHERE (n.organization_id, n.brand_id, n.network, n.language, n.topic)
            = (old.organization_id, old.brand_id, old.network, old.language, old.topic))
)
INSERT INTO inbox_coverageday AS old (organization_id, day, brand_id, network, language, topic, asked, signed, free)
SELECT organization_id, %(day)s::date, brand_id, network, language, topic, asked, signed, free FROM counted
ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (organization_id, day, brand_id, network, language, topic)
DO UPDATE SET asked = excluded.asked, signed = excluded.signed, free = excluded.free
WHERE (old.asked, old.signed, old.free) <> (excluded.asked, excluded.signed, excluded.free)
RETURNING old.id
"""  # noqa: S608 - our own words

_TOUCHED = """
SELECT DISTINCT (asked.created_at AT TIME ZONE 'UTC')::date
FROM inbox_message answer JOIN inbox_message asked ON asked.ticket_id = answer.ticket_id
WHERE answer.direction = 'outbound' AND answer.created_at >= %(since)s::timestamptz
  AND asked.direction = 'inbound' AND asked.created_at >= %(oldest)s::timestamptz
UNION
SELECT (asked.created_at AT TIME ZONE 'UTC')::date
FROM inbox_lesson lesson JOIN inbox_message asked ON asked.id = lesson.message_id
WHERE lesson.created_at >= %(since)s::timestamptz AND asked.created_at >= %(oldest)s::timestamptz
"""
