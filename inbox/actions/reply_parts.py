"""Keeps which posts of a reply that goes as several are there, so that none is sent twice and none is lost."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.actions import delivery_steps as steps
from inbox.actions.receipts import take_place_of_echo
from inbox.connectors.base import IncomingMessage, StatusReported
from inbox.models import Channel, Delivery, DeliveryState, Direction, Message
from inbox.models.deliveries import MOVED_WITH


@transaction.atomic(durable=True)
def keep_part(delivery: Delivery, number: int, external_id: str) -> None:
    """Store that this post of a reply, counted from 1, is on the network, and take the place of its echo."""
    locked = Delivery.objects.lock(delivery.pk)
    _keep(locked, number, external_id)
    take_place_of_echo(locked.reply, external_id)


def without_own_parts(channel: Channel, messages: Sequence[IncomingMessage]) -> list[IncomingMessage]:
    """Return the messages without those that are single posts of our own longer replies."""
    ours = [message.external_id for message in messages if message.direction == Direction.OUTBOUND]
    if not ours:
        return list(messages)
    said = Delivery.objects.filter(channel=channel.pk, posted__overlap=ours).exclude(posted=[])
    known = {name for posted in said.values_list("posted", flat=True) for name in posted}
    whole = set(Message.objects.filter(channel=channel.pk, external_id__in=ours).values_list("external_id", flat=True))
    return [message for message in messages if message.external_id not in known - whole]


@transaction.atomic(durable=True)
def note_parts(channel: Channel, said: Sequence[StatusReported]) -> None:
    """Note what a network says of single posts of our replies: what is there, and what did not arrive after all."""
    if not said:
        return
    mine = Delivery.objects.filter(channel=channel.pk, idempotency_key__in={one.key for one in said if one.key})
    mine = mine.select_for_update(no_key=True, of=("self",)).select_related(*MOVED_WITH)
    found = {delivery.idempotency_key: delivery for delivery in mine.order_by("pk")}
    for one in said:
        delivery = found.get(one.key) if one.key else None
        if delivery is None:
            continue
        if one.status == DeliveryState.FAILED:
            _lose(delivery, one)
        elif not _name(delivery, one.part):
            _keep(delivery, one.part, one.external_id)


def _name(delivery: Delivery, number: int) -> str:
    return delivery.posted[number - 1] if number <= len(delivery.posted) else ""


def _keep(delivery: Delivery, number: int, external_id: str) -> None:
    delivery.posted += [""] * (number - len(delivery.posted))
    delivery.posted[number - 1] = external_id
    delivery.save(update_fields=["posted"])


def _lose(delivery: Delivery, said: StatusReported) -> None:
    """Let the reply fail for the post that is lost, whatever became of the others; only that is sent again."""
    if _name(delivery, said.part) != said.external_id:
        # Of an earlier attempt, or told before.
        return
    _keep(delivery, said.part, "")
    words = _("Part %(number)d did not arrive: %(words)s") % {"number": said.part, "words": said.words}
    steps.carry(delivery, DeliveryState.FAILED, "delivery.failed", words=words)
