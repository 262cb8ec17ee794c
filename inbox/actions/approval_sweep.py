"""Gives back to their writers what nobody has decided in time."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from inbox.actions.approvals import AlreadySettled, expire_reply
from inbox.actions.post_approvals import expire_post
from inbox.actions.post_rows import PostMoved
from inbox.models import Approval, ApprovalState

LIMIT = 200


def expire_approvals(now: datetime | None = None) -> int:
    """Give back replies and posts whose step has run out, and posts whose own time has come; return how many."""
    now = now or timezone.now()
    run_out = Q(due_at__lte=now) | Q(post__publish_at__lte=now)
    waiting = Approval.objects.filter(run_out, state=ApprovalState.WAITING).select_related("post", "message__delivery")
    return sum(_expire(approval, now) for approval in waiting.order_by("pk")[:LIMIT])


def _expire(approval: Approval, now: datetime) -> bool:
    try:
        return expire_post(approval.post, now=now) if approval.post else expire_reply(approval.reply, now=now)
    except (AlreadySettled, PostMoved):
        # Somebody has decided in this very moment.
        return False
