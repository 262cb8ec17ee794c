"""Moves deliveries along: taken, sent, refused, doubted, retried. Every move is one walk of the table under a lock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from inbox import outbox
from inbox.actions import delivery_steps as steps
from inbox.actions import post_steps
from inbox.actions.leaving import let_go
from inbox.actions.reports import NetworkReport, known_status, note, report_statuses
from inbox.connectors.base import Receipt
from inbox.models import Call, CallState, Channel, Delivery, DeliveryState, Health, Post, PostVariant
from inbox.queries.saying import in_private_only, may_say

# Longer than any connector's time-outs together: who holds a delivery longer is dead.
CLAIM_SECONDS = 60
# Nobody took it for so long: a person should know.
HANGING = timedelta(minutes=60)
SWEEP_LIMIT = 200
# Each of these asks its network, one after the other, within one sweep.
TAKE_OVER_LIMIT = 5


class RetryNotAllowed(Exception):
    """The delivery is on its way or done: there is nothing to retry."""


class NotInDoubt(Exception):
    """What became of the delivery is known: there is nothing to settle."""


@transaction.atomic(durable=True)
def claim_due_deliveries(*, limit: int = 1, now: datetime | None = None) -> list[Delivery]:
    """Take deliveries that our own connectors should post now, oldest first; whoever takes one has a minute for it."""
    now = now or timezone.now()
    push = Delivery.objects.filter(channel__external=False, channel__active=True)
    # They wait, rather than fail one by one, until a manager has connected the channel again.
    push = push.exclude(channel__health=Health.NEEDS_AUTHORISATION)
    return steps.take(push.due(now), limit, until=now + timedelta(seconds=CLAIM_SECONDS), now=now)


@transaction.atomic(durable=True)
def lease_deliveries(channel: Channel, *, limit: int, seconds: int) -> list[Delivery]:
    """Hand deliveries of an external channel to its connector, oldest first, with message and ticket loaded.

    Unless the connector reports on one within `seconds`, it can be leased again.
    """
    now = timezone.now()
    # Posts are for those programs only of which a manager has said so: others would take them for replies.
    known = Q(variant=None) | Q(channel__publishes=True)
    pull = Delivery.objects.filter(known, channel=channel.pk, channel__external=True, channel__active=True)
    return steps.take(pull.due(now), limit, until=now + timedelta(seconds=seconds), now=now)


@transaction.atomic(durable=True)
def record_sent(delivery: Delivery, receipt: Receipt) -> Delivery:
    """Note that the network has the post."""
    locked = Delivery.objects.lock(delivery.pk)
    note(locked, NetworkReport(locked.pk, DeliveryState.SENT, receipt.external_id, receipt.url))
    return locked


def record_all_sent(channel: Channel, posts: Sequence[tuple[Delivery, Receipt]]) -> None:
    """Note that the network has these posts of one channel, in statements whose number does not grow with them."""
    said = [NetworkReport(each.pk, DeliveryState.SENT, receipt.external_id, receipt.url) for each, receipt in posts]
    report_statuses(channel, said)


@transaction.atomic(durable=True)
def record_rejected(delivery: Delivery, words: str) -> Delivery:
    """Note that the network said no, in its words."""
    locked = Delivery.objects.lock(delivery.pk)
    if steps.is_current(locked, delivery):
        note(locked, NetworkReport(locked.pk, DeliveryState.FAILED, words=words))
    return locked


@transaction.atomic(durable=True)
def record_unavailable(delivery: Delivery, words: str, *, retry_after: float | None = None) -> Delivery:
    """Queue the delivery again for later, since nothing was sent; after eight tries in a row it fails."""
    locked = Delivery.objects.lock(delivery.pk)
    if steps.is_current(locked, delivery):
        steps.requeue(locked, words, retry_after=retry_after)
    return locked


@transaction.atomic(durable=True)
def put_back(delivery: Delivery, seconds: float) -> Delivery:
    """Queue a delivery again that was not tried, since its account's budget is spent; no attempt is counted.

    Whatever else the account has to post waits as long, rather than being taken and put back, too.
    """
    locked = Delivery.objects.lock(delivery.pk)
    if steps.is_current(locked, delivery):
        steps.untake(locked, timezone.now() + timedelta(seconds=seconds))
    return locked


@transaction.atomic(durable=True)
def record_uncertain(delivery: Delivery, words: str, *, may_repeat: bool = False) -> Delivery:
    """Ask a person: it may have been sent, and must not be sent again blindly.

    Where the network knows a repeat by its key (`may_repeat`), it is first tried again as often as any other.
    """
    locked = Delivery.objects.lock(delivery.pk)
    if not steps.is_current(locked, delivery):
        return locked
    if may_repeat:
        steps.requeue(locked, words, at_last=DeliveryState.UNCERTAIN)
    else:
        steps.doubt(locked, words)
    return locked


@transaction.atomic(durable=True)
def report_status(
    delivery: Delivery,
    status: str,
    *,
    external_id: str = "",
    url: str = "",
    words: str = "",
    by: ApiKey | None = None,
) -> Delivery:
    """Note what a connector says of a delivery, as `report_statuses` does for many; raises UnknownReport."""
    report = NetworkReport(delivery.pk, known_status(status), external_id, url, words)
    locked = Delivery.objects.lock(delivery.pk)
    note(locked, report, by=by)
    return locked


@transaction.atomic(durable=True)
def retry_delivery(delivery: Delivery, *, by: User | ApiKey) -> Delivery:
    """Queue a delivery that failed, is held or is doubted once more, or send now what was for later.

    Raises RetryNotAllowed.
    """
    locked = Delivery.objects.lock(delivery.pk)
    if isinstance(by, User) and locked.message_id and not may_say(by, locked.reply.visibility):
        raise RetryNotAllowed(in_private_only())
    if locked.state in (DeliveryState.SCHEDULED, DeliveryState.HELD_BACK):
        let_go(locked, by=by)
        return locked
    if locked.state not in (DeliveryState.FAILED, DeliveryState.HELD, DeliveryState.UNCERTAIN):
        raise RetryNotAllowed(_("This reply is not waiting for a retry."))
    if locked.variant:
        _look_whether_released(locked, locked.variant, by)
    locked.claimed_at, locked.due_at = None, timezone.now()
    steps.move(locked, DeliveryState.QUEUED, "delivery.retried", by=by)
    if not locked.channel.external:
        outbox.nudge(outbox.DELIVER)
    return locked


@transaction.atomic(durable=True)
def settle_delivery(delivery: Delivery, *, there: bool, by: User) -> Delivery:
    """Note what somebody who has looked says of a doubted delivery: it is out there, or it isn't; raises NotInDoubt."""
    locked = Delivery.objects.lock(delivery.pk)
    if locked.state != DeliveryState.UNCERTAIN:
        raise NotInDoubt(_("Nothing about this reply is in doubt any more."))
    if there:
        steps.move(locked, DeliveryState.SENT, "delivery.settled", by=by)
    else:
        words = _("Somebody looked: it is not there.")
        steps.move(locked, DeliveryState.FAILED, "delivery.settled", words=words, by=by)
    return locked


