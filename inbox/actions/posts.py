"""Plans posts: composed, changed, moved, handed to those who may let them out or scheduled, called off."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from brandvoice import guard
from inbox import outbox
from inbox.actions import approval_steps, delivery_steps, post_steps
from inbox.actions import post_rows as rows
from inbox.actions.actors import By, person, require
from inbox.actions.post_judging import Judgement, reasons_of
from inbox.actions.post_rows import NewPost, PostMoved, PostMoveNotAllowed, PostUnready
from inbox.models import CHANGEABLE, POST_MOVES, Approval, ApprovalState, Delivery, DeliveryState, Post, PostState
from inbox.queries.approval_policies import POSTS, standing_of


class PostStopped(Exception):
    """The guard, or a network's rules, do not let it out; `judgements` say why."""

    def __init__(self, judgements: Sequence[Judgement]) -> None:
        reasons = [reason for one in judgements for reason in reasons_of(one)]
        super().__init__(" ".join(dict.fromkeys(reasons)))
        self.judgements = judgements


@transaction.atomic(durable=True)
def create_post(new: NewPost, *, by: By) -> Post:
    """Store a draft; the same `client_uuid` again returns the first. Raises PostUnready, FilesNotTaken."""
    require(by, "post.compose")
    mine = {"organization_id": by.organization_id, "client_uuid": new.client_uuid}
    earlier = Post.objects.filter(**mine).first() if new.client_uuid else None
    if earlier:
        return earlier
    post = Post(**mine, author=person(by), created_at=timezone.now())
    try:
        with transaction.atomic():
            rows.write(post, new, by)
    except IntegrityError:
        # The same request came twice in one moment.
        if new.client_uuid and (first := Post.objects.filter(**mine).first()):
            return first
        raise
    rows.record(post, "post.created", by)
    return post


@transaction.atomic(durable=True)
def change_post(post: Post, new: NewPost, *, seen: int, by: By) -> Post:
    """Make a post say something else; `seen` is the version that its writer had before them.

    One that waits or is scheduled becomes a draft again, unless it waits for the very person who changes it: then
    those words are asked about from the first step on. Raises PostMoved, PostMoveNotAllowed, PostUnready,
    FilesNotTaken.
    """
    post = rows.lock_all(post)
    edited = approval_to_edit(post, by)
    if edited is None:
        require(by, "post.compose")
    if post.version != seen:
        raise PostMoved
    if post.state not in CHANGEABLE:
        raise PostMoveNotAllowed
    if edited and post.publish_at and new.publish_at is None:
        raise PostUnready(_("Say when it goes out."))
    if edited is None:
        rows.take_back(post, by)
    post.version += 1
    rows.write(post, new, by)
    rows.record(post, "post.changed", by)
    if edited:
        judgements = rows.judgements_of(post)
        if any(one.blocks for one in judgements):
            rows.take_back(post, by)
        else:
            rows.keep_decisions(judgements, by, guard.Door.APPROVAL)
            policy = rows.policy_of(post, [one.variant for one in judgements], edited.asked_by)
            approval_steps.begin_again(edited, policy, version=post.version, by=person(by))
    return post


def approval_to_edit(post: Post, by: By) -> Approval | None:
    """Return the approval that waits for this person, who may then change the words; None where it does not."""
    waiting = post.approvals.filter(state=ApprovalState.WAITING).first() if post.state == PostState.WAITING else None
    if waiting is None or not isinstance(by, User):
        return None
    asked = rows.as_asked_now(post, waiting, rows.variants_of(post))
    return waiting if standing_of(asked, by, POSTS, now=timezone.now()).names else None


@transaction.atomic(durable=True)
def schedule_post(post: Post, *, seen: int, by: By, at_once: bool = False) -> Post:
    """Promise a draft to its networks for its time, or hand it to those who have to let it out; its state says which.

    Raises PostMoved, PostMoveNotAllowed, PostUnready, PostStopped.
    """
    require(by, "post.compose")
    post = rows.lock_all(post)
    if post.version != seen:
        raise PostMoved
    if post.state != PostState.DRAFT:
        raise PostMoveNotAllowed
    if at_once:
        post.publish_at = timezone.now()
    rows.look_whether_ready(post, at_once=at_once)
    judgements = rows.judgements_of(post)
    if any(one.blocks for one in judgements):
        raise PostStopped(judgements)
    rows.keep_decisions(judgements, by, guard.Door.COMPOSER)
    policy = rows.policy_of(post, [one.variant for one in judgements], rows.asker(by))
    # A program publishes nothing by itself, whatever a policy leaves to people.
    asks = isinstance(by, ApiKey) or (policy.steps.exists() if policy else not by.may("post.publish"))
    if not asks and not any(one.verdict.stops for one in judgements):
        rows.promise(post, by)
    else:
        # "At once" is when somebody has approved it.
        post.publish_at = None if at_once else post.publish_at
        rows.ask(post, policy, by)
        rows.move(post, PostState.WAITING, "post.handed_over", by)
    return post


