"""The set-based statements of replies: each takes a whole group and runs once, whatever its size."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from inbox import batches
from inbox.models import DraftKind, Message, Upload
from inbox.queries.incidents import Spot
from inbox.queries.purposes import Choosable, proposed
from inbox.queries.sent import SAME_WORDS_DAYS, SAME_WORDS_MOST

PREVIEW = 160
# A ticket that has moved on is shown with so many of the messages that are new.
NEWER_SHOWN = 50
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Question:
    """What a reply asks its ticket before it is let out."""

    number: int
    seen: int
    # None: merges are not asked about.
    regrouping: int | None
    client_uuid: UUID | None
    # What texts that say the same share; None for one that may be repeated.
    fingerprint: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A locked ticket, as far as a reply into it is decided by, and the ids that the reply would get."""

    pk: int
    number: int
    organization_id: int
    brand_id: int
    channel_id: int
    team_id: int
    status: str
    assignee_id: int | None
    priority: int
    language: str
    visibility: str
    last_message_at: datetime
    last_inbound_at: datetime | None
    network: str
    external: bool
    undo_seconds: int
    # What is known of the customer.
    region: str
    audience: str
    product: str
    # What was read off the customer's newest message, by which a purpose is proposed.
    topic: str
    sentiment: int | None
    # Whether an incident of the organization is going on.
    incident_is_live: bool
    # The network's id of the customer's newest message; the ticket to whose thread that, and so the reply, belongs.
    answered: str
    address: int
    address_topic: str
    is_merged: bool
    # What was said that the writer had not seen.
    newer: list[int]
    # How often the same words were posted on this channel in the last month.
    posted_before: int
    # The message that the same press of Send has made already.
    earlier: int | None
    message_id: int
    delivery_id: int
    # What a reply of this organization may be for, in the order in which it is proposed.
    purposes: tuple[Choosable, ...]

    @property
    def proposed(self) -> str:
        """Return the purpose that a reply has which names none; "" where none fits."""
        return proposed(self.purposes, self.topic, self.sentiment)

    def spot(self, text: str, user: User | None) -> Spot:
        """Return where a text would go, as far as incidents are concerned."""
        return Spot(
            organization_id=self.organization_id,
            brand_id=self.brand_id,
            tickets=frozenset({self.pk, self.address}),
            topics=frozenset({self.topic, self.address_topic}),
            network=self.network,
            language=self.language,
            text=text,
            person=user.pk if user else None,
        )

    def state(self, assignee_id: int | None) -> dict[str, str | int | None]:
        """Return what decides in which views the ticket stands, with this person as its assignee."""
        return {
            "status": self.status,
            "assignee": assignee_id,
            "team": self.team_id,
            "brand": self.brand_id,
            "priority": self.priority,
        }


def lock(
    organization_id: int | None,
    questions: Sequence[Question],
    *,
    user: User | None,
    channels: Collection[int] | None,
) -> dict[int, Place]:
    """Lock the tickets, always in one order, then read what was committed before; return those that are there.

    Tickets are named by their numbers; with `channels`, those of others are not there. The new ids are
    given out under the lock: within a ticket, whatever is said later has a greater one.
    """
    asked = [
        {
            "number": q.number,
            "seen": min(q.seen, _MOST),
            "regrouping": None if q.regrouping is None else min(q.regrouping, _MOST),
            "uuid": q.client_uuid,
            "same": q.fingerprint,
        }
        for q in questions
    ]
    numbers = [question.number for question in questions]
    wall = {"organization": organization_id, "channels": None if channels is None else list(channels)}
    with batches.one_round_trip():
        batches.start(_LOCK, numbers=numbers, **wall)
        found = batches.start(_READ, asked, user=user and user.pk, **wall)
        chosen_from = batches.start(_PURPOSES, organization=organization_id)
    purposes = tuple(Choosable(*row) for row in batches.rows_of(chosen_from))
    return {row[1]: Place(*(*row, purposes)) for row in batches.rows_of(found)}


_WALL = """t.organization_id = %(organization)s::bigint
AND (%(channels)s::bigint[] IS NULL OR t.channel_id = ANY(%(channels)s::bigint[]))"""

