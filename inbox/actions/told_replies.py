"""Posts replies by telling a program's webhook of them, as Chatwoot does: each attempt is one call, made once.

The program knows no key by which it would recognise a repeat. So a call that it may have heard is not made again:
a person is asked, unless the program itself says what became of the reply.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey
from inbox.actions import delivery_steps as steps
from inbox.actions.endpoints import CLAIM, log_attempt, switch_off
from inbox.actions.reports import NetworkReport, note
from inbox.models import Call, CallState, Delivery, DeliveryState, Endpoint, Message, Shape, Ticket
from inbox.queries.chatwoot_calls import calls_about
from inbox.queries.surveys import sent_texts

# How long after a reply was told of its echo may come.
ECHO = timedelta(minutes=1)
GONE, BUSY, TOO_MANY = 410, 503, 429


@dataclass(frozen=True, slots=True)
class Heard:
    """What an address answered, or why it did not. Where it was not even reached, it can have heard nothing."""

    status: int | None
    words: str
    milliseconds: int
    reached: bool = True
    # Seconds, where the address named them.
    retry_after: float | None = None


@transaction.atomic(durable=True)
def claim_replies(*, limit: int, now: datetime | None = None) -> list[Call]:
    """Take replies of channels whose program is told by webhook, each as a call to be made now; a minute for each."""
    now = now or timezone.now()
    posters = Endpoint.objects.filter(active=True, shape=Shape.CHATWOOT, channel__external=True, channel__active=True)
    endpoints = {endpoint.channel_id: endpoint for endpoint in posters}
    if not endpoints:
        return []
    due = Delivery.objects.filter(channel__in=endpoints, variant=None).due(now)
    taken = steps.take(due, limit, until=now + CLAIM, now=now)
    calls = [
        Call(
            organization_id=delivery.organization_id,
            endpoint=endpoints[delivery.channel_id],
            delivery=delivery,
            kind="message_created",
            body=json.dumps(body),
            attempt_count=1,
            due_at=now + CLAIM,
        )
        for delivery, body in zip(taken, calls_about(taken), strict=True)
    ]
    return Call.objects.bulk_create(calls)


@transaction.atomic(durable=True)
def record_reply_call(call: Call, heard: Heard) -> None:
    """Note what the program answered to a reply: it took it, it never heard of it, it refused it, or nobody knows."""
    claimed = call.delivery
    if claimed is None:
        raise AssertionError(f"Call {call.pk} holds no reply.")
    log_attempt(call, heard.status, heard.words, heard.milliseconds)
    delivery = Delivery.objects.lock(claimed.pk)
    taken = heard.status is not None and 200 <= heard.status < 300
    call.state = CallState.TAKEN if taken else CallState.FAILED
    # The endpoint, and this call with it, may be gone by now; what became of the reply counts all the same.
    Call.objects.filter(pk=call.pk).update(state=call.state, attempts=call.attempts)
    if taken:
        note(delivery, NetworkReport(delivery.pk, DeliveryState.SENT))
    elif steps.is_current(delivery, claimed):
        _record_failure(delivery, heard)
    if heard.status == GONE:
        switch_off(call.endpoint_id, "410 Gone")


@transaction.atomic(durable=True)
def take_echo(ticket: Ticket, text: str, external_id: str, *, by: ApiKey) -> int | None:
    """Take what was seen on the network for the receipt of the reply that says the same; return that message's id.

    None where no reply is on its way, in doubt, or just sent, that says these words and has no name there yet.
    """
    if Message.objects.filter(channel=ticket.channel_id, external_id=external_id).exists():
        return None
    just_sent = Q(state=DeliveryState.SENT, settled_at__gte=timezone.now() - ECHO)
    open_ones = Q(state__in=(DeliveryState.SENDING, DeliveryState.UNCERTAIN)) | just_sent
    nameless = Delivery.objects.filter(open_ones, ticket=ticket.pk, message__external_id=None)
    replies = {delivery.pk: delivery.reply for delivery in nameless.select_related("message").order_by("pk")}
    texts = sent_texts(list(replies.values()))
    mine = next((pk for pk, reply in replies.items() if texts[reply.pk].strip() == text.strip()), None)
    if mine is None:
        return None
    delivery = Delivery.objects.lock(mine)
    note(delivery, NetworkReport(mine, DeliveryState.SENT, external_id), by=by)
    return delivery.message_id


def _record_failure(delivery: Delivery, heard: Heard) -> None:
    words = f"{heard.words} ({heard.status})" if heard.status else heard.words
    waits = heard.status == TOO_MANY or (heard.status == BUSY and heard.retry_after is not None)
    if not heard.reached or waits:
        steps.requeue(delivery, words, retry_after=heard.retry_after)
    elif heard.status is None or heard.status >= 500:
        steps.doubt(delivery, words or _("The program did not say what became of this reply."))
    else:
        note(delivery, NetworkReport(delivery.pk, DeliveryState.FAILED, words=words))
