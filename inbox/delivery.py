"""Puts replies on their networks. No transaction is open while a network is asked."""

import time
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from inbox import outbox
from inbox.actions.deliveries import (
    claim_due_deliveries,
    expire_leases,
    fail_hanging,
    record_rejected,
    record_sent,
    record_unavailable,
    record_uncertain,
    take_over_hanging,
)
from inbox.connectors.base import Connector, OutgoingReply, Receipt, Rejected, Unavailable, Uncertain
from inbox.connectors.registry import NoConnector, connector_for
from inbox.models import Delivery

# Well under the time limit of a task: what is left is found by the next.
WORK_SECONDS = 120.0


def deliver_due() -> int:
    """Post what is due, one reply after the other, until nothing is; return how many were tried."""
    outbox.take_nudge(outbox.DELIVER)
    stop_at = time.monotonic() + WORK_SECONDS
    tried = 0
    while claimed := claim_due_deliveries():
        for delivery in claimed:
            deliver(delivery)
        tried += len(claimed)
        if time.monotonic() > stop_at:
            outbox.nudge(outbox.DELIVER)
            break
    return tried


def deliver(delivery: Delivery) -> Delivery:
    """Post one claimed reply and record what came of it."""
    try:
        connector = connector_for(delivery.channel)
        receipt = _post_once(connector, delivery)
    except (Rejected, NoConnector) as refusal:
        return record_rejected(delivery, str(refusal))
    except Unavailable as refusal:
        return record_unavailable(delivery, str(refusal), retry_after=refusal.retry_after)
    except Uncertain as doubt:
        return _find_out(connector, delivery, str(doubt))
    return record_sent(delivery, receipt)


def sweep_deliveries(now: datetime | None = None) -> None:
    """Finish what got stuck: leases that ran out, workers that died, replies nobody took, nudges that were lost."""
    now = now or timezone.now()
    expire_leases(now)
    for delivery in take_over_hanging(now):
        words = _("The worker stopped while it was sending this reply.")
        try:
            connector = connector_for(delivery.channel)
        except NoConnector:
            record_uncertain(delivery, words)
        else:
            _find_out(connector, delivery, words)
    fail_hanging(now)
    deliver_due()


def _post_once(connector: Connector, delivery: Delivery) -> Receipt:
    """Post the reply, unless an earlier attempt turns out to have got through."""
    found = connector.find_reply(delivery.idempotency_key) if delivery.attempt_count > 1 else None
    return found or connector.post_reply(_outgoing(delivery))


def _find_out(connector: Connector, delivery: Delivery, words: str) -> Delivery:
    """Settle a post whose answer did not arrive: look for it; else repeat it where that is safe; else ask a person."""
    try:
        found = connector.find_reply(delivery.idempotency_key)
    except Unavailable:
        found = None
    if found is not None:
        return record_sent(delivery, found)
    return record_uncertain(delivery, words, may_repeat=connector.keeps_keys)


def _outgoing(delivery: Delivery) -> OutgoingReply:
    message = delivery.message
    return OutgoingReply(
        key=delivery.idempotency_key,
        thread_key=delivery.ticket.thread_key,
        in_reply_to=message.in_reply_to,
        text=message.text,
        visibility=message.visibility,
    )
