"""Steps around the time that somebody chose for a reply: may it be chosen, what tickets show, who is told."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from inbox.actions.notifications import News, tell_each
from inbox.models import Delivery, DeliveryState, Reason, Ticket
from inbox.queries.later import FARTHEST
from inbox.queries.posts import zone_of


class TimeNotPossible(Exception):
    """A reply can't go out at the time that was chosen for it; says until when one can be chosen."""


def refuse_time(at: datetime, window_ends: datetime | None, organization_id: int) -> TimeNotPossible | None:
    """Return why a reply can't go out then, or None; after `window_ends` its network takes none any more."""
    now = timezone.now()
    if at <= now:
        return TimeNotPossible(_("Choose a time in the future."))
    if window_ends and at >= window_ends:
        words = _("The network takes replies until %(time)s. Choose an earlier time.")
        there = window_ends.astimezone(zone_of(Organization.objects.get(pk=organization_id)))
        return TimeNotPossible(words % {"time": date_format(there, _("j M H:i"))})
    if at > now + FARTHEST:
        words = _("Choose a time in the next %(days)d days.")
        return TimeNotPossible(words % {"days": FARTHEST.days})
    return None


def show_schedule(ticket_ids: Collection[int]) -> None:
    """Let these tickets show when the first of their scheduled replies goes out, if any; part of an action."""
    waiting = Delivery.objects.filter(message__ticket=OuterRef("pk"), state=DeliveryState.SCHEDULED)
    first = Subquery(waiting.order_by("due_at").values("due_at")[:1])
    for pk in sorted(ticket_ids):
        Ticket.objects.filter(pk=pk).update(sends_at=first)


def tell_held_back(deliveries: Iterable[Delivery], *, by: User | None = None) -> None:
    """Tell those who wrote these replies, and those who have their tickets, that they do not go out by themselves."""
    replies = [delivery.reply for delivery in deliveries]
    news = [
        News(reply.ticket, person, reply.text)
        for reply in replies
        for person in dict.fromkeys((reply.user_id, reply.ticket.assignee_id))
        if person is not None
    ]
    tell_each(news, Reason.HELD_BACK, by=by)
