"""Planned posts as their pages show them: the list, one post with what stands against it, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from brandvoice.diff import Part, diff_words
from inbox.connectors.registry import NETWORKS
from inbox.models import (
    Approval,
    ApprovalState,
    Channel,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    Post,
    PostAnswer,
    PostState,
    PostVariant,
    PostVersion,
    Sentiment,
    SignOff,
    Ticket,
)
from inbox.queries.purposes import purposes_of

PAGE = 50
PUBLISHING = tuple(network for network, profile in NETWORKS.items() if profile.publishes)
SHOWN_TEXT = 140


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post in a list or in the calendar."""

    pk: int
    text: str
    state: str
    state_name: str
    publish_at: datetime | None
    networks: tuple[tuple[str, str], ...]
    author: str
    can_be_moved: bool
    # Something stops it although its time is set: an incident, or words that may no longer be said.
    is_held: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What customers made of a post: how many answered, how they sound, and in which tickets the reader may see."""

    answers: int
    negative: int
    neutral: int
    positive: int
    open: int
    tickets: Sequence[Ticket]


@dataclass(frozen=True, slots=True)
class Compared:
    """A version beside the one before it that was approved, or beside the first: for all channels, then for each."""

    since: PostVersion
    parts: tuple[tuple[str, tuple[Part, ...]], ...]
    files_changed: bool


def zone_of(organization: Organization | None) -> ZoneInfo:
    """Return the clock by which an organization plans."""
    return ZoneInfo(organization.time_zone if organization else "UTC")


def channels_to_post_on(organization_id: int) -> list[Channel]:
    """Return the channels of an organization on which posts can be published, with their brands."""
    able = Q(external=False, network__in=PUBLISHING) | Q(external=True, publishes=True)
    ours = Channel.objects.filter(able, organization=organization_id, active=True)
    return list(ours.select_related("brand").defer("webhook_secret").order_by("brand__name", "name", "pk"))


def posts_of(user: User, *, state: str = "", before: int = 0) -> list[PostRow]:
    """Return a page of posts, the newest first; those older than `before` unless it is 0."""
    found = Post.objects.visible_to(user)
    found = found.filter(state=state) if state else found.exclude(state=PostState.CANCELLED)
    found = found.filter(pk__lt=before) if before else found
    return rows_of(list(found.select_related("author").order_by("-pk")[:PAGE]))


def posts_between(user: User, start: datetime, end: datetime) -> list[PostRow]:
    """Return the posts planned for a span of time, the earliest first, without those that were called off."""
    found = Post.objects.visible_to(user).between(start, end).exclude(state=PostState.CANCELLED)
    return rows_of(list(found.select_related("author")[:500]))


def rows_of(posts: Sequence[Post]) -> list[PostRow]:
    """Return what lists show of posts that are loaded with their authors; two queries more."""
    variants = PostVariant.objects.filter(post__in=posts).order_by("channel__name", "pk")
    on: dict[int, list[tuple[str, str]]] = {}
    for post, network, name in variants.values_list("post", "channel__network", "channel__name"):
        on.setdefault(post, []).append((network, name))
    held = Delivery.objects.filter(variant__post__in=posts, state=DeliveryState.HELD)
    stopped = set(held.values_list("variant__post", flat=True))
    return [
        PostRow(
            pk=post.pk,
            text=" ".join(post.text.split())[:SHOWN_TEXT],
            state=post.state,
            state_name=post.get_state_display(),
            publish_at=post.publish_at,
            networks=tuple(on.get(post.pk, ())),
            author=post.author.name if post.author else "",
            can_be_moved=post.can_be_changed,
            is_held=post.pk in stopped,
        )
        for post in posts
    ]


def deliveries_of(post: Post) -> dict[int, Delivery]:
    """Return what has become of a post, by the channel's id."""
    return {delivery.channel_id: delivery for delivery in Delivery.objects.filter(variant__post=post)}


def approvals_of(post: Post) -> list[Approval]:
    """Return who was asked about a post, the last time first."""
    asked = post.approvals.select_related("asked_by", "settled_by").order_by("-asked_at", "-pk")
    signed = SignOff.objects.select_related("user", "person").order_by("pk")
    return list(asked.prefetch_related(Prefetch("sign_offs", signed)))


def purpose_name(post: Post) -> str:
    """Return what people call a post's purpose."""
    return next((one.shown_name for one in purposes_of(post.organization_id) if one.key == post.purpose), post.purpose)


def compared(post: Post, approvals: Sequence[Approval]) -> Compared | None:
    """Return what has changed since the version that was approved last, or else since the first that was asked for.

    None where there is none, or the words and files are the same.
    """
    known = {version.number: version for version in post.versions.order_by("number")}
    now = known.get(post.version)
    approved = [one.version for one in approvals if one.state == ApprovalState.APPROVED and one.version < post.version]
    asked = [one.version for one in approvals if one.version < post.version]
    number = max(approved, default=0) or max(asked, default=0)
    before = known.get(number)
    if now is None or before is None:
        return None
    names = dict(post.variants.values_list("channel", "channel__name"))
    texts = [(_("All channels"), before.text, now.text)]
    texts += [
        (name, before.own_texts.get(str(pk), ""), now.own_texts.get(str(pk), "")) for pk, name in sorted(names.items())
    ]
    parts = tuple((name, tuple(diff_words(old, new))) for name, old, new in texts if old != new)
    files_changed = before.files != now.files
    # A post that is only planned for another time says the same.
    return Compared(before, parts, files_changed) if parts or files_changed else None


def results_of(post: Post, user: User) -> Results:
    """Count what was answered to a post, in tickets that the reader may see."""
    linked = PostAnswer.objects.filter(variant__post=post).values("ticket")
    tickets = Ticket.objects.visible_to(user).filter(pk__in=linked)
    feels = {name: Count("pk", filter=Q(sentiment=value)) for name, value in _FEELINGS.items()}
    answers = Message.objects.filter(ticket__in=tickets, direction=Direction.INBOUND)
    counts: Mapping[str, int] = answers.aggregate(answers=Count("pk"), **feels)
    newest = tickets.select_related("identity", "channel").order_by("-last_message_at", "-pk")
    return Results(**counts, open=tickets.exclude(status="resolved").count(), tickets=list(newest[:20]))


_FEELINGS = {"negative": Sentiment.NEGATIVE, "neutral": Sentiment.NEUTRAL, "positive": Sentiment.POSITIVE}


def is_over(post: Post) -> bool:
    """Return whether the time for which a post was planned has passed."""
    return post.publish_at is not None and post.publish_at <= timezone.now()
