"""Keeps where a post is on its network, and lets what came back of it be no message of its own; steps of actions."""

import logging

from django.db import IntegrityError, transaction

from inbox.actions import post_steps
from inbox.models import Delivery, Direction, Event, Message

logger = logging.getLogger(__name__)


def forget_post(delivery: Delivery, external_id: str) -> None:
    """Let a post of a reply that did not arrive be sent again, where the reply goes as several."""
    if external_id and external_id in delivery.posted:
        delivery.posted = [name if name != external_id else "" for name in delivery.posted]
        delivery.save(update_fields=["posted"])


def keep_receipt(delivery: Delivery, external_id: str, url: str) -> dict[str, int]:
    """Store where the post is; return the id of the echo that it took the place of, as a fact, if there was one."""
    if url.startswith(("https://", "http://")) and not delivery.url:
        delivery.url = url
        delivery.save(update_fields=["url"])
    if delivery.variant:
        post_steps.keep_receipt(delivery.variant, external_id)
        return {}
    message = delivery.reply
    if not external_id or message.external_id:
        return {}
    for _ in range(2):
        replaced = take_place_of_echo(message, external_id)
        try:
            # Intake may store the echo in this very moment.
            with transaction.atomic():
                message.external_id = external_id
                message.save(update_fields=["external_id"])
        except IntegrityError:
            message.external_id = None
            continue
        return replaced
    logger.warning("Delivery %s: the network's id %r is another message's", delivery.pk, external_id)
    return {}


def take_place_of_echo(message: Message, external_id: str) -> dict[str, int]:
    """Remove our own post where it came back through intake before its receipt; what is logged of it stays."""
    same = Message.objects.filter(channel=message.channel_id, external_id=external_id, direction=Direction.OUTBOUND)
    echo = same.filter(user=None, delivery=None).exclude(pk=message.pk).first()
    if echo is None:
        return {}
    replaced = echo.pk
    Event.objects.filter(message=echo).update(message=message)
    echo.delete()
    return {"replaced": replaced}