@transaction.atomic(durable=True)
def move_post(post: Post, publish_at: datetime, *, by: User) -> Post:
    """Plan a post for another time; one that is scheduled already is moved by whoever may publish.

    Who has to approve it is asked about the new time, too, unless they move it themselves. Raises
    PostMoveNotAllowed, PostUnready.
    """
    require(by, "post.compose")
    post = rows.lock_all(post)
    if post.state not in CHANGEABLE:
        raise PostMoveNotAllowed
    if post.state != PostState.DRAFT and publish_at <= timezone.now():
        raise PostUnready(_("This time has passed."))
    if post.state == PostState.SCHEDULED:
        require(by, "post.publish")
        rows.untried(post).update(due_at=publish_at)
    post.publish_at, post.changed_at = publish_at, timezone.now()
    post.save(update_fields=["publish_at", "changed_at"])
    rows.record(post, "post.moved", by)
    if post.state == PostState.WAITING:
        _begin_again(post, by)
    elif post.state == PostState.SCHEDULED:
        rows.ask_again(post, by)
    return post


@transaction.atomic(durable=True)
def cancel_post(post: Post, *, by: By) -> Post:
    """Call a post off that has not gone out, or what is left of one that has in part; raises PostMoveNotAllowed."""
    require(by, "post.compose")
    post = rows.lock_all(post)
    if PostState.CANCELLED not in POST_MOVES[post.state]:
        raise PostMoveNotAllowed
    if post.state in (PostState.PUBLISHING, PostState.FAILED):
        return _call_off_the_rest(post, by)
    rows.take_back(post, by)
    rows.move(post, PostState.CANCELLED, "post.cancelled", by)
    return post


@transaction.atomic(durable=True)
def redraft_post(post: Post, *, by: By) -> Post:
    """Make a post that waits, is scheduled or was called off before any of it was tried a draft again.

    Raises PostMoveNotAllowed.
    """
    require(by, "post.compose")
    post = rows.lock_all(post)
    if post.state != PostState.CANCELLED:
        rows.take_back(post, by)
    elif Delivery.objects.filter(variant__post=post).exists():
        raise PostMoveNotAllowed
    else:
        rows.move(post, PostState.DRAFT, "post.taken_up", by)
    return post


@transaction.atomic(durable=True)
def release_post(post: Post, *, by: User, at_once: bool = False) -> Post:
    """Queue once more what is held or has failed; the guard judges it again before it goes out.

    What is held and whose time has passed goes out `at_once` or not at all: raises PostUnready. Who had to approve
    it is asked again then, unless it is they who release it.
    """
    require(by, "post.publish")
    post = rows.lock_all(post)
    stuck = Delivery.objects.filter(variant__post=post, state__in=(DeliveryState.HELD, DeliveryState.FAILED))
    now = timezone.now()
    if post.publish_at is None or post.publish_at <= now:
        if not at_once and stuck.filter(state=DeliveryState.HELD).exists():
            raise PostUnready(_("The time for which it was planned has passed: publish it now, or choose another."))
        if post.state == PostState.SCHEDULED and rows.ask_again(post, by):
            post.publish_at = None
            post.save(update_fields=["publish_at"])
            return post
        post_steps.go_out_now(post)
    for delivery in list(stuck.order_by("pk").locked()):
        delivery.due_at = max(now, post.publish_at or now)
        delivery_steps.move(delivery, DeliveryState.QUEUED, "delivery.retried", by=by)
    outbox.nudge(outbox.DELIVER)
    return Post.objects.get(pk=post.pk)


def _begin_again(post: Post, by: User) -> None:
    """Ask from the first step on about a post that waits and is planned for another time."""
    rows.keep_other_time(post)
    approval = post.approvals.select_related("asked_by").get(state=ApprovalState.WAITING)
    policy = rows.policy_of(post, rows.variants_of(post), approval.asked_by)
    approval_steps.begin_again(approval, policy, version=post.version, by=by)


def _call_off_the_rest(post: Post, by: By) -> Post:
    """Cancel what no network has and none is being asked for; raises PostMoveNotAllowed where there is nothing."""
    left = Delivery.objects.filter(
        variant__post=post, state__in=(DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.FAILED)
    )
    deliveries = list(left.order_by("pk").locked())
    if not deliveries:
        raise PostMoveNotAllowed
    for delivery in deliveries:
        delivery_steps.move(delivery, DeliveryState.CANCELLED, "delivery.cancelled", by=by)
    return Post.objects.get(pk=post.pk)
