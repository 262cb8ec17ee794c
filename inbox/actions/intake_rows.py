"""The set-based statements of intake: each takes the whole batch as arrays and runs once."""

import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import nh3
from django.db import connection

from inbox.connectors.base import IncomingMessage
from inbox.models import Channel, Direction, Priority, Status


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is stored."""

    message_id: int
    ticket_id: int
    number: int
    team_id: int
    assignee_id: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer's account and whose it is."""

    identity_id: int
    contact_id: int


@dataclass(frozen=True, slots=True)
class TicketRow:
    """The part of a ticket that intake decides by."""

    pk: int
    number: int
    thread_key: str
    status: str
    assignee_id: int | None
    team_id: int
    brand_id: int
    priority: int
    last_message_at: datetime
    last_inbound_at: datetime | None
    resolved_at: datetime | None

    def state(self) -> dict[str, str | int | None]:
        """Return what decides in which views the ticket stands."""
        return {
            "status": self.status,
            "assignee": self.assignee_id,
            "team": self.team_id,
            "brand": self.brand_id,
            "priority": self.priority,
        }


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket about to be made."""

    person: Person
    subject: str
    language: str
    visibility: str
    preview: str
    awaiting_reply: bool
    last_message_at: datetime
    last_inbound_at: datetime | None
    first_replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What new messages do to a ticket; None leaves a column as it is."""

    ticket: TicketRow
    person: Person | None
    status: Status
    preview: str | None
    visibility: str | None
    awaiting_reply: bool | None
    last_message_at: datetime
    last_inbound_at: datetime | None
    first_replied_at: datetime | None


def lock_threads(channel_id: int, incoming: Iterable[IncomingMessage]) -> None:
    """Let one transaction at a time find or make these threads and authors; always locked in one order."""
    names = {f"thread:{m.thread_key}" for m in incoming} | {f"author:{m.author.external_id}" for m in incoming}
    keys = sorted(_lock_key(channel_id, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_advisory_xact_lock(k)) FROM unnest(%s::bigint[]) AS k", [keys])


def known_messages(channel_id: int, external_ids: list[str]) -> dict[str, Place]:
    """Return where those of the messages are that the channel already has."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [channel_id, external_ids])
        return {row[0]: Place(*row[1:]) for row in cursor.fetchall()}


_KNOWN = """
SELECT m.external_id, m.id, t.id, t.number, t.team_id, t.assignee_id
FROM inbox_message m JOIN inbox_ticket t ON t.id = m.ticket_id
WHERE m.channel_id = %s AND m.external_id = ANY(%s)
"""


def find_or_make_identities(channel: Channel, fresh: Sequence[IncomingMessage]) -> dict[str, Person]:
    """Return the account of each author, made with a new contact where it is new, renamed where it changed."""
    authors = {m.author.external_id: m.author for m in fresh}
    languages = {m.author.external_id: m.language[:2].lower() for m in fresh}
    with connection.cursor() as cursor:
        cursor.execute(
            _IDENTITIES,
            {
                "organization": channel.organization_id,
                "channel": channel.pk,
                "external_ids": list(authors),
                "usernames": [a.username for a in authors.values()],
                "names": [a.name for a in authors.values()],
                "avatars": [a.avatar_url for a in authors.values()],
                "followers": [a.followers for a in authors.values()],
                "languages": list(languages.values()),
            },
        )
        return {row[0]: Person(row[1], row[2]) for row in cursor.fetchall()}


_IDENTITIES = """
WITH input AS (
    SELECT * FROM unnest(%(external_ids)s::text[], %(usernames)s::text[], %(names)s::text[],
                         %(avatars)s::text[], %(followers)s::int[], %(languages)s::text[])
        AS i(external_id, username, name, avatar_url, followers, language)
), known AS (
    SELECT i.*, d.id, d.contact_id FROM input i
    JOIN inbox_identity d ON d.channel_id = %(channel)s AND d.external_id = i.external_id
), fresh AS (
    SELECT i.*, nextval(pg_get_serial_sequence('inbox_identity', 'id')) AS id,
           nextval(pg_get_serial_sequence('inbox_contact', 'id')) AS contact_id
    FROM input i WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.external_id = i.external_id)
), contacts AS (
    INSERT INTO inbox_contact (id, organization_id, name, language, created_at)
    SELECT contact_id, %(organization)s, left(coalesce(nullif(name, ''), nullif(username, ''), external_id), 200),
           language, now() FROM fresh
), made AS (
    INSERT INTO inbox_identity (id, organization_id, channel_id, contact_id, external_id, username, name,
                                avatar_url, followers, created_at)
    SELECT id, %(organization)s, %(channel)s, contact_id, external_id, username, name, avatar_url, followers, now()
    FROM fresh
), renamed AS (
    UPDATE inbox_identity d
    SET username = coalesce(nullif(k.username, ''), d.username), name = coalesce(nullif(k.name, ''), d.name),
        avatar_url = coalesce(nullif(k.avatar_url, ''), d.avatar_url), followers = coalesce(k.followers, d.followers)
    FROM known k
    WHERE d.id = k.id AND (
        (k.username <> '' AND k.username <> d.username) OR (k.name <> '' AND k.name <> d.name)
        OR (k.avatar_url <> '' AND k.avatar_url <> d.avatar_url)
        OR (k.followers IS NOT NULL AND k.followers IS DISTINCT FROM d.followers))
)
SELECT external_id, id, contact_id FROM known UNION ALL SELECT external_id, id, contact_id FROM fresh
"""


def lock_newest_tickets(channel_id: int, thread_keys: list[str]) -> dict[str, TicketRow]:
    """Return the newest ticket of each thread that has one, locked in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"channel": channel_id, "keys": thread_keys})
        return {row[2]: TicketRow(*row) for row in cursor.fetchall()}


