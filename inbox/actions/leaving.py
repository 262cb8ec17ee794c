"""Lets replies leave that had to wait, for approval or for their time: they count as said from then on."""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.models import ApiKey, User
from inbox import outbox
from inbox.actions import delivery_steps as steps
from inbox.actions import reply_rows as rows
from inbox.models import Delivery, DeliveryState, Message, Ticket


def count_as_said(delivery: Delivery) -> None:
    """Bring message and ticket up to the moment in which the reply goes out."""
    now = timezone.now()
    Message.objects.filter(pk=delivery.reply.pk).update(sent_at=now)
    names = delivery.reply.attachments.order_by("pk").values_list("name", flat=True)
    preview = rows.preview_of(delivery.reply.text, names)
    Ticket.objects.filter(pk=delivery.reply.ticket_id).update(
        preview=preview,
        last_message_at=Greatest(F("last_message_at"), now),
        first_replied_at=Coalesce(F("first_replied_at"), now),
        assignee=Coalesce(F("assignee"), delivery.reply.user_id),
    )


def let_go(delivery: Delivery, *, by: User | ApiKey | None = None) -> None:
    """Queue a locked reply that was scheduled, or held back from that; whoever does it has a moment to undo it."""
    # What counts replies by the day on which they were written counts it today.
    Message.objects.filter(pk=delivery.reply.pk).update(created_at=timezone.now())
    count_as_said(delivery)
    undo = delivery.channel.undo_seconds if isinstance(by, User) else 0
    delivery.due_at = timezone.now() + timedelta(seconds=undo)
    steps.move(delivery, DeliveryState.QUEUED, "reply.queued", by=by)
    if not delivery.channel.external:
        outbox.nudge(outbox.DELIVER, after=undo)