@transaction.atomic(durable=True)
def hold_delivery(delivery: Delivery, reason: str, *, by: User | None = None) -> Delivery:
    """Keep a queued delivery from going out until somebody retries it."""
    locked = Delivery.objects.lock(delivery.pk)
    steps.move(locked, DeliveryState.HELD, "delivery.held", words=reason, by=by)
    return locked


@transaction.atomic(durable=True)
def expire_leases(now: datetime) -> int:
    """Queue again what a connector took and never reported on; return how many.

    What was on its way to a webhook when its worker died may have been posted: a person is asked.
    """
    silent = Delivery.objects.filter(state=DeliveryState.SENDING, channel__external=True, due_at__lte=now)
    deliveries = list(silent.order_by("pk").locked()[:SWEEP_LIMIT])
    broken = Call.objects.filter(delivery__in=[delivery.pk for delivery in deliveries], state=CallState.WAITING)
    told = set(broken.values_list("delivery", flat=True))
    broken.update(state=CallState.FAILED)
    for delivery in deliveries:
        if delivery.pk in told:
            steps.doubt(delivery, _("The worker stopped while it was sending this reply."))
        else:
            words = _("The connector took this reply and did not say what became of it.")
            steps.requeue(delivery, words, retry_after=1)
    return len(deliveries)


@transaction.atomic(durable=True)
def take_over_hanging(now: datetime) -> list[Delivery]:
    """Take over what a worker of ours began to send and never finished, to find out what became of it."""
    silent = Delivery.objects.filter(state=DeliveryState.SENDING, channel__external=False, due_at__lte=now)
    deliveries = list(silent.order_by("due_at", "pk").locked()[:TAKE_OVER_LIMIT])
    for delivery in deliveries:
        delivery.due_at = now + timedelta(seconds=CLAIM_SECONDS)
    Delivery.objects.bulk_update(deliveries, ["due_at"])
    return deliveries


@transaction.atomic(durable=True)
def fail_hanging(now: datetime) -> int:
    """Let those deliveries fail that nobody has taken for an hour although it was their turn; return how many."""
    deliveries = list(Delivery.objects.due(now - HANGING).locked()[:SWEEP_LIMIT])
    for delivery in deliveries:
        steps.move(delivery, DeliveryState.FAILED, "delivery.failed", words=_why_hanging(delivery))
    return len(deliveries)


def _look_whether_released(delivery: Delivery, variant: PostVariant, by: User | ApiKey) -> None:
    """Refuse what only the page of a planned post decides: letting out what is held, and by whom."""
    if delivery.state == DeliveryState.HELD or not isinstance(by, User):
        raise RetryNotAllowed(_("What is held of a post is released on its page."))
    by.require("post.publish")
    post_steps.go_out_now(Post.objects.lock(variant.post_id))


def _why_hanging(delivery: Delivery) -> str:
    if not delivery.channel.active:
        return _("The channel is switched off.")
    if delivery.channel.health == Health.NEEDS_AUTHORISATION:
        return _("The channel must be connected again.")
    if delivery.channel.external:
        return _("No connector has taken this reply for an hour.")
    return _("This reply waited for an hour and nobody sent it.")
