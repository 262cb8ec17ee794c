"""The set-based statements of intake: each takes the whole batch as arrays and runs once."""

import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import nh3

from inbox import batches
from inbox.connectors.base import IncomingMessage
from inbox.models import Channel, Status


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


@dataclass(frozen=True, slots=True)
class Found:
    """What the channel has already of a batch: messages, accounts of authors, and the newest ticket of each thread."""

    known: dict[str, Place]
    people: dict[str, Person]
    tickets: dict[str, TicketRow]


def find(channel: Channel, incoming: Sequence[IncomingMessage]) -> Found:
    """Lock the batch's threads and authors, then read what is there; new authors get an account, changed ones a name.

    One transaction at a time finds or makes a thread. The statements travel together and run in this order, each
    seeing what was committed before it got its locks.
    """
    thread_keys = list({m.thread_key: None for m in incoming})
    with batches.one_round_trip():
        batches.start(_LOCKS, keys=_lock_keys(channel.pk, incoming))
        known = batches.start(_KNOWN, channel=channel.pk, external_ids=[m.external_id for m in incoming])
        people = batches.start(
            _IDENTITIES, _author_rows(incoming), organization=channel.organization_id, channel=channel.pk
        )
        tickets = batches.start(_NEWEST, channel=channel.pk, keys=thread_keys)
    return Found(
        known={row[0]: Place(*row[1:]) for row in batches.rows_of(known)},
        people={row[0]: Person(row[1], row[2]) for row in batches.rows_of(people)},
        tickets={row[2]: TicketRow(*row) for row in batches.rows_of(tickets)},
    )


def _lock_keys(channel_id: int, incoming: Sequence[IncomingMessage]) -> list[int]:
    """Return one key a thread and author, always in one order, so that no two batches wait for each other."""
    names = {f"thread:{m.thread_key}" for m in incoming} | {f"author:{m.author.external_id}" for m in incoming}
    return sorted(_lock_key(channel_id, name) for name in names)


def _author_rows(incoming: Sequence[IncomingMessage]) -> list[dict[str, str | int | None]]:
    authors = {
        m.author.external_id: {
            "external_id": m.author.external_id,
            "username": m.author.username,
            "name": m.author.name,
            "avatar_url": m.author.avatar_url,
            "followers": m.author.followers,
            "language": m.language[:2].lower(),
        }
        for m in incoming
    }
    return list(authors.values())


_LOCKS = "SELECT count(pg_advisory_xact_lock(k)) FROM unnest(%(keys)s::bigint[]) AS k"


_KNOWN = """
SELECT m.external_id, m.id, t.id, t.number, t.team_id, t.assignee_id
FROM inbox_message m JOIN inbox_ticket t ON t.id = m.ticket_id
WHERE m.channel_id = %(channel)s::bigint AND m.external_id = ANY(%(external_ids)s::text[])
"""


_IDENTITIES = """
WITH input AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS i(external_id text, username text, name text, avatar_url text, followers int, language text)
), known AS (
    SELECT i.*, d.id, d.contact_id FROM input i
    JOIN inbox_identity d ON d.channel_id = %(channel)s::bigint AND d.external_id = i.external_id
), fresh AS (
    SELECT i.*, nextval('inbox_identity_id_seq'::regclass) AS id,
           nextval('inbox_contact_id_seq'::regclass) AS contact_id
    FROM input i WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.external_id = i.external_id)
), contacts AS (
    INSERT INTO inbox_contact (id, organization_id, name, language, created_at)
    SELECT contact_id, %(organization)s::bigint,
           left(coalesce(nullif(name, ''), nullif(username, ''), external_id), 200),
           language, now() FROM fresh
), made AS (
    INSERT INTO inbox_identity (id, organization_id, channel_id, contact_id, external_id, username, name,
                                avatar_url, followers, created_at)
    SELECT id, %(organization)s::bigint, %(channel)s::bigint, contact_id, external_id, username, name,
           avatar_url, followers, now()
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


_NEWEST = """
SELECT id, number, thread_key, status, assignee_id, team_id, brand_id, priority,
       last_message_at, last_inbound_at, resolved_at
FROM inbox_ticket
WHERE id = ANY(ARRAY(
    SELECT t.id FROM unnest(%(keys)s::text[]) AS k CROSS JOIN LATERAL (
        SELECT id FROM inbox_ticket WHERE channel_id = %(channel)s::bigint AND thread_key = k ORDER BY id DESC LIMIT 1
    ) AS t))
ORDER BY id FOR NO KEY UPDATE
"""


def make_tickets(channel: Channel, news: Mapping[str, NewTicket]) -> dict[str, TicketRow]:
    """Make one ticket a thread, numbered without gaps in the organization, and return them by thread."""
    if not news:
        return {}
    new_rows = [
        {
            "thread_key": key,
            "contact": new.person.contact_id,
            "identity": new.person.identity_id,
            "subject": new.subject,
            "language": new.language,
            "visibility": new.visibility,
            "preview": new.preview,
            "awaiting": new.awaiting_reply,
            "last": new.last_message_at,
            "inbound": new.last_inbound_at,
            "replied": new.first_replied_at,
        }
        for key, new in news.items()
    ]
    made = batches.run(
        _TICKETS,
        new_rows,
        organization=channel.organization_id,
        brand=channel.brand_id,
        channel=channel.pk,
        team=channel.team_id,
        count=len(new_rows),
    )
    return {row[2]: TicketRow(*row) for row in made}


_TICKETS = """
WITH counter AS (
    INSERT INTO inbox_ticketcounter (organization_id, last) VALUES (%(organization)s::bigint, %(count)s::int)
    ON CONFLICT (organization_id) DO UPDATE SET last = inbox_ticketcounter.last + excluded.last
    RETURNING last
)
INSERT INTO inbox_ticket (
    organization_id, brand_id, channel_id, team_id, status, priority, number, thread_key, contact_id, identity_id,
    subject, language, visibility, preview, awaiting_reply, last_message_at, last_inbound_at, first_replied_at,
    created_at)