_LOCK = f"""
SELECT id FROM inbox_ticket t WHERE t.number = ANY(%(numbers)s::bigint[]) AND {_WALL} ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608 - our own words

# Where nothing was asked in a ticket, a reply to it answers what was asked last in its thread, wherever that is read.
_EARLIER = """SELECT m.external_id FROM inbox_ticket b CROSS JOIN LATERAL (
    SELECT external_id, sent_at, id FROM inbox_message
    WHERE ticket_id = b.id AND home_id IS NULL AND direction = 'inbound'
    UNION ALL SELECT external_id, sent_at, id FROM inbox_message WHERE home_id = b.id AND direction = 'inbound') m
WHERE b.channel_id = t.channel_id AND b.thread_key = t.thread_key ORDER BY m.sent_at DESC, m.id DESC LIMIT 1"""

_READ = f"""
SELECT t.id, t.number, t.organization_id, a.brand_id, a.channel_id, t.team_id, t.status, t.assignee_id, t.priority,
       t.language, CASE WHEN a.id = t.id THEN t.visibility ELSE n.visibility END, t.last_message_at,
       a.last_inbound_at, c.network, c.external, c.undo_seconds, k.region, k.audience, t.product, t.topic,
       t.sentiment,
       EXISTS (SELECT FROM inbox_incident i WHERE i.organization_id = t.organization_id AND i.state = 'live'),
       coalesce(n.external_id, ({_EARLIER}), ''), a.id, a.topic, t.merged_into_id IS NOT NULL,
       ARRAY((SELECT m.id FROM inbox_message m WHERE m.ticket_id = t.id AND m.id > asked.seen
              ORDER BY m.id LIMIT {NEWER_SHOWN})
             UNION (SELECT w.message_id FROM inbox_regrouping r JOIN inbox_movedmessage w ON w.regrouping_id = r.id
                    WHERE r.target_id = t.id AND r.undone_at IS NULL AND r.id > asked.regrouping
                    ORDER BY w.message_id DESC LIMIT {NEWER_SHOWN}) ORDER BY 1),
       (SELECT count(*) FROM (
            SELECT FROM inbox_message m WHERE m.channel_id = a.channel_id AND m.fingerprint = asked.same
            AND m.created_at > now() - interval '{SAME_WORDS_DAYS} days' LIMIT {SAME_WORDS_MOST}) AS said),
       (SELECT m.id FROM inbox_message m
        WHERE m.ticket_id = t.id AND m.user_id = %(user)s::bigint AND m.client_uuid = asked.uuid),
       nextval('inbox_message_id_seq'::regclass), nextval('inbox_delivery_id_seq'::regclass)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS asked(number bigint, seen bigint, regrouping bigint, uuid uuid, same bigint)
JOIN inbox_ticket t ON t.number = asked.number AND {_WALL}
LEFT JOIN LATERAL (SELECT m.external_id, m.home_id, m.visibility FROM inbox_message m
                   WHERE m.ticket_id = t.id AND m.direction = 'inbound'
                   ORDER BY m.sent_at DESC, m.id DESC LIMIT 1) n ON true
JOIN inbox_ticket a ON a.id = coalesce(n.home_id, t.id)
                    AND (%(channels)s::bigint[] IS NULL OR a.channel_id = ANY(%(channels)s::bigint[]))
