"""Notes who saw a customer's newest message first, so that others know that somebody has."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inbox import events
from inbox.models import Direction, Message, Sight, Ticket


@transaction.atomic(durable=True)
def see_newest(ticket: Ticket, *, by: User) -> None:
    """Note that the person sees the newest message, if it waits for an answer and nobody has seen it yet."""
    if not ticket.awaiting_reply:
        return
    heard = Message.objects.filter(ticket=ticket.pk, direction=Direction.INBOUND).select_related("sight")
    newest = heard.order_by("-sent_at", "-pk").first()
    if newest is None or hasattr(newest, "sight"):
        return
    place = {"organization_id": ticket.organization_id, "user": by, "seen_at": timezone.now()}
    _sight, is_first = Sight.objects.get_or_create(message=newest, defaults=place)
    if is_first:
        events.record(ticket, "message.first_seen", by=by, message=newest)
