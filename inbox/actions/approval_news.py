"""Tells those whose turn it is to approve something, once, and its writer what came of it; part of actions."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from accounts.models import User
from accounts.permissions import holders
from inbox.actions.notifications import EXCERPT, announce_notified, store_notifications
from inbox.models import Approval, ApprovalState, ApprovalStep, Notification, Reason
from inbox.queries.approval_policies import POSTS, REPLIES, named_in

_OUTCOMES = {
    ApprovalState.APPROVED: Reason.APPROVED,
    ApprovalState.SENT_BACK: Reason.GIVEN_BACK,
    ApprovalState.EXPIRED: Reason.GIVEN_BACK,
    ApprovalState.STALE: Reason.GIVEN_BACK,
}


def tell_whose_turn(approval: Approval, steps: Sequence[ApprovalStep], by: User | None = None) -> None:
    """Tell those whom the current one of the steps names; of a post whose step names nobody, all who may approve it.

    `by` has just made it wait for this step, and knows.
    """
    permission = POSTS if approval.post_id else REPLIES
    step = steps[approval.step - 1] if approval.step <= len(steps) else None
    people = {one.pk for one in named_in(step, permission)}
    if approval.post_id and not people:
        everybody = User.objects.filter(organization=approval.organization_id, is_active=True)
        people = set(everybody.filter(role__in=holders(permission)).values_list("pk", flat=True))
    forget_turn(approval, but=people)
    reason = Reason.POST_APPROVAL if approval.post_id else Reason.APPROVAL
    _tell(approval, reason, people - {approval.asked_by_id, by and by.pk}, approval.asked_by)


def tell_outcome(approval: Approval, by: User | None) -> None:
    """Tell who has asked what came of it, unless they did it; nobody else need look any more."""
    forget_turn(approval)
    if (reason := _OUTCOMES.get(ApprovalState(approval.state))) and by != approval.asked_by:
        _tell(approval, reason, [approval.asked_by_id], by)


def tell_changed(approval: Approval, by: User) -> None:
    """Tell who has asked that somebody has changed their words."""
    _tell(approval, Reason.CHANGED, [approval.asked_by_id], by)


def forget_turn(approval: Approval, *, but: Iterable[int] = ()) -> None:
    """Take it as seen by those who have been asked about a post, but by these; a ticket is seen by opening it."""
    if approval.post_id is None:
        return
    unseen = Notification.objects.unseen().filter(post=approval.post_id, reason=Reason.POST_APPROVAL)
    unseen = unseen.exclude(user__in=but)
    people = set(unseen.values_list("user", flat=True))
    if people:
        unseen.update(seen_at=timezone.now())
        announce_notified(people)


def _tell(approval: Approval, reason: Reason, people: Iterable[int], actor: User | None) -> None:
    text = approval.post.text if approval.post else approval.reply.text
    now = timezone.now()
    store_notifications(
        [
            Notification(
                organization_id=approval.organization_id,
                user_id=person,
                post=approval.post,
                ticket_id=None if approval.post else approval.reply.ticket_id,
                reason=reason,
                actor=actor,
                excerpt=" ".join(text.split())[:EXCERPT],
                created_at=now,
            )
            for person in sorted(people)
        ]
    )
