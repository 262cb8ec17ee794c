"""The two statements of intake: the locks of a batch, and the one that stores all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

import msgspec

from accounts.models import ApiKey
from inbox import batches, events
from inbox.models import Channel, ReopenPolicy


class AuthorRow(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A customer's account as a batch names it; rows point at each other by their numbers in the batch."""

    author: int
    external_id: str
    username: str
    name: str
    avatar_url: str
    followers: int | None
    language: str
    region: str = ""
    audience: str = ""


class ThreadRow(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the messages of one thread say about its ticket, whether that is there or has to be made.

    `author` is the customer of a new ticket, `customer` the first who isn't the brand; `opening` is the
    visibility of the first message, `visibility` that of the last.
    """

    thread: int
    thread_key: str
    author: int
    customer: int | None
    subject: str
    language: str
    opening: str
    visibility: str
    preview: str
    awaiting: bool
    last: datetime
    inbound: datetime | None
    replied: datetime | None
    product: str = ""


class MessageRow(msgspec.Struct, frozen=True, gc=False):
    """A message, with what came beside its text."""

    thread: int
    author: int
    external_id: str
    direction: str
    visibility: str
    in_reply_to: str
    text: str
    html: str
    language: str
    sent_at: datetime
    raw: str | None
    files: list[dict[str, str]] | None


class Batch(msgspec.Struct, frozen=True, gc=False):
    """All rows of one batch."""

    authors: list[AuthorRow]
    threads: list[ThreadRow]
    messages: list[MessageRow]


class Place(NamedTuple):
    """Where a message is stored."""

    message_id: int
    number: int


# By the messages' external ids.
Places: TypeAlias = dict[str, Place]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the channel had already, what is new, and the events about it."""

    known: Places
    places: Places
    news: list[events.Written]


def store(channel: Channel, batch: Batch, *, by: ApiKey | None) -> Stored:
    """Lock the batch's threads and authors, then store it; where the channel has any of it already, only say which.

    One transaction at a time finds or makes a thread. Both statements and the commit travel together: the
    second sees what was committed before the first got its locks, and nobody waits for this process while
    it holds them. Raises IntegrityError where another transaction stores one of the messages meanwhile.
    """
    names = [f"thread:{row.thread_key}" for row in batch.threads] + [
        f"author:{row.external_id}" for row in batch.authors
    ]
    with batches.one_transaction():
        batches.start(_LOCKS, names, channel=channel.pk)
        cursor = batches.start(
            _STORE,
            batch,
            organization=channel.organization_id,
            brand=channel.brand_id,
            team=channel.team_id,
            channel=channel.pk,
            reopens=channel.reopen_policy == ReopenPolicy.REOPEN,
            key=by.pk if by else None,
        )
    return _read(batches.rows_of(cursor))


def _read(rows: Sequence[batches.Row]) -> Stored:
    """Sort the rows of the statement: an event each, or a message that was there already."""
    found = Stored({}, {}, [])
    for event, kind, team, ticket, message, assignee, number, external_id in rows:
        if event is None:
            found.known[external_id] = Place(message, number)
            continue
        found.news.append(events.Written(event, kind, team, ticket, assignee))
        if message is not None:
            found.places[external_id] = Place(message, number)
    return found


# In one order, so that no two batches wait for each other.
_LOCKS = """
SELECT count(pg_advisory_xact_lock(name)) FROM (
    SELECT DISTINCT hashtextextended(value, %(channel)s::bigint) AS name
    FROM json_array_elements_text(%(rows)s::json) ORDER BY name
) AS names
"""

# Every new row gets its id before it is written, so that no insert waits for what another returns. A look-up that must
# use its index whatever the statistics say stands in LATERAL with LIMIT, or behind ANY(ARRAY(…)). All batches of an
# organization wait for its counter, which is therefore taken late: after accounts and messages.
_STORE = """
WITH said AS (
    SELECT * FROM ROWS FROM (json_to_recordset(%(rows)s::json->'messages') AS (
        thread int, author int, external_id text, direction text, visibility text, in_reply_to text, text text,
        html text, language text, sent_at timestamptz, raw text, files json)) WITH ORDINALITY
        AS m(thread, author, external_id, direction, visibility, in_reply_to, text, html, language, sent_at, raw, files,
             position)
), known AS (
    SELECT s.external_id, m.id, t.number
    FROM said s
    CROSS JOIN LATERAL (SELECT id, ticket_id FROM inbox_message
                        WHERE channel_id = %(channel)s::bigint AND external_id = s.external_id LIMIT 1) m
    CROSS JOIN LATERAL (SELECT number FROM inbox_ticket WHERE id = m.ticket_id LIMIT 1) t
), message AS (
    SELECT s.*, nextval('inbox_message_id_seq'::regclass) AS id FROM said s WHERE NOT EXISTS (SELECT FROM known)
), person AS (
    SELECT a.*, d.id IS NULL AS is_new, coalesce(d.id, nextval('inbox_identity_id_seq'::regclass)) AS id,
           coalesce(d.contact_id, nextval('inbox_contact_id_seq'::regclass)) AS contact,
           (a.username <> '' AND a.username <> d.username) OR (a.name <> '' AND a.name <> d.name)
           OR (a.avatar_url <> '' AND a.avatar_url <> d.avatar_url)
           OR (a.followers IS NOT NULL AND a.followers IS DISTINCT FROM d.followers) AS is_changed,
           coalesce(d.blocked_until > now(), false) AS is_blocked,
           coalesce(nullif(a.region, ''), k.region, '') AS lives_in
    FROM json_to_recordset(%(rows)s::json->'authors') AS a(
        author int, external_id text, username text, name text, avatar_url text, followers int, language text,
        region text, audience text)
    LEFT JOIN LATERAL (SELECT * FROM inbox_identity
                       WHERE channel_id = %(channel)s::bigint AND external_id = a.external_id LIMIT 1) d ON true
    LEFT JOIN LATERAL (SELECT region FROM inbox_contact WHERE id = d.contact_id LIMIT 1) k ON true
    WHERE NOT EXISTS (SELECT FROM known)
), contacts AS (
    INSERT INTO inbox_contact (id, organization_id, name, language, region, audience, created_at)
    SELECT contact, %(organization)s::bigint,
           left(coalesce(nullif(name, ''), nullif(username, ''), external_id), 200), language,
           coalesce(region, ''), coalesce(audience, ''), now()
    FROM person WHERE is_new
    RETURNING 1
), described AS (
    UPDATE inbox_contact k
    SET region = coalesce(p.region, k.region), audience = coalesce(p.audience, k.audience)
    FROM person p
    WHERE k.id = p.contact AND (p.region <> k.region OR p.audience <> k.audience)
    AND k.id = ANY(ARRAY(SELECT contact FROM person WHERE NOT is_new AND coalesce(region, audience) IS NOT NULL))
), identities AS (
    INSERT INTO inbox_identity (id, organization_id, channel_id, contact_id, external_id, username, name,
                                avatar_url, followers, created_at)
    SELECT id, %(organization)s::bigint, %(channel)s::bigint, contact, external_id, username, name,
           avatar_url, followers, now()
    FROM person WHERE is_new
    RETURNING 1
), renamed AS (
    UPDATE inbox_identity d
    SET username = coalesce(nullif(p.username, ''), d.username), name = coalesce(nullif(p.name, ''), d.name),
        avatar_url = coalesce(nullif(p.avatar_url, ''), d.avatar_url), followers = coalesce(p.followers, d.followers)
    FROM person p
    WHERE d.id = p.id AND d.id = ANY(ARRAY(SELECT id FROM person WHERE is_changed AND NOT is_new))
), thread AS (
    SELECT * FROM json_to_recordset(%(rows)s::json->'threads') AS h(
        thread int, thread_key text, author int, customer int, subject text, language text, opening text,
        visibility text, preview text, awaiting boolean, last timestamptz, inbound timestamptz, replied timestamptz,
        product text)
    WHERE NOT EXISTS (SELECT FROM known)
), found AS (
    SELECT h.thread, n.id AS home, coalesce(n.continues_in_id, n.id) AS ticket
    FROM thread h CROSS JOIN LATERAL (
        (SELECT id, continues_in_id, 1 AS rank FROM inbox_ticket
         WHERE channel_id = %(channel)s::bigint AND thread_key = h.thread_key AND status <> 'resolved'
         AND continues_in_id IS NULL LIMIT 1)
        UNION ALL
        (SELECT id, continues_in_id, 2 FROM inbox_ticket
         WHERE channel_id = %(channel)s::bigint AND thread_key = h.thread_key ORDER BY id DESC LIMIT 1)
        ORDER BY rank LIMIT 1) n
), newest AS (
    SELECT t.id, t.number, t.status, t.assignee_id, t.team_id, t.brand_id, t.priority, t.resolved_at, t.is_spam,
           t.spam_by_block, t.channel_id, t.thread_key
    FROM inbox_ticket t WHERE t.id = ANY(ARRAY(SELECT ticket FROM found)) ORDER BY t.id FOR NO KEY UPDATE
), joined AS (
    SELECT h.*, f.home, n.id, n.number, n.status, n.assignee_id AS assignee, n.team_id, n.brand_id, n.priority,
           n.is_spam, n.id IS NULL OR coalesce(
               n.status = 'resolved' AND NOT n.is_spam AND h.inbound > n.resolved_at + CASE WHEN %(reopens)s::boolean
               THEN (SELECT make_interval(days => reopen_days) FROM accounts_organization
                     WHERE id = %(organization)s::bigint) ELSE interval '0' END, false) OR coalesce(
               -- Merged into a ticket that is done, while that one's own thread has gone on in another.
               f.home <> n.id AND n.status = 'resolved' AND NOT n.is_spam AND h.inbound IS NOT NULL AND EXISTS (
                   SELECT FROM inbox_ticket o WHERE o.channel_id = n.channel_id AND o.thread_key = n.thread_key
                   AND o.status <> 'resolved' AND o.continues_in_id IS NULL), false) AS opens,
           -- What a person marked is not heard; what a block made so is, once somebody writes who is not blocked.
           coalesce(n.is_spam AND (NOT n.spam_by_block OR h.inbound IS NULL), false) OR coalesce(
               (SELECT bool_and(p.is_blocked) FROM message m JOIN person p ON p.author = m.author
                WHERE m.thread = h.thread), false) AS is_quiet
    FROM thread h LEFT JOIN found f ON f.thread = h.thread LEFT JOIN newest n ON n.id = f.ticket
), continued AS (
    SELECT DISTINCT ON (id) id, status, assignee, team_id, brand_id, priority, is_spam, number, thread, customer,
           preview, visibility, awaiting, last, max(inbound) OVER same AS inbound, min(replied) OVER same AS replied,
           max(inbound) FILTER (WHERE home = id) OVER same AS heard, bool_and(is_quiet) OVER same AS is_quiet,
           coalesce(nullif(product, ''), max(product) OVER same) AS product
    FROM joined WHERE NOT opens WINDOW same AS (PARTITION BY id) ORDER BY id, last DESC, thread
), opened AS (
    SELECT o.*, nextval('inbox_ticket_id_seq'::regclass) AS id
    FROM (SELECT thread, thread_key, author, subject, language, opening, preview, awaiting, last, inbound, replied,
                 product, is_quiet, id AS earlier, number AS earlier_number, team_id AS earlier_team
          FROM joined WHERE opens ORDER BY thread) o
), place AS (
    SELECT thread, id, NULL::bigint AS home, is_quiet FROM opened
    UNION ALL SELECT thread, id, nullif(home, id), is_quiet FROM joined WHERE NOT opens
), stored AS (
    INSERT INTO inbox_message (
        id, organization_id, channel_id, ticket_id, home_id, direction, visibility, external_id, in_reply_to,
        identity_id, text, html, language, sent_at, purpose, created_at, enriched_at)
    SELECT m.id, %(organization)s::bigint, %(channel)s::bigint, t.id, t.home, m.direction, m.visibility, m.external_id,
           m.in_reply_to, CASE WHEN m.direction = 'inbound' THEN p.id END, m.text, m.html, m.language, m.sent_at, '',
           now(), CASE WHEN t.is_quiet THEN now() END
    FROM message m JOIN place t ON t.thread = m.thread JOIN person p ON p.author = m.author
    RETURNING 1
), counter AS (
    INSERT INTO inbox_ticketcounter AS c (organization_id, last)
    SELECT %(organization)s::bigint, count(*) FROM opened
    WHERE (SELECT count(*) FROM contacts) + (SELECT count(*) FROM identities) + (SELECT count(*) FROM stored) > 0
    HAVING count(*) > 0
    ON CONFLICT (organization_id) DO UPDATE SET last = c.last + excluded.last
    RETURNING last
), numbered AS (
    SELECT o.*, (SELECT last FROM counter) - count(*) OVER () + row_number() OVER (ORDER BY thread) AS number
    FROM opened o
), tickets AS (
    INSERT INTO inbox_ticket (
        id, organization_id, brand_id, channel_id, team_id, status, priority, number, thread_key, contact_id,
        identity_id, subject, language, visibility, preview, awaiting_reply, last_message_at, last_inbound_at,
        first_replied_at, product, created_at, is_spam, resolved_at,
        spam_by_block)
    SELECT o.id, %(organization)s::bigint, %(brand)s::bigint, %(channel)s::bigint, %(team)s::bigint,
           CASE WHEN o.is_quiet THEN 'resolved' ELSE 'open' END, 1, o.number, o.thread_key, p.contact, p.id, o.subject,
           o.language, o.opening, o.preview, o.awaiting, o.last, o.inbound, o.replied, coalesce(o.product, ''), now(),
           o.is_quiet, CASE WHEN o.is_quiet THEN now() END, o.is_quiet
    FROM numbered o JOIN person p ON p.author = o.author
), links AS (
    INSERT INTO inbox_ticketlink (organization_id, ticket_id, other_id, kind, created_at)
    SELECT %(organization)s::bigint, id, earlier, 'follow_up', now() FROM numbered WHERE earlier IS NOT NULL
), changed AS (
    UPDATE inbox_ticket t
    SET status = CASE WHEN c.inbound IS NULL THEN t.status ELSE 'open' END,
        preview = CASE WHEN c.last >= t.last_message_at THEN c.preview ELSE t.preview END,
        product = coalesce(c.product, t.product),
        visibility = CASE WHEN c.last >= t.last_message_at THEN c.visibility ELSE t.visibility END,
        awaiting_reply = CASE WHEN c.last >= t.last_message_at THEN c.awaiting ELSE t.awaiting_reply END,
        waiting_since = CASE WHEN c.inbound IS NULL OR (t.awaiting_reply AND t.status <> 'resolved')
                             THEN t.waiting_since ELSE now() END,
        last_message_at = greatest(t.last_message_at, c.last),
        last_inbound_at = greatest(t.last_inbound_at, c.heard),
        first_replied_at = coalesce(t.first_replied_at, c.replied),
        named_status_id = CASE WHEN c.inbound IS NULL OR t.status = 'open' THEN t.named_status_id END,
        snoozed_until = CASE WHEN c.inbound IS NULL THEN t.snoozed_until END,
        resolved_at = CASE WHEN c.inbound IS NULL THEN t.resolved_at END,
        is_spam = false, spam_by_block = false,
        contact_id = CASE WHEN t.last_inbound_at IS NULL THEN coalesce(p.contact, t.contact_id) ELSE t.contact_id END,
        identity_id = CASE WHEN t.last_inbound_at IS NULL THEN coalesce(p.id, t.identity_id) ELSE t.identity_id END
    FROM continued c LEFT JOIN person p ON p.author = c.customer
    WHERE t.id = c.id AND NOT c.is_quiet AND t.id = ANY(ARRAY(SELECT id FROM continued))
), heard AS (
    UPDATE inbox_ticket t SET last_inbound_at = greatest(t.last_inbound_at, j.inbound)
    FROM joined j WHERE t.id = j.home AND j.home <> j.id AND NOT j.opens
    AND t.id = ANY(ARRAY(SELECT home FROM joined WHERE home <> id AND NOT opens))
), ticket AS (
    SELECT thread, id, number, NULL::bigint AS assignee, %(team)s::bigint AS team, is_quiet FROM numbered
    UNION ALL SELECT thread, id, number, assignee, team_id, is_quiet FROM joined WHERE NOT opens
), raws AS (
    INSERT INTO inbox_rawmessage (message_id, body) SELECT id, raw FROM message WHERE raw IS NOT NULL
), files AS (
    INSERT INTO inbox_attachment (organization_id, message_id, url, content_type, name)
    SELECT %(organization)s::bigint, m.id, f.url, f.type, f.name
    FROM message m CROSS JOIN LATERAL json_to_recordset(m.files) AS f(url text, type text, name text)
), happened AS (
    SELECT 0 AS rank, thread AS position, 'ticket.created' AS kind, id AS ticket, number, %(team)s::bigint AS team,
           NULL::bigint AS assignee, NULL::bigint AS message, NULL AS external_id,
           jsonb_build_object('was', NULL, 'now', jsonb_build_object(
               'status', CASE WHEN is_quiet THEN 'resolved' ELSE 'open' END, 'spam', is_quiet, 'assignee', NULL,
               'team', %(team)s::bigint, 'brand', %(brand)s::bigint, 'priority', 1)) AS facts
    FROM numbered
    UNION ALL
    SELECT 1, thread, 'ticket.followed_up', id, number, %(team)s::bigint, NULL, NULL, NULL, jsonb_build_object(
               'number', CASE WHEN earlier_team = %(team)s::bigint THEN earlier_number END)
    FROM numbered WHERE earlier IS NOT NULL
    UNION ALL
    SELECT 1, thread, CASE status WHEN 'resolved' THEN 'ticket.reopened' ELSE 'ticket.woken' END, id, number, team_id,
           assignee, NULL, NULL,
           jsonb_build_object('was', s.state, 'now', s.state || '{"status": "open", "spam": false}')
    FROM continued CROSS JOIN LATERAL (SELECT jsonb_build_object('status', status, 'assignee', assignee,
        'team', team_id, 'brand', brand_id, 'priority', priority, 'spam', is_spam) AS state) s
    WHERE status <> 'open' AND inbound IS NOT NULL AND NOT is_quiet
    UNION ALL
    SELECT 2, m.position, CASE WHEN t.is_quiet THEN 'message.kept' WHEN m.direction = 'inbound' THEN 'message.received'
                          ELSE 'message.seen_on_network' END,
           t.id, t.number, t.team, t.assignee, m.id, m.external_id,
           CASE WHEN p.lives_in <> '' AND m.direction = 'inbound' THEN jsonb_build_object('region', p.lives_in)
                ELSE '{}' END
    FROM message m JOIN ticket t ON t.thread = m.thread JOIN person p ON p.author = m.author
), news AS (
    SELECT h.*, nextval('inbox_event_id_seq'::regclass) AS id
    FROM (SELECT * FROM happened ORDER BY rank, position) h
), log AS (
    INSERT INTO inbox_event (id, organization_id, team_id, ticket_id, message_id, kind, key_id, facts, created_at)
    SELECT id, %(organization)s::bigint, team, ticket, message, kind, %(key)s::bigint, facts, now() FROM news
)
SELECT id, kind, team, ticket, message, assignee, number, external_id FROM news
UNION ALL SELECT NULL, NULL, NULL, NULL, id, NULL, number, external_id FROM known
"""
