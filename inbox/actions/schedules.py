"""Lets scheduled replies go when their time has come, and holds those back whose conversation has moved on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.actions import delivery_steps as steps
from inbox.actions.leaving import let_go
from inbox.actions.schedule_steps import tell_held_back
from inbox.models import Delivery, DeliveryState, Ticket
from inbox.queries.schedules import ripe, scheduled

AT_A_TIME = 50


@transaction.atomic(durable=True)
def send_scheduled(*, now: datetime | None = None) -> int:
    """Let go what is due and may go out; hold back the rest of what is due, and what was overtaken before its time.

    Those who wrote what is held back, and those who have its tickets, are told. Return how many were looked at.
    """
    now = now or timezone.now()
    deliveries = _lock(now)
    reasons = _why_overtaken(deliveries)
    for delivery in (each for each in deliveries if each.pk in reasons):
        steps.move(delivery, DeliveryState.HELD_BACK, "delivery.held", words=reasons[delivery.pk])
    due = [each for each in deliveries if each.pk not in reasons and each.due_at <= now]
    for delivery in steps.let_out(due) if due else ():
        let_go(delivery)
    tell_held_back([each for each in deliveries if each.state == DeliveryState.HELD_BACK])
    return len(deliveries)


def _lock(now: datetime) -> list[Delivery]:
    """Lock replies that do something now, then their tickets: from then on nobody says anything in them."""
    ids = list(ripe(now).values_list("pk", flat=True)[:AT_A_TIME])
    found = Delivery.objects.filter(pk__in=ids, state=DeliveryState.SCHEDULED).locked().order_by("pk")
    deliveries = list(found.select_related("ticket__contact"))
    tickets = Ticket.objects.filter(pk__in={delivery.reply.ticket_id for delivery in deliveries}).order_by("pk")
    list(tickets.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return deliveries


def _why_overtaken(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Return why some of these do not go out by themselves."""
    words = {
        "heard": _("The customer has written since."),
        "answered": _("A colleague has answered since."),
        "moved": _("Messages were moved between tickets since."),
        "spam": _("The ticket is marked as spam."),
    }
    found = scheduled().filter(pk__in=[delivery.pk for delivery in deliveries]).values("pk", *words)
    happened = ((row["pk"], next((name for name in words if row[name]), "")) for row in found)
    return {pk: words[name] for pk, name in happened if name}