SELECT %(organization)s::bigint, %(brand)s::bigint, %(channel)s::bigint, %(team)s::bigint, 'open', 1,
       counter.last - %(count)s::int + new.position, new.thread_key, new.contact, new.identity, new.subject,
       new.language, new.visibility, new.preview, new.awaiting, new.last, new.inbound, new.replied, now()
FROM counter, ROWS FROM (jsonb_to_recordset(%(rows)s::jsonb) AS (
    thread_key text, contact bigint, identity bigint, subject text, language text, visibility text, preview text,
    awaiting boolean, last timestamptz, inbound timestamptz, replied timestamptz)) WITH ORDINALITY
    AS new(thread_key, contact, identity, subject, language, visibility, preview, awaiting, last, inbound, replied,
           position)
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
    new_rows = [_message_row(m, tickets[m.thread_key], people[m.author.external_id]) for m in fresh]
    stored = batches.run(_MESSAGES, new_rows, organization=channel.organization_id, channel=channel.pk)
    inserted = {external_id: pk for pk, external_id in stored}
    return {
        m.external_id: _place(inserted[m.external_id], tickets[m.thread_key])
        for m in fresh
        if m.external_id in inserted
    }


def _message_row(message: IncomingMessage, ticket: TicketRow, person: Person) -> dict[str, object]:
    return {
        "ticket": ticket.pk,
        "direction": message.direction,
        "visibility": message.visibility,
        "external_id": message.external_id,
        "in_reply_to": message.in_reply_to,
        "identity": person.identity_id if message.direction == "inbound" else None,
        "text": plain_text(message),
        "html": nh3.clean(message.html) if message.html else "",
        "language": message.language[:2].lower(),
        "sent_at": message.sent_at,
    }


def _place(message_id: int, ticket: TicketRow) -> Place:
    return Place(message_id, ticket.pk, ticket.number, ticket.team_id, ticket.assignee_id)


_MESSAGES = """
INSERT INTO inbox_message (
    organization_id, channel_id, ticket_id, direction, visibility, external_id, in_reply_to, identity_id,
    text, html, language, sent_at, purpose, created_at)
SELECT %(organization)s::bigint, %(channel)s::bigint, new.*, '', now()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(
    ticket bigint, direction text, visibility text, external_id text, in_reply_to text, identity bigint,
    text text, html text, language text, sent_at timestamptz)
ON CONFLICT (channel_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
RETURNING id, external_id
"""


def update_tickets(changes: Sequence[TicketChange]) -> None:
    """Bring the rows of the list up to what was said last, whatever order it came in."""
    if not changes:
        return
    changed_rows = [
        {
            "id": c.ticket.pk,
            "status": c.status.value,
            "preview": c.preview,
            "visibility": c.visibility,
            "awaiting": c.awaiting_reply,
            "last": c.last_message_at,
            "inbound": c.last_inbound_at,
            "replied": c.first_replied_at,
            "contact": c.person.contact_id if c.person else None,
            "identity": c.person.identity_id if c.person else None,
        }
        for c in changes
    ]
    batches.start(_UPDATE, changed_rows)


_UPDATE = """
UPDATE inbox_ticket t
SET status = c.status, preview = coalesce(c.preview, t.preview), visibility = coalesce(c.visibility, t.visibility),
    awaiting_reply = coalesce(c.awaiting, t.awaiting_reply),
    last_message_at = greatest(t.last_message_at, c.last), last_inbound_at = greatest(t.last_inbound_at, c.inbound),
    first_replied_at = coalesce(t.first_replied_at, c.replied),
    snoozed_until = CASE WHEN c.status = 'snoozed' THEN t.snoozed_until END,
    resolved_at = CASE WHEN c.status = 'resolved' THEN t.resolved_at END,
    contact_id = coalesce(c.contact, t.contact_id), identity_id = coalesce(c.identity, t.identity_id)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS c(
    id bigint, status text, preview text, visibility text, awaiting boolean, last timestamptz, inbound timestamptz,
    replied timestamptz, contact bigint, identity bigint)
WHERE t.id = c.id
"""


def keep_raw_and_attachments(channel: Channel, fresh: Sequence[IncomingMessage], places: Mapping[str, Place]) -> None:
    """Store what came beside the text, where anything did."""
    raws = [(places[m.external_id].message_id, bytes(m.raw).decode()) for m in fresh if m.raw]
    if raws:
        batches.start(_RAW, [{"message": pk, "body": body} for pk, body in raws])
    files = [
        {"message": places[m.external_id].message_id, "url": a.url, "type": a.type, "name": a.name}
        for m in fresh
        for a in m.attachments
    ]
    if files:
        batches.start(_ATTACHMENTS, files, organization=channel.organization_id)


_RAW = """
INSERT INTO inbox_rawmessage (message_id, body)
SELECT message, body FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(message bigint, body text)
"""

_ATTACHMENTS = """
INSERT INTO inbox_attachment (organization_id, message_id, url, content_type, name)
SELECT %(organization)s::bigint, message, url, type, name
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(message bigint, url text, type text, name text)
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
