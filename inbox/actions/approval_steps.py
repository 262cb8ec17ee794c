"""The steps in which replies and posts are approved: begun by a policy, signed off one by one; part of actions."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import Approval, ApprovalPolicy, SignOff
from inbox.queries.approval_policies import standing_of, steps_of


class NotYours(Exception):
    """It is somebody else who has to approve this step."""

    def __str__(self) -> str:
        return _("Somebody else has to approve this step.")


def begin(approval: Approval, policy: ApprovalPolicy | None) -> None:
    """Begin with the first step of the policy that holds, or with the one step that is always there."""
    approval.policy, approval.step = policy, 1
    approval.due_at = _due(approval, timezone.now())
    approval.save(update_fields=["policy", "step", "due_at"])


def begin_again(approval: Approval, version: int) -> None:
    """Begin again with other words: what was signed off was said of the words before."""
    approval.sign_offs.all().delete()
    approval.version = version
    approval.save(update_fields=["version"])
    begin(approval, approval.policy)


def sign_off(approval: Approval, permission: str, *, by: User) -> bool:
    """Note that somebody approves the current step; return whether it was the last. Raises NotYours."""
    now = timezone.now()
    standing = standing_of(approval, by, permission, now=now)
    if not standing.names:
        raise NotYours
    person = standing.names[0]
    place = {"organization_id": approval.organization_id, "approval": approval, "step": approval.step}
    SignOff.objects.create(**place, user=by, person=person, at=now)
    if standing.everybody and len(standing.awaited) > 1:
        return False
    if approval.step >= standing.steps:
        return True
    approval.step += 1
    approval.due_at = _due(approval, now)
    approval.save(update_fields=["step", "due_at"])
    return False


def _due(approval: Approval, now: datetime) -> datetime | None:
    steps = steps_of(approval.policy)
    hours = steps[approval.step - 1].hours if approval.step <= len(steps) else None
    return now + timedelta(hours=hours) if hours else None
