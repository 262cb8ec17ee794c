"""Posts that somebody else has to let out: approved in the words in which they were asked for, or sent back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import guard
from inbox.actions import post_rows as rows
from inbox.actions.approval_news import tell_outcome
from inbox.actions.approval_steps import OwnWords, renew, sign_off
from inbox.actions.approvals import AlreadySettled, OwnReply
from inbox.actions.delivery_steps import covers
from inbox.models import Approval, ApprovalState, Post, PostState
from inbox.queries.approval_policies import POSTS


class OwnPost(OwnReply):
    """Nobody approves what they have asked for themselves."""

    def __str__(self) -> str:
        return _("Somebody else has to look at your post.")


@transaction.atomic(durable=True)
def approve_post(post: Post, *, seen: int, by: User) -> Approval:
    """Approve a post that waits, in the words of the version that was `seen`; with the last step it is let out.

    Where the rules or its time have moved on it goes back to its writer, and the approval that is returned is
    stale; where other people have to approve it by now, it waits, with a note. One without a time goes out at once.
    Raises AlreadySettled, OwnPost, NotYours, OwnWords, PostMoved.
    """
    by.require("post.approve")
    post, approval = _lock_waiting(post)
    if approval.asked_by_id == by.pk:
        raise OwnPost
    if approval.version != seen:
        raise rows.PostMoved
    judgements = rows.judgements_of(post)
    known = {one.variant.pk: one.variant.decision for one in judgements}
    if any(one.blocks or not covers(known[one.variant.pk], one.verdict) for one in judgements):
        return _give_back(post, approval, ApprovalState.STALE, by, _("The rules or an incident stop it by now."))
    if post.publish_at is not None and post.publish_at <= timezone.now():
        return _give_back(post, approval, ApprovalState.STALE, by, _("The time for which it was planned has passed."))
    if renew(approval, rows.policy_of(post, [one.variant for one in judgements], approval.asked_by)):
        rows.record(post, "post.asked_anew", by)
        return approval
    if any(one.verdict.stops for one in judgements) and rows.wrote(post, by) and approval.policy is None:
        raise OwnWords
    if not sign_off(approval, POSTS, by=by):
        rows.record(post, "post.signed_off", by)
        return approval
    rows.keep_decisions(judgements, by, guard.Door.APPROVAL)
    _settle(approval, ApprovalState.APPROVED, by, "")
    rows.record(post, "post.approved", by)
    rows.promise(post, by)
    return approval


@transaction.atomic(durable=True)
def send_back_post(post: Post, note: str, *, by: User) -> Approval:
    """Give a post that waits back to its writer, with a note; raises AlreadySettled."""
    by.require("post.approve")
    post, approval = _lock_waiting(post)
    return _give_back(post, approval, ApprovalState.SENT_BACK, by, note.strip()[:500])


@transaction.atomic(durable=True)
def expire_post(post: Post, *, now: datetime) -> bool:
    """Give a post back to its writer that nobody has decided in time; return whether it was. Raises AlreadySettled."""
    post, found = _lock_waiting(post)
    if found.due_at is not None and found.due_at <= now:
        _give_back(post, found, ApprovalState.EXPIRED, None, _("Nobody has decided in time."))
    elif post.publish_at is not None and post.publish_at <= now:
        _give_back(post, found, ApprovalState.EXPIRED, None, _("The time for which it was planned has passed."))
    else:
        return False
    return True


def _lock_waiting(post: Post) -> tuple[Post, Approval]:
    post = rows.lock_all(post)
    approval = post.approvals.filter(state=ApprovalState.WAITING).first()
    if post.state != PostState.WAITING or approval is None:
        raise AlreadySettled
    return post, approval


def _give_back(post: Post, approval: Approval, state: ApprovalState, by: User | None, words: str) -> Approval:
    _settle(approval, state, by, words)
    rows.move(post, PostState.DRAFT, f"post.{state}", by)
    return approval


def _settle(approval: Approval, state: ApprovalState, by: User | None, words: str) -> None:
    approval.state, approval.settled_by, approval.settled_at, approval.note = state, by, timezone.now(), words
    approval.save(update_fields=["state", "settled_by", "settled_at", "note"])
    tell_outcome(approval, by)
