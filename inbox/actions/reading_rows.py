"""The statements that store what was read off messages, and what of it their tickets show; a batch each."""

from collections.abc import Collection, Mapping, Sequence

from inbox import batches
from inbox.models.messages import not_a_survey

_STORE = """
UPDATE inbox_message AS message SET
    language = coalesce(read.language, message.language), language_confidence = read.language_confidence,
    sentiment = read.sentiment, sentiment_confidence = read.sentiment_confidence,
    urgency = read.urgency, urgency_confidence = read.urgency_confidence,
    topic = coalesce(read.topic, ''), topic_confidence = read.topic_confidence,
    enriched_at = now(), counted = message.counted OR read.counted
FROM jsonb_to_recordset(%(rows)s::jsonb) AS read(
    id bigint, language text, language_confidence float, sentiment smallint, sentiment_confidence float,
    urgency smallint, urgency_confidence float, topic text, topic_confidence float, counted boolean)
WHERE message.id = read.id
"""

# Rows are taken in the order of their ids, as everybody takes them who needs more than one.
_LOCK = """
SELECT id FROM inbox_ticket WHERE id = ANY(SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint)
ORDER BY id FOR NO KEY UPDATE
"""

_SHOW = f"""
UPDATE inbox_ticket AS ticket SET
    sentiment = newest.sentiment, topic = newest.topic, urgency = open.urgency,
    language = CASE WHEN ticket.language = '' THEN coalesce(first.language, '') ELSE ticket.language END
FROM (SELECT jsonb_array_elements_text(%(rows)s::jsonb)::bigint AS id) AS wanted
CROSS JOIN LATERAL (
    SELECT sentiment, topic FROM inbox_message WHERE ticket_id = wanted.id AND direction = 'inbound'
    ORDER BY sent_at DESC, id DESC LIMIT 1) AS newest
CROSS JOIN LATERAL (
    SELECT max(sent_at) AS at FROM inbox_message m WHERE ticket_id = wanted.id AND direction = 'outbound'
    AND {not_a_survey("m.id")}) AS answer
CROSS JOIN LATERAL (
    SELECT max(urgency) AS urgency FROM inbox_message WHERE ticket_id = wanted.id AND direction = 'inbound'
    AND sent_at > coalesce(answer.at, '-infinity')) AS open
LEFT JOIN LATERAL (
    SELECT split_part(lower(replace(language, '_', '-')), '-', 1) AS language FROM inbox_message
    WHERE ticket_id = wanted.id AND direction = 'inbound' AND language <> ''
    ORDER BY sent_at, id LIMIT 1) AS first ON true
WHERE ticket.id = wanted.id
"""  # noqa: S608 - our own words


def store_readings(rows: Sequence[Mapping[str, object]]) -> None:
    """Write what was read; a row names its message by `id`, and what it leaves out is unknown."""
    batches.start(_STORE, rows)


def show_on_tickets(ids: Collection[int]) -> None:
    """Give tickets the sentiment and topic of their newest message, and the highest urgency without an answer."""
    wanted = sorted(ids)
    batches.run(_LOCK, wanted)
    batches.start(_SHOW, wanted)