_NEWEST = """
SELECT id, number, thread_key, status, assignee_id, team_id, brand_id, priority,
       last_message_at, last_inbound_at, resolved_at
FROM inbox_ticket
WHERE id = ANY(ARRAY(
    SELECT t.id FROM unnest(%(keys)s::text[]) AS k CROSS JOIN LATERAL (
        SELECT id FROM inbox_ticket WHERE channel_id = %(channel)s AND thread_key = k ORDER BY id DESC LIMIT 1
    ) AS t))
ORDER BY id FOR NO KEY UPDATE
"""


def make_tickets(channel: Channel, news: Mapping[str, NewTicket]) -> dict[str, TicketRow]:
    """Make one ticket a thread, numbered without gaps in the organization, and return them by thread."""
    if not news:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [channel.organization_id, len(news)])
        last = cursor.fetchone()[0]
        cursor.execute(
            _TICKETS,
            {
                "organization": channel.organization_id,
                "brand": channel.brand_id,
                "channel": channel.pk,
                "team": channel.team_id,
                "status": Status.OPEN.value,
                "priority": Priority.NORMAL.value,
                "numbers": list(range(last - len(news) + 1, last + 1)),
                "keys": list(news),
                "contacts": [n.person.contact_id for n in news.values()],
                "identities": [n.person.identity_id for n in news.values()],
                "subjects": [n.subject for n in news.values()],
                "languages": [n.language for n in news.values()],
                "visibilities": [n.visibility for n in news.values()],
                "previews": [n.preview for n in news.values()],
                "awaiting": [n.awaiting_reply for n in news.values()],
                "last": [n.last_message_at for n in news.values()],
                "inbound": [n.last_inbound_at for n in news.values()],
                "replied": [n.first_replied_at for n in news.values()],
            },
        )
        return {row[2]: TicketRow(*row) for row in cursor.fetchall()}


_NUMBERS = """
INSERT INTO inbox_ticketcounter (organization_id, last) VALUES (%s, %s)
ON CONFLICT (organization_id) DO UPDATE SET last = inbox_ticketcounter.last + excluded.last
RETURNING last
"""

_TICKETS = """
INSERT INTO inbox_ticket (
    organization_id, brand_id, channel_id, team_id, status, priority, number, thread_key, contact_id, identity_id,
    subject, language, visibility, preview, awaiting_reply, last_message_at, last_inbound_at, first_replied_at,
    created_at)
SELECT %(organization)s, %(brand)s, %(channel)s, %(team)s, %(status)s, %(priority)s, new.*, now()
FROM unnest(%(numbers)s::int[], %(keys)s::text[], %(contacts)s::bigint[], %(identities)s::bigint[],
            %(subjects)s::text[], %(languages)s::text[], %(visibilities)s::text[], %(previews)s::text[],
            %(awaiting)s::boolean[], %(last)s::timestamptz[], %(inbound)s::timestamptz[],
            %(replied)s::timestamptz[]) AS new
RETURNING id, number, thread_key, status, assignee_id, team_id, brand_id, priority,
          last_message_at, last_inbound_at, resolved_at
"""


def insert_messages(
    channel: Channel,
    fresh: Sequence[IncomingMessage],
    tickets: Mapping[str, TicketRow],
    people: Mapping[str, Person],
) -> dict[str, Place]:
    """Insert the messages and return where those are that nobody else has inserted meanwhile."""
    inbound = [m.direction == Direction.INBOUND for m in fresh]
    with connection.cursor() as cursor:
        cursor.execute(
            _MESSAGES,
            {
                "organization": channel.organization_id,
                "channel": channel.pk,
                "tickets": [tickets[m.thread_key].pk for m in fresh],
                "directions": [m.direction for m in fresh],
                "visibilities": [m.visibility for m in fresh],
                "external_ids": [m.external_id for m in fresh],
                "replies": [m.in_reply_to for m in fresh],
                "identities": [
                    people[m.author.external_id].identity_id if theirs else None
                    for m, theirs in zip(fresh, inbound, strict=True)
                ],
                "texts": [plain_text(m) for m in fresh],
                "htmls": [nh3.clean(m.html) if m.html else "" for m in fresh],
                "languages": [m.language[:2].lower() for m in fresh],
                "sent": [m.sent_at for m in fresh],
            },
        )
        inserted = {row[1]: row[0] for row in cursor.fetchall()}
    return {m.external_id: _place(inserted[m.external_id], tickets[m.thread_key]) for m in fresh if m.external_id in inserted}


