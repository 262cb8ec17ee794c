"""The core of the webhook door: what was pushed in, answers out, the same for both of its doors.

What was pushed to one channel is verified one by one and stored by one transaction.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import OperationalError

from inbox.actions.payloads import NewPayload, store_payloads
from inbox.connectors.base import BadSignature, Charges, HearsWebhooks, ShakesHands, WebhookRequest
from inbox.connectors.registry import NoConnector, connector_for
from inbox.lean import Answer
from inbox.models import Channel

LARGEST_BODY = 1_000_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hearing:
    """A channel whose network pushes, and the connector that hears it."""

    channel: Channel
    connector: HearsWebhooks


def find_hearing(channel_id: int) -> Hearing | None:
    """Return the channel and what hears for it; None where nothing is pushed to."""
    channel = Channel.objects.filter(pk=channel_id, active=True).first()
    if channel is None:
        return None
    try:
        connector = connector_for(channel)
    except NoConnector:
        return None
    return Hearing(channel, connector) if isinstance(connector, HearsWebhooks) else None


def shake_hands(hearing: Hearing, query: Mapping[str, str]) -> Answer:
    """Answer a network that asks whether the address is ours."""
    if not isinstance(hearing.connector, ShakesHands):
        return Answer(405)
    try:
        said = hearing.connector.answer_handshake(query)
    except BadSignature:
        return Answer(403)
    return Answer(200, said.encode(), "application/json" if said.startswith("{") else "text/plain")


def keep_group(hearing: Hearing, group: Sequence[WebhookRequest]) -> list[Answer]:
    """Verify and keep what was pushed to one channel; return the answer to each, in order.

    Raises nothing: what is wrong with one request is the answer to that request alone.
    """
    told = [_verify(hearing.connector, pushed) for pushed in group]
    kept = iter(_keep(hearing, [one for one in told if isinstance(one, NewPayload)]))
    return [next(kept) if isinstance(one, NewPayload) else one for one in told]


def unavailable() -> Answer:
    """Return the answer while the database can't be reached: networks deliver again."""
    return Answer(503, headers={"Retry-After": "1"})


def _verify(connector: HearsWebhooks, pushed: WebhookRequest) -> NewPayload | Answer:
    """Return what is to be kept of a request, or why nothing is."""
    if len(pushed.body) > LARGEST_BODY:
        return Answer(413)
    try:
        key = connector.verify_webhook(pushed)
        uses = connector.charges_for(pushed.body) if isinstance(connector, Charges) else {}
    except BadSignature:
        return Answer(403)
    except Exception:
        # Whatever a network sends: its neighbours in the group must not suffer for it.
        logger.exception("A webhook could not be verified")
        return Answer(500)
    return NewPayload(key, pushed.body, uses)


def _keep(hearing: Hearing, told: Sequence[NewPayload]) -> list[Answer]:
    """Keep payloads together; if that fails, each by itself."""
    try:
        if told:
            store_payloads(hearing.channel, told)
    except OperationalError:
        logger.exception("Payloads could not be stored for now")
        return [unavailable()] * len(told)
    except Exception:
        if len(told) > 1:
            return [answer for one in told for answer in _keep(hearing, [one])]
        logger.exception("A payload could not be stored")
        return [Answer(500)]
    return [_thank(hearing.connector)] * len(told)


def _thank(connector: HearsWebhooks) -> Answer:
    """Return what its network wants to read: most want nothing."""
    words = getattr(connector, "thanks", "")
    media_type = "application/json" if words.startswith("{") else "text/xml" if words.startswith("<") else "text/plain"
    return Answer(200, words.encode(), media_type)
