"""Posts that somebody else has to let out: approved in the words in which they were asked for, or sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import guard
from inbox.actions import post_rows as rows
from inbox.actions.approval_news import tell_outcome
from inbox.actions.approval_steps import renew, sign_off
from inbox.actions.approvals import AlreadySettled, OwnReply
from inbox.actions.delivery_steps import covers
from inbox.actions.post_judging import Judgement
from inbox.models import Approval, ApprovalPolicy, ApprovalState, Post, PostState
from inbox.queries.approval_policies import POSTS, Standing, standing_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """What it would come to if somebody approved a post now; its page offers what the action then does."""

    # By the policy that holds now.
    policy: ApprovalPolicy | None
    standing: Standing
    is_stopped: bool
    # Why it would go back to its writer instead; "" where it would not.
    hindrance: str


class OwnPost(OwnReply):
    """Nobody approves what they have asked for themselves."""

    def __str__(self) -> str:
        return _("Somebody else has to look at your post.")


@transaction.atomic(durable=True)
def approve_post(post: Post, *, seen: int, by: User) -> Approval:
    """Approve a post that waits, in the words of the version that was `seen`; with the last step it is let out.

    Where the rules or its time have moved on it goes back to its writer, and the approval that is returned is
    stale; where other people have to approve it by now, it waits, with a note, unless the policy that holds now lets
    them approve its first step, too. One without a time goes out at once.
    Raises AlreadySettled, OwnPost, NotYours, OwnWords, PostMoved.
    """
    by.require("post.approve")
    post, approval = _lock_waiting(post)
    if approval.asked_by_id == by.pk:
        raise OwnPost
    if approval.version != seen:
        raise rows.PostMoved
    judgements = rows.judgements_of(post)
    outlook = outlook_of(post, approval, judgements, by)
    if outlook.hindrance:
        return _give_back(post, approval, ApprovalState.STALE, by, outlook.hindrance)
    if renew(approval, outlook.policy, by=by):
        rows.record(post, "post.asked_anew", by)
        if not outlook.standing.names:
            return approval
    if not sign_off(approval, POSTS, by=by, is_stopped=outlook.is_stopped):
        rows.record(post, "post.signed_off", by)
        return approval
    rows.keep_decisions(judgements, by, guard.Door.APPROVAL)
    _settle(approval, ApprovalState.APPROVED, by, "")
    rows.record(post, "post.approved", by)
    rows.promise(post, by)
    return approval


def outlook_of(post: Post, approval: Approval, judgements: Sequence[Judgement], by: User) -> Outlook:
    """Return what this person's approval would come to; `judgements` are of the post as it would go out now."""
    now = timezone.now()
    asked = rows.as_asked_now(post, approval, [one.variant for one in judgements])
    is_stopped = any(one.verdict.stops for one in judgements)
    hindrance = ""
    if any(one.blocks or not covers(one.variant.decision, one.verdict) for one in judgements):
        hindrance = _("The rules or an incident stop it by now.")
    elif post.publish_at is not None and post.publish_at <= now:
        hindrance = _("The time for which it was planned has passed.")
    standing = standing_of(asked, by, POSTS, now=now, is_stopped=is_stopped)
    return Outlook(asked.policy, standing, is_stopped, hindrance)


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
