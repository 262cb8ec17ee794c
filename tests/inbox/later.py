"""What tests about replies for later share."""

from datetime import timedelta

from django.utils import timezone

from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, send_reply
from inbox.actions.schedules import send_scheduled
from inbox.models import Delivery, Notification, Reason
from tests.cast import make_incoming

HOUR = timedelta(hours=1)
WORDS = "It left at nine."


def schedule(ticket, by, text=WORDS, *, hours=3, **fields):
    """Write a reply that goes out in so many hours."""
    seen = ticket.messages.latest("pk").pk
    new = NewReply(
        **{"text": text, "visibility": "public", "seen": seen, "send_at": timezone.now() + hours * HOUR} | fields
    )
    return send_reply(ticket, new, by=by)


def pass_time(hours=3):
    """Let so many hours and a minute pass for what is for later; return how many replies were looked at."""
    return send_scheduled(now=timezone.now() + hours * HOUR + timedelta(minutes=1))


def delivery_of(message):
    return Delivery.objects.get(message=message)


def state_of(message):
    return delivery_of(message).state


def hear(channel, text="Hello?", thread="t"):
    """Have the customer write again."""
    receive_messages(channel, [make_incoming(text, thread=thread)])


def told(person):
    """Return the tickets of which somebody was told that a reply in them is held back."""
    news = Notification.objects.filter(user=person, reason=Reason.HELD_BACK)
    return list(news.values_list("ticket__number", flat=True))
