"""The steps that actions on planned posts are made of: each runs inside the caller's transaction, on a locked row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import guard
from inbox import events, outbox
from inbox.actions import approval_news, approval_steps
from inbox.actions.actors import By, person
from inbox.actions.attachments import NewFile
from inbox.actions.post_judging import Judgement, can_publish, judge_post
from inbox.actions.post_spans import cited, write_spans
from inbox.actions.uploads import clean_name, look_at
from inbox.models import (
    POST_MOVES,
    Approval,
    ApprovalPolicy,
    ApprovalState,
    Channel,
    Delivery,
    DeliveryState,
    Objective,
    Post,
    PostFile,
    PostState,
    PostVariant,
    PostVersion,
    Purpose,
    What,
)
from inbox.models.deliveries import DeliveryQuerySet
from inbox.models.uploads import LONGEST_ALT
from inbox.queries.approval_policies import POSTS, Risk, nobody_left, policy_for, standing_of

MOST_CHANNELS = 50
MOST_FILES = 10


class PostMoved(Exception):
    """Somebody has changed the post, or it has gone on, since its page was loaded."""

    def __str__(self) -> str:
        return _("Somebody has changed this post meanwhile. Look at it as it is now.")


class PostMoveNotAllowed(Exception):
    """The post is not where this can be done to it."""

    def __str__(self) -> str:
        return _("This can't be done to the post as it stands.")


class PostUnready(Exception):
    """Something is missing that a post needs; the words say what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """What somebody plans to say: each channel with its own words, or "" for those that all say."""

    text: str
    purpose: str
    objective: Objective
    channels: Mapping[int, str]
    publish_at: datetime | None = None
    topic: str = ""
    language: str = ""
    client_uuid: UUID | None = None
    # New files with what is to be seen on them.
    files: Sequence[tuple[NewFile, str]] = ()
    # What is to be seen on files that are there, by id: those that are not named are dropped.
    alts: Mapping[int, str] = field(default_factory=dict)
    # Where signed words stand in what all channels say.
    spans: Sequence[guard.Span] = ()