JOIN inbox_channel c ON c.id = a.channel_id
JOIN inbox_contact k ON k.id = a.contact_id
"""  # noqa: S608 - our own words, and a number of ours

_PURPOSES = """
SELECT key, name, topics, sentiments, tone FROM inbox_purpose
WHERE organization_id = %(organization)s::bigint AND active ORDER BY position, id
"""


def write(messages: Sequence[tuple[Message, Sequence[Upload]]], user: User | None) -> None:
    """Store the messages with their deliveries, and bring their tickets up to what was said last.

    What waits changes nothing of a ticket; what is scheduled gives it to its writer where nobody has it.

    Beside each stand the files that will go with it, of which only the names are read here.
    """
    batches.start(_WRITE, [_row(message, files) for message, files in messages], user=user and user.pk)


def preview_of(text: str, names: Iterable[str] = ()) -> str:
    """Return what a list shows of a reply: its words, or else the names of its files."""
    return (" ".join(text.split()) or ", ".join(names))[:PREVIEW]


def _row(message: Message, files: Sequence[Upload]) -> dict[str, object]:
    return {
        "message": message.pk,
        "delivery": message.delivery.pk,
        "organization": message.organization_id,
        "ticket": message.ticket_id,
        "home": message.home_id,
        "address": message.delivery.ticket_id,
        "channel": message.channel_id,
        "visibility": message.visibility,
        "in_reply_to": message.in_reply_to,
        "text": message.text,
        "language": message.language,
        "purpose": message.purpose,
        "uuid": message.client_uuid,
        "key": message.delivery.idempotency_key,
        "fingerprint": message.fingerprint,
        "decision": message.decision_id,
        "template": message.template,
        "sent_at": message.sent_at,
        "created_at": message.created_at,
        "due_at": message.delivery.due_at,
        "state": message.delivery.state,
        "preview": preview_of(message.text, (file.name for file in files)),
    }


_WRITE = """
WITH new AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(
        message bigint, delivery bigint, organization bigint, ticket bigint, home bigint, address bigint,
        channel bigint, visibility text,
        in_reply_to text, text text, language text, purpose text, uuid uuid, key uuid, sent_at timestamptz,
        created_at timestamptz, due_at timestamptz, preview text, fingerprint bigint, decision bigint, state text,
        template jsonb)
), messages AS (
    INSERT INTO inbox_message (id, organization_id, ticket_id, home_id, channel_id, direction, visibility,
                               in_reply_to, user_id, text, html, language, purpose, client_uuid, sent_at, created_at,
                               fingerprint, decision_id, template)
    SELECT message, organization, ticket, home, channel, 'outbound', visibility, in_reply_to, %(user)s::bigint,
           text, '', language, purpose, uuid, sent_at, created_at, fingerprint, decision, template FROM new
), deliveries AS (
    INSERT INTO inbox_delivery (id, organization_id, channel_id, ticket_id, message_id, state, idempotency_key, due_at,
                                attempt_count, error, url, created_at)
    SELECT delivery, organization, channel, address, message, state, key, due_at, 0, '', '', created_at FROM new
)
UPDATE inbox_ticket t
SET assignee_id = coalesce(t.assignee_id, %(user)s::bigint),
    preview = CASE new.state WHEN 'queued' THEN new.preview ELSE t.preview END,
    awaiting_reply = t.awaiting_reply AND new.state <> 'queued',
    last_message_at = CASE new.state WHEN 'queued' THEN greatest(t.last_message_at, new.sent_at)
                      ELSE t.last_message_at END,
    first_replied_at = CASE new.state WHEN 'queued' THEN coalesce(t.first_replied_at, new.sent_at)
                       ELSE t.first_replied_at END,
    sends_at = CASE new.state WHEN 'scheduled' THEN least(t.sends_at, new.due_at) ELSE t.sends_at END
FROM new WHERE t.id = new.ticket AND new.state IN ('queued', 'scheduled')
"""


def forget_drafts(ticket_ids: Sequence[int], user: User, kind: DraftKind) -> None:
    """Delete what the person was writing in these tickets, with the spans in it and what it said earlier.

    Files that stayed in it are swept later.
    """
    batches.start(_FORGET, tickets=ticket_ids, user=user.pk, kind=kind.value)


_FORGET = """
WITH sent AS (
    SELECT id FROM inbox_draft
    WHERE ticket_id = ANY(%(tickets)s::bigint[]) AND user_id = %(user)s::bigint AND kind = %(kind)s::text
), spans AS (
    DELETE FROM inbox_span WHERE draft_id IN (SELECT id FROM sent)
), versions AS (
    DELETE FROM inbox_draftversion WHERE draft_id IN (SELECT id FROM sent)
), files AS (
    UPDATE inbox_upload SET draft_id = NULL WHERE draft_id IN (SELECT id FROM sent)
)
DELETE FROM inbox_draft WHERE id IN (SELECT id FROM sent)
"""
