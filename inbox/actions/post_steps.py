"""The steps of the delivery engine that differ for planned posts: where one goes, what is logged, what it comes to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from brandvoice import guard
from brandvoice.models import GuardDecision
from inbox import events
from inbox.models import (
    POST_MOVES,
    Approval,
    ApprovalState,
    Delivery,
    DeliveryState,
    Post,
    PostState,
    PostVariant,
)
from inbox.models.deliveries import THERE
from inbox.queries.incidents import Situation, Spot

PUBLIC = "public"
# What comes so much later than it was planned goes out only once somebody has looked at it.
LATE = timedelta(hours=1)
# What is logged of a post's delivery, where that is not what is logged of a reply's.
_KINDS = {"delivery.sent": "post.published", "reply.approved": "post.released"}
_GONE_WRONG = {DeliveryState.FAILED, DeliveryState.UNCERTAIN}
_BEFORE = {DeliveryState.QUEUED, DeliveryState.HELD}


def spot_of(variant: PostVariant, alts: Iterable[str], person: int | None) -> Spot:
    """Return the place of a post on one channel, which must be loaded with its brand, as incidents see it."""
    post, channel = variant.post, variant.channel
    return Spot(
        organization_id=post.organization_id,
        brand_id=channel.brand_id,
        tickets=frozenset(),
        topics=frozenset({post.topic}),
        network=channel.network,
        language=post.language or channel.brand.language,
        text="\n".join([variant.words, *filter(None, alts)]),
        person=person,
        planned=True,
    )


def context_at(
    variant: PostVariant, alts: Iterable[str], spans: Sequence[guard.Span], situation: Situation
) -> guard.GuardContext:
    """Return what the guard needs to know of a post on one channel, which must be loaded with its brand.

    `spans` are the signed stretches of what it says there.
    """
    post, channel = variant.post, variant.channel
    return guard.GuardContext(
        organization_id=post.organization_id,
        brand_id=channel.brand_id,
        network=channel.network,
        language=post.language or channel.brand.language,
        visibility=PUBLIC,
        spans=tuple(spans),
        person_id=post.author_id,
        purpose=post.purpose,
        freezes=situation.freezes(spot_of(variant, alts, post.author_id)),
    )


def agreed_to(deliveries: Sequence[Delivery]) -> dict[int, GuardDecision | None]:
    """Return what the guard said of these posts when their words were approved, by delivery; none who were not."""
    said = {delivery.variant: delivery.pk for delivery in deliveries if delivery.variant}
    versions = {variant.post_id: variant.post.version for variant in said}
    approved = Approval.objects.filter(post__in=versions, state=ApprovalState.APPROVED)
    current = {one.post_id for one in approved if one.version == versions[one.post_id or 0]}
    decisions = GuardDecision.objects.in_bulk([variant.decision_id for variant in said if variant.decision_id])
    return {pk: decisions.get(variant.decision_id or 0) for variant, pk in said.items() if variant.post_id in current}


def event_of(delivery: Delivery, variant: PostVariant, kind: str, facts: events.Facts) -> events.NewEvent:
    """Return what is logged of a post's delivery: it belongs to the organization and to no ticket."""
    about: events.Facts = {"post": variant.post_id, "channel": delivery.channel_id, "delivery": delivery.pk}
    named = _KINDS.get(kind) or kind.replace("delivery.", "post.", 1)
    return events.NewEvent(named, delivery.organization_id, facts={**about, "state": str(delivery.state), **facts})


def why_too_late(variant: PostVariant, now: datetime) -> str:
    """Return what is said of a post whose time has long passed; "" for one that is in time."""
    at = variant.post.publish_at
    return _("The time for which it was planned has passed.") if at and at <= now - LATE else ""


def go_out_now(post: Post) -> None:
    """Plan a post, which is locked and whose time has passed, for this moment: somebody wants it out all the same."""
    post.publish_at = timezone.now()
    post.save(update_fields=["publish_at"])


def keep_receipt(variant: PostVariant, external_id: str) -> None:
    """Store what the network calls the post; an id that another post has is left out."""
    if not external_id or variant.external_id:
        return
    try:
        with transaction.atomic():
            variant.external_id = external_id
            variant.save(update_fields=["external_id"])
    except IntegrityError:
        variant.external_id = None


def follow(variant: PostVariant, *, by: User | ApiKey | None = None) -> None:
    """Let a post be what has become of it on its channels."""
    post = Post.objects.lock(variant.post_id)
    states = Delivery.objects.filter(variant__post=post)
    counted = Counter(states.values_list("state", flat=True))
    tried = states.filter(attempt_count__gt=0).exists()
    to = _state_after(counted, tried=tried)
    if to in POST_MOVES[post.state]:
        post.state = to
        post.save(update_fields=["state"])
        variant.post = post


def _state_after(counted: Counter[str], *, tried: bool) -> PostState:
    """Return what a post is by where its deliveries stand."""
    there = sum(counted[state] for state in THERE)
    asked = counted.total() - counted[DeliveryState.CANCELLED]
    if there == asked:
        return PostState.PUBLISHED if there else PostState.CANCELLED
    waiting = sum(counted[state] for state in _BEFORE)
    if waiting == asked and not tried:
        return PostState.SCHEDULED
    wrong = sum(counted[state] for state in _GONE_WRONG)
    under_way = counted[DeliveryState.SENDING] + counted[DeliveryState.QUEUED]
    return PostState.FAILED if wrong and not under_way else PostState.PUBLISHING