def lock_all(post: Post) -> Post:
    """Return the post, locked after its deliveries, in the order in which the dispatcher locks them.

    Raises PostMoved where somebody has scheduled it in this very moment.
    """
    mine = Delivery.objects.filter(variant__post=post.pk)
    locked = set(mine.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    found = Post.objects.lock(post.pk)
    if set(mine.values_list("pk", flat=True)) - locked:
        raise PostMoved
    return found


def write(post: Post, new: NewPost, by: By) -> None:
    """Store what a post says now, with its version; raises PostUnready, FilesNotTaken."""
    if not Purpose.objects.filter(organization=post.organization_id, key=new.purpose, active=True).exists():
        raise PostUnready(_("Say why you write."))
    if new.objective.organization_id != post.organization_id:
        raise PostUnready(_("Say what it is to bring about."))
    for name in ("text", "purpose", "objective", "publish_at", "topic", "language"):
        setattr(post, name, getattr(new, name))
    post.changed_at = timezone.now() if post.pk else post.created_at
    post.save()
    write_spans(post, new.spans)
    _write_variants(post, new.channels)
    _write_files(post, new)
    keep_version(post, by)


def keep_other_time(post: Post) -> None:
    """Count a new time as a new version in the same words, so that nobody approves another time than they see."""
    written = post.versions.filter(number=post.version).select_related("by").first()
    post.version += 1
    post.changed_at = timezone.now()
    post.save(update_fields=["version", "changed_at"])
    keep_version(post, written.by if written else None)


def keep_version(post: Post, by: By | None) -> None:
    """Keep what a post says, for those who compare."""
    variants = post.variants.order_by("channel__name", "pk").values_list("channel", "text")
    files = post.files.order_by("pk").values_list("name", "alt")
    PostVersion.objects.create(
        organization_id=post.organization_id,
        post=post,
        number=post.version,
        text=post.text,
        own_texts={str(channel): text for channel, text in variants},
        files=[f"{name}: {alt}" if alt else name for name, alt in files],
        by=person(by),
        at=post.changed_at,
    )


def judgements_of(post: Post) -> list[Judgement]:
    """Judge a stored post as it would go out now."""
    return judge_post(post, variants_of(post), list(post.files.order_by("pk")), cited(post.spans.all()))


def variants_of(post: Post) -> list[PostVariant]:
    """Return a post's channels, each with what judging it needs."""
    variants = list(post.variants.select_related("channel__brand", "decision").order_by("channel__name", "pk"))
    for variant in variants:
        variant.post = post
    return variants


def keep_decisions(judgements: Sequence[Judgement], by: By | None, door: guard.Door) -> None:
    """Keep with each channel's words what the guard said of them."""
    judged = [guard.Judged(one.variant.organization_id, one.variant.words, one.verdict, by) for one in judgements]
    for one, decision in zip(judgements, guard.record_decisions(judged, door), strict=True):
        one.variant.decision = decision
    PostVariant.objects.bulk_update([one.variant for one in judgements], ["decision"])


def look_whether_ready(post: Post, *, at_once: bool = False) -> None:
    """Refuse what can't be scheduled whatever it says; raises PostUnready."""
    if post.publish_at is None:
        raise PostUnready(_("Say when it goes out."))
    if post.publish_at < timezone.now() and not at_once:
        raise PostUnready(_("The time for which it was planned has passed. Choose another."))
    if not post.variants.exists():
        raise PostUnready(_("Choose a channel."))


def promise(post: Post, by: By | None) -> None:
    """Promise a post to its networks for its time; one without a time goes out at once."""
    now = timezone.now()
    at = post.publish_at = post.publish_at or now
    Delivery.objects.bulk_create(
        Delivery(
            organization_id=post.organization_id,
            channel_id=channel,
            variant_id=variant,
            state=DeliveryState.QUEUED,
            idempotency_key=uuid4(),
            due_at=at,
            decision_id=decision,
        )
        for variant, channel, decision in post.variants.order_by("pk").values_list("pk", "channel", "decision")
    )
    move(post, PostState.SCHEDULED, "post.scheduled", by)
    if at <= now:
        outbox.nudge(outbox.DELIVER)


def take_back(post: Post, by: By) -> None:
    """Make a post a draft again: nothing is promised, nobody is asked any more; raises PostMoveNotAllowed."""
    if post.state == PostState.DRAFT:
        return
    if Delivery.objects.filter(variant__post=post).exclude(pk__in=untried(post)).exists():
        raise PostMoveNotAllowed
    untried(post).delete()
    settled = {"state": ApprovalState.TAKEN_BACK, "settled_by": person(by), "settled_at": timezone.now()}
    for waiting in post.approvals.filter(state=ApprovalState.WAITING):
        approval_news.forget_turn(waiting)
    post.approvals.filter(state=ApprovalState.WAITING).update(**settled)
    move(post, PostState.DRAFT, "post.taken_back", by)


def ask(post: Post, policy: ApprovalPolicy | None, by: By) -> Approval:
    """Ask those who may whether a post may go out, in these words; for a program asks who has made its key."""
    asked_by = asker(by)
    if number := nobody_left(policy, asked_by, POSTS):
        said = {"step": number, "policy": policy}
        raise PostUnready(_("Nobody can approve step %(step)d of the policy “%(policy)s” any more.") % said)
    place = {"organization_id": post.organization_id, "post": post, "version": post.version}
    approval = Approval.objects.create(**place, asked_by=asked_by, asked_at=timezone.now())
    approval_steps.begin(approval, policy)
    return approval


def asker(by: By) -> User:
    """Return who asks for an approval, for a program whoever has made its key; raises PostUnready."""
    found = by if isinstance(by, User) else by.created_by
    if found is None:
        raise PostUnready(_("Nobody stands behind this key any more."))
    return found


def policy_of(post: Post, variants: Iterable[PostVariant], by: User) -> ApprovalPolicy | None:
    """Return who has to approve a post by its risk, with channels loaded; None where no policy speaks of it."""
    channels = [variant.channel for variant in variants]
    return policy_for(
        Risk(
            what=What.POSTS,
            organization_id=post.organization_id,
            brands=frozenset(channel.brand_id for channel in channels),
            channels=frozenset(channel.pk for channel in channels),
            networks=frozenset(channel.network for channel in channels),
            topic=post.topic,
            role=by.role,
            reach=sum(channel.followers or 0 for channel in channels),
        )
    )


def as_asked_now(post: Post, approval: Approval, variants: Iterable[PostVariant]) -> Approval:
    """Return a post's approval as it stands by the policy that holds now."""
    return approval_steps.as_asked_now(approval, policy_of(post, variants, approval.asked_by))


def wrote(post: Post, person: User) -> bool:
    """Return whether somebody has written the words as they are now."""
    return post.versions.filter(number=post.version, by=person).exists()


def ask_again(post: Post, by: User) -> bool:
    """Ask once more about an approved post that is to go out at another time; return whether that is needed.

    It isn't where nobody had to approve it, or whoever wants it otherwise could approve it alone.
    """
    approved = post.approvals.filter(state=ApprovalState.APPROVED, version=post.version).order_by("-pk").first()
    if approved is None:
        return False
    policy = policy_of(post, variants_of(post), approved.asked_by)
    anew = Approval(post=post, version=post.version, asked_by=approved.asked_by, policy=policy)
    standing = standing_of(anew, by, POSTS, now=timezone.now())
    alone = standing.steps == 1 and not (standing.everybody and len(standing.awaited) > 1)
    if alone and standing.names and not wrote(post, by):
        return False
    keep_other_time(post)
    untried(post).delete()
    ask(post, policy, by)
    move(post, PostState.WAITING, "post.handed_over", by)
    return True


def untried(post: Post) -> DeliveryQuerySet:
    """Return the deliveries of a post that no network has been asked about."""
    states = (DeliveryState.QUEUED, DeliveryState.HELD)
    return Delivery.objects.filter(variant__post=post, attempt_count=0, state__in=states)


def move(post: Post, to: PostState, kind: str, by: By | None) -> None:
    """Walk the table and log it; raises PostMoveNotAllowed."""
    if to not in POST_MOVES[post.state]:
        raise PostMoveNotAllowed
    post.state, post.changed_at = to, timezone.now()
    post.save(update_fields=["state", "publish_at", "changed_at"])
    record(post, kind, by)


def record(post: Post, kind: str, by: By | None) -> None:
    """Log what happened to a post; it belongs to no ticket."""
    facts: events.Facts = {"post": post.pk, "state": str(post.state), "version": post.version}
    events.record_about_organization(post.organization_id, kind, by=by, facts=facts)


def _write_variants(post: Post, channels: Mapping[int, str]) -> None:
    wanted = Channel.objects.filter(organization=post.organization_id, pk__in=list(channels)[:MOST_CHANNELS])
    allowed = {channel.pk for channel in wanted if can_publish(channel)}
    if allowed != set(channels):
        raise PostUnready(_("Posts can't be published on this channel."))
    post.variants.exclude(channel__in=allowed).delete()
    PostVariant.objects.bulk_create(
        [
            PostVariant(organization_id=post.organization_id, post=post, channel_id=pk, text=channels[pk])
            for pk in sorted(allowed)
        ],
        update_conflicts=True,
        unique_fields=["post", "channel"],
        update_fields=["text"],
    )


def _write_files(post: Post, new: NewPost) -> None:
    for known in post.files.exclude(pk__in=new.alts):
        known.delete()
        transaction.on_commit(partial(known.file.delete, save=False), robust=True)
    for known in post.files.all():
        known.alt = new.alts[known.pk].strip()[:LONGEST_ALT]
        known.save(update_fields=["alt"])
    if post.files.count() + len(new.files) > MOST_FILES:
        raise PostUnready(_("A post takes %(most)d files at most.") % {"most": MOST_FILES})
    for file, alt in new.files:
        found, content = look_at(file)
        kept = PostFile(
            organization_id=post.organization_id,
            post=post,
            name=clean_name(file.name, found),
            content_type=found.mime,
            size=len(content),
            alt=alt.strip()[:LONGEST_ALT],
        )
        name = f"{post.organization_id}/out/{uuid4()}.{found.endings[0]}"
        kept.file.save(name, ContentFile(content), save=False)
        kept.save(force_insert=True)
