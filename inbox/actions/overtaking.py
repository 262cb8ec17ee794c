"""A position has changed: marks the drafts and holds the replies on their way that rest on its old words.

Runs inside the transaction that changed the position, so that there is no moment in which the new
words are signed and the old ones still go out.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import signals
from brandvoice.models import PositionVersion
from inbox import events
from inbox.actions import post_steps
from inbox.actions.delivery_steps import held_from
from inbox.actions.schedule_steps import show_schedule, tell_held_back
from inbox.models import Delivery, DeliveryState, Draft, PostSpan, Span
from inbox.models.deliveries import DeliveryQuerySet

ENDS = frozenset({signals.SUPERSEDED, signals.WITHDRAWN, signals.EXPIRED})


def overtake_version(version: PositionVersion, change: str, *, by: User | None) -> None:
    """Mark and hold everything unsent that holds words of this version; the number of statements is fixed."""
    resting = Span.objects.filter(version=version)
    drafts = Draft.objects.filter(pk__in=resting.filter(draft__isnull=False).values("draft"))
    drafts.update(overtaken_at=timezone.now())
    replies = Delivery.objects.filter(message__in=resting.filter(message__isnull=False).values("message"))
    posts = PostSpan.objects.filter(version=version).values("post")
    # A channel with words of its own says nothing of it.
    published = Delivery.objects.filter(variant__post__in=posts, variant__text="")
    unsent = Q(state__in=(DeliveryState.QUEUED, DeliveryState.SCHEDULED, DeliveryState.WAITING))
    ids = [pk for some in (replies, published) for pk in some.filter(unsent).values_list("pk", flat=True)]
    _hold(Delivery.objects.filter(unsent, pk__in=ids), change, by)


def _hold(unsent: DeliveryQuerySet, change: str, by: User | None) -> None:
    """Hold what is queued; the dispatcher's own look at the guard stops what is being queued in this moment.

    What waits for approval waits on, and says so: whoever approves it now, gives it back to its writer. Of what was for
    later its writer is told. All are locked by one statement in the order of their ids, as incidents lock them: in two
    orders both would wait for each other.
    """
    locked = unsent.select_for_update(no_key=True, of=("self",)).order_by("pk")
    deliveries = list(locked.select_related("message__ticket", "variant"))
    words = _reason(change)
    for delivery in deliveries:
        delivery.error = words
        delivery.state = delivery.state if delivery.state == DeliveryState.WAITING else held_from(delivery)
    Delivery.objects.bulk_update(deliveries, ["state", "error"])
    if deliveries:
        events.record_many([_held(delivery, words) for delivery in deliveries], by=by)
    if back := [delivery for delivery in deliveries if delivery.state == DeliveryState.HELD_BACK]:
        show_schedule({pk for delivery in back for pk in (delivery.reply.ticket_id, delivery.ticket_id) if pk})
        tell_held_back(back, by=by)


def _held(delivery: Delivery, words: str) -> events.NewEvent:
    if delivery.variant:
        facts = {"words": words}
        return post_steps.event_of(delivery, delivery.variant, "delivery.held", facts)
    ticket = delivery.reply.ticket
    return events.NewEvent(
        "delivery.overtaken" if delivery.state == DeliveryState.WAITING else "delivery.held",
        delivery.organization_id,
        ticket.team_id,
        ticket.pk,
        delivery.message_id,
        facts={"delivery": delivery.pk, "state": str(delivery.state), "words": words},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )


def _reason(change: str) -> str:
    return {
        signals.SUPERSEDED: _("These words were replaced by a newer version."),
        signals.WITHDRAWN: _("These words were withdrawn."),
        signals.EXPIRED: _("These words are no longer valid."),
    }[change]
