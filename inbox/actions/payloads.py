"""Keeps what networks push to us, raw, until it has been read; and again after that."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import DurationField, F, Func, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Power
from django.utils import timezone

from accounts.models import User
from inbox import batches, events, outbox
from inbox.models import Channel, Payload
from inbox.models.payloads import MOST_ATTEMPTS

# A payload that could not be read is tried again 10, 30, 70 … seconds after it came.
FIRST_PAUSE = 10

# Numbered as they came, and written in the order of their keys: two that write the same never wait for each other.
_KEEP = """
WITH told AS (
    SELECT nextval(pg_get_serial_sequence('inbox_payload', 'id')) AS id, key, body
    FROM unnest(%(keys)s::text[], %(bodies)s::bytea[]) AS new(key, body)
)
INSERT INTO inbox_payload (id, organization_id, channel_id, delivery_key, body, received_at, attempt_count, error)
SELECT id, %(organization)s, %(channel)s, key, body, %(now)s::timestamptz, 0, '' FROM told ORDER BY key
ON CONFLICT (channel_id, delivery_key) DO NOTHING
RETURNING delivery_key
"""


@dataclass(frozen=True, slots=True)
class NewPayload:
    """A verified webhook body: the key that every repeat of it has, and what its network charges for it."""

    delivery_key: str
    body: bytes
    uses: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic(durable=True)
def store_payloads(channel: Channel, told: Sequence[NewPayload]) -> None:
    """Keep verified webhook bodies, and count what their network charges for; the same delivery again is kept once."""
    new = batches.run(
        _KEEP,
        organization=channel.organization_id,
        channel=channel.pk,
        now=timezone.now(),
        keys=[payload.delivery_key for payload in told],
        bodies=[payload.body for payload in told],
    )
    by_key = {payload.delivery_key: payload for payload in told}
    uses: Counter[str] = Counter()
    for (key,) in new:
        uses.update(by_key[key].uses)
    if uses:
        channel.count_use(uses)
    outbox.nudge(outbox.PROCESS_PAYLOADS)


@transaction.atomic(durable=True)
def claim_due_payloads(*, limit: int, now: datetime | None = None) -> list[Payload]:
    """Take payloads that wait to be read, oldest first; one whose reader dies comes back after the pause."""
    waiting = Payload.objects.filter(processed_at=None, attempt_count__lt=MOST_ATTEMPTS)
    due = waiting.alias(due_at=_due_at()).filter(due_at__lte=now or timezone.now()).order_by("pk")
    payloads = list(
        due.select_related("channel").select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )
    return _take(payloads)


@transaction.atomic(durable=True)
def reopen_payload(payload: Payload, *, by: User | None = None) -> Payload:
    """Forget that a payload was read, and take it to be read once more."""
    locked = Payload.objects.select_related("channel").select_for_update(no_key=True, of=("self",)).get(pk=payload.pk)
    locked.processed_at, locked.attempt_count, locked.error = None, 0, ""
    locked.save(update_fields=["processed_at", "attempt_count", "error"])
    facts = {"payload": locked.pk, "channel": locked.channel_id}
    events.record_about_organization(locked.organization_id, "payload.reopened", by=by, facts=facts)
    return _take([locked])[0]


@transaction.atomic(durable=True)
def close_payload(payload: Payload, *, remark: str = "") -> None:
    """Note that a payload has been read."""
    Payload.objects.filter(pk=payload.pk).update(processed_at=timezone.now(), error=remark)


@transaction.atomic(durable=True)
def keep_payload_error(payload: Payload, error: str) -> None:
    """Note why a payload could not be read, or what it waits for; it is tried again later."""
    Payload.objects.filter(pk=payload.pk, processed_at=None).update(error=error)


def _take(locked: Iterable[Payload]) -> list[Payload]:
    payloads = list(locked)
    for payload in payloads:
        payload.attempt_count += 1
    Payload.objects.bulk_update(payloads, ["attempt_count"])
    return payloads


def _due_at() -> CombinedExpression:
    """Return when the next attempt is due: counted from when the payload came, so that no column is needed."""
    pauses = FIRST_PAUSE * (Power(Value(2.0), F("attempt_count")) - 1.0)
    waited = Func(pauses, template="make_interval(secs => %(expressions)s)", output_field=DurationField())
    return F("received_at") + waited
