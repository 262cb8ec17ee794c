"""Recognises a reply that a program sends again under the same name, and forgets the names after a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey, User
from inbox import batches
from inbox.models import Message, Repeatable

KEPT_FOR = timedelta(days=1)
# Of the advisory locks, the one for a request that is under way.
_UNDER_WAY = 7_302


@dataclass(frozen=True, slots=True)
class Named:
    """What a program calls a request, and what tells the request from others under that name."""

    name: str
    fingerprint: bytes


class StillUnderWay(Exception):
    """The same program is sending a request of this name right now."""


class AnotherRequest(Exception):
    """The program has used this name for another request."""


Recognised: TypeAlias = Message | StillUnderWay | AnotherRequest


def recognise(named: Mapping[int, Named], *, by: User | ApiKey) -> dict[int, Recognised]:
    """Return what is to be said of those that were here before; no two may have one name.

    The names of all others belong to the caller's transaction until it ends. People name nothing.
    """
    if not named or isinstance(by, User):
        return {}
    asked = [{"number": number, "name": one.name} for number, one in named.items()]
    with batches.one_round_trip():
        locked = batches.start(_LOCK, asked, key=by.pk, lock=_UNDER_WAY)
        found = batches.start(_READ, asked, key=by.pk, since=timezone.now() - KEPT_FOR)
    known = {number: (bytes(fingerprint), message) for number, fingerprint, message in batches.rows_of(found)}
    messages = Message.objects.select_related("delivery").in_bulk({pk for _, pk in known.values()}) if known else {}
    said: dict[int, Recognised] = {
        number: messages[pk] if fingerprint == named[number].fingerprint else AnotherRequest()
        for number, (fingerprint, pk) in known.items()
    }
    return said | {number: StillUnderWay() for number, free in batches.rows_of(locked) if not free}


def remember(named: Mapping[int, Named], sent: Mapping[int, object], *, by: User | ApiKey) -> None:
    """Keep the names of those that became a message; a refusal uses none up, since nothing was done."""
    rows = [
        {"name": named[number].name, "fingerprint": named[number].fingerprint.hex(), "message": message.pk}
        for number, message in sent.items()
        if number in named and isinstance(message, Message)
    ]
    if rows:
        batches.run(_KEEP, rows, key=by.pk, organization=by.organization_id, now=timezone.now())


@transaction.atomic(durable=True)
def forget_repeats() -> int:
    """Delete the names that are over; return how many there were."""
    return Repeatable.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]


_LOCK = """
SELECT number, pg_try_advisory_xact_lock(%(lock)s::int, hashtext(%(key)s::text || ' ' || name))
FROM jsonb_to_recordset(%(rows)s::jsonb) AS asked(number bigint, name text)
"""

_READ = """
SELECT asked.number, r.fingerprint, r.message_id
FROM jsonb_to_recordset(%(rows)s::jsonb) AS asked(number bigint, name text)
JOIN inbox_repeatable r ON r.key_id = %(key)s::bigint AND r.name = asked.name
WHERE r.created_at > %(since)s::timestamptz
"""

# Under the lock on its name, a row that is there already is over.
_KEEP = """
INSERT INTO inbox_repeatable (organization_id, key_id, name, fingerprint, message_id, created_at)
SELECT %(organization)s::bigint, %(key)s::bigint, name, decode(fingerprint, 'hex'), message, %(now)s::timestamptz
FROM jsonb_to_recordset(%(rows)s::jsonb) AS sent(name text, fingerprint text, message bigint)
ON CONFLICT (key_id, name) DO UPDATE
SET fingerprint = excluded.fingerprint, message_id = excluded.message_id, created_at = excluded.created_at
RETURNING id
"""
