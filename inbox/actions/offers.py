"""Writes down what the voice column put before whom, and what they took from it: one statement each."""

from collections.abc import Collection
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inbox import batches
from inbox.models import OfferState, Ticket
from inbox.queries.offers import Seal


@transaction.atomic(durable=True)
def record_offers(ticket: Ticket, seal: Seal, *, by: User) -> None:
    """Write what the person has had before them beside the customer's message, each wording once.

    What they had found or looked for before it was offered counts as offered. Wordings of other organizations
    and messages of other tickets do not exist.
    """
    by.require("reply.send")
    rows = [asdict(one) for one in seal.offers]
    batches.run(_RECORD, rows, ticket=ticket.pk, message=seal.message_id, user=by.pk, now=timezone.now())


def mark_inserted(ticket_id: int, wordings: Collection[int], *, by: User) -> None:
    """Write, inside the caller's transaction, that a person has put wordings into what they write."""
    batches.run(_INSERTED, ticket=ticket_id, wordings=list(wordings), user=by.pk, now=timezone.now())


_FOUND_BY_THEMSELVES = f"('{OfferState.SEARCHED}', '{OfferState.TAKEN}')"

_NEWEST = """
SELECT id FROM inbox_message WHERE ticket_id = %(ticket)s::bigint AND direction = 'inbound'
ORDER BY sent_at DESC, id DESC LIMIT 1"""

_RECORD = f"""
INSERT INTO inbox_offer AS old (
    organization_id, ticket_id, message_id, user_id, wording_id, version_id, state, rank, probability, shown_at)
SELECT m.organization_id, m.ticket_id, m.id, %(user)s::bigint, w.id, w.version_id, new.state, new.rank,
       new.probability, %(now)s::timestamptz
FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(wording bigint, state text, rank smallint, probability float8)
JOIN inbox_message m ON m.id = coalesce(%(message)s::bigint, ({_NEWEST})) AND m.ticket_id = %(ticket)s::bigint
LEFT JOIN brandvoice_wording w ON w.id = new.wording AND w.organization_id = m.organization_id
WHERE new.wording IS NULL OR w.id IS NOT NULL
ORDER BY w.id
ON CONFLICT (message_id, user_id, wording_id)
DO UPDATE SET state = excluded.state, rank = excluded.rank, probability = excluded.probability
WHERE old.state IN {_FOUND_BY_THEMSELVES} AND excluded.state NOT IN {_FOUND_BY_THEMSELVES}
RETURNING id
"""  # noqa: S608 - our own words

_INSERTED = f"""
INSERT INTO inbox_offer AS old (
    organization_id, ticket_id, message_id, user_id, wording_id, version_id, state, rank, shown_at, inserted_at)
SELECT m.organization_id, m.ticket_id, m.id, %(user)s::bigint, w.id, w.version_id,
       '{OfferState.TAKEN}', 0, %(now)s::timestamptz, %(now)s::timestamptz
FROM inbox_message m
JOIN brandvoice_wording w ON w.id = ANY(%(wordings)s::bigint[]) AND w.organization_id = m.organization_id
WHERE m.id = ({_NEWEST})
ORDER BY w.id
ON CONFLICT (message_id, user_id, wording_id)
DO UPDATE SET inserted_at = excluded.inserted_at WHERE old.inserted_at IS NULL
RETURNING id
"""  # noqa: S608 - our own words