def _place(message_id: int, ticket: TicketRow) -> Place:
    return Place(message_id, ticket.pk, ticket.number, ticket.team_id, ticket.assignee_id)


_MESSAGES = """
INSERT INTO inbox_message (
    organization_id, channel_id, ticket_id, direction, visibility, external_id, in_reply_to, identity_id,
    text, html, language, sent_at, purpose, created_at)
SELECT %(organization)s, %(channel)s, new.*, '', now()
FROM unnest(%(tickets)s::bigint[], %(directions)s::text[], %(visibilities)s::text[], %(external_ids)s::text[],
            %(replies)s::text[], %(identities)s::bigint[], %(texts)s::text[], %(htmls)s::text[],
            %(languages)s::text[], %(sent)s::timestamptz[]) AS new
ON CONFLICT (channel_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING id, external_id
"""


def update_tickets(changes: Sequence[TicketChange]) -> None:
    """Bring the rows of the list up to what was said last, whatever order it came in."""
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE,
            {
                "ids": [c.ticket.pk for c in changes],
                "statuses": [c.status.value for c in changes],
                "previews": [c.preview for c in changes],
                "visibilities": [c.visibility for c in changes],
                "awaiting": [c.awaiting_reply for c in changes],
                "last": [c.last_message_at for c in changes],
                "inbound": [c.last_inbound_at for c in changes],
                "replied": [c.first_replied_at for c in changes],
                "contacts": [c.person.contact_id if c.person else None for c in changes],
                "identities": [c.person.identity_id if c.person else None for c in changes],
            },
        )


_UPDATE = """
UPDATE inbox_ticket t
SET status = c.status, preview = coalesce(c.preview, t.preview), visibility = coalesce(c.visibility, t.visibility),
    awaiting_reply = coalesce(c.awaiting, t.awaiting_reply),
    last_message_at = greatest(t.last_message_at, c.last), last_inbound_at = greatest(t.last_inbound_at, c.inbound),
    first_replied_at = coalesce(t.first_replied_at, c.replied),
    snoozed_until = CASE WHEN c.status = 'snoozed' THEN t.snoozed_until END,
    resolved_at = CASE WHEN c.status = 'resolved' THEN t.resolved_at END,
    contact_id = coalesce(c.contact, t.contact_id), identity_id = coalesce(c.identity, t.identity_id)
FROM unnest(%(ids)s::bigint[], %(statuses)s::text[], %(previews)s::text[], %(visibilities)s::text[],
            %(awaiting)s::boolean[], %(last)s::timestamptz[], %(inbound)s::timestamptz[],
            %(replied)s::timestamptz[], %(contacts)s::bigint[], %(identities)s::bigint[])
    AS c(id, status, preview, visibility, awaiting, last, inbound, replied, contact, identity)
WHERE t.id = c.id
"""


def keep_raw_and_attachments(
    channel: Channel, fresh: Sequence[IncomingMessage], places: Mapping[str, Place]
) -> None:
    """Store what came beside the text, where anything did."""
    raws = [(places[m.external_id].message_id, bytes(m.raw).decode()) for m in fresh if m.raw]
    files = [(places[m.external_id].message_id, a) for m in fresh for a in m.attachments]
    with connection.cursor() as cursor:
        if raws:
            ids, bodies = zip(*raws, strict=True)
            cursor.execute(_RAW, [list(ids), list(bodies)])
        if files:
            columns = [[pk for pk, _ in files], [a.url for _, a in files]]
            columns += [[a.type for _, a in files], [a.name for _, a in files]]
            cursor.execute(_ATTACHMENTS, [channel.organization_id, *columns])


_RAW = "INSERT INTO inbox_rawmessage (message_id, body) SELECT * FROM unnest(%s::bigint[], %s::text[])"

_ATTACHMENTS = """
INSERT INTO inbox_attachment (organization_id, message_id, url, content_type, name)
SELECT %s, new.* FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS new
"""


def plain_text(message: IncomingMessage) -> str:
    """Return the text of a message; where only HTML came, the HTML without its tags."""
    if message.text or not message.html:
        return message.text
    with_breaks = message.html.replace("</p>", "\n").replace("<br>", "\n").replace("<br/>", "\n")
    return html.unescape(nh3.clean(with_breaks, tags=set())).strip()


def _lock_key(channel_id: int, name: str) -> int:
    digest = hashlib.blake2b(f"{channel_id}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
