"""Turns what networks have pushed into messages; no transaction is open while a connector reads."""

import logging
import time

from django.utils.translation import gettext as _

from inbox import outbox
from inbox.actions.messages import receive_messages
from inbox.actions.payloads import claim_due_payloads, close_payload, keep_payload_error, reopen_payload
from inbox.connectors.registry import connector_for
from inbox.models import Payload

BATCH = 20
# Well under the time limit of a task.
WORK_SECONDS = 120.0

logger = logging.getLogger(__name__)


def process_payloads() -> int:
    """Read every payload that waits, oldest first; return how many were tried."""
    outbox.take_nudge(outbox.PROCESS_PAYLOADS)
    stop_at = time.monotonic() + WORK_SECONDS
    tried = 0
    while payloads := claim_due_payloads(limit=BATCH):
        for payload in payloads:
            read_payload(payload)
        tried += len(payloads)
        if time.monotonic() > stop_at:
            outbox.nudge(outbox.PROCESS_PAYLOADS)
            break
    return tried


def replay_payload(payload: Payload) -> None:
    """Read a payload once more, whatever became of it before; messages that are there already stay as they are."""
    read_payload(reopen_payload(payload))


def read_payload(payload: Payload) -> None:
    """Read one claimed payload; what can't be read keeps its error, where a person finds it."""
    try:
        messages = connector_for(payload.channel).read_webhook(bytes(payload.body))
        received = receive_messages(payload.channel, messages) if messages else []
    except Exception as error:
        # Whatever a network sends, and however our reading of it fails: the next payload must not wait for it.
        logger.exception("Payload %s could not be read", payload.pk)
        keep_payload_error(payload, f"{type(error).__name__}: {error}")
    else:
        close_payload(payload, remark="" if received else _("Nothing in it that Onevoice reads."))
