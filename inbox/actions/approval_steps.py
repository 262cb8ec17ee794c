"""The steps in which replies and posts are approved: begun by a policy, signed off one by one; part of actions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.actions.approval_news import tell_whose_turn
from inbox.models import Approval, ApprovalPolicy, ApprovalStep, SignOff
from inbox.queries.approval_policies import rules_of, standing_of, steps_of


class NotYours(Exception):
    """It is somebody else who has to approve this step."""

    def __str__(self) -> str:
        return _("Somebody else has to approve this step.")


class OwnWords(NotYours):
    """Nobody lets out words of their own alone."""

    def __str__(self) -> str:
        return _("You have written these words: somebody else has to approve them, too.")


def begin(approval: Approval, policy: ApprovalPolicy | None, *, by: User | None = None) -> None:
    """Begin with the first step of the policy that holds, or with the one step that is always there.

    `by` need not be told whose turn it is.
    """
    steps = steps_of(policy)
    approval.policy, approval.step, approval.rules = policy, 1, rules_of(steps)
    approval.due_at = _due(steps, 1, timezone.now())
    approval.save(update_fields=["policy", "step", "rules", "due_at"])
    tell_whose_turn(approval, steps, by)


def begin_again(approval: Approval, policy: ApprovalPolicy | None, *, version: int, by: User | None) -> None:
    """Begin again with other words: what was signed off was said of the words before."""
    approval.sign_offs.all().delete()
    approval.version, approval.note = version, ""
    approval.save(update_fields=["version", "note"])
    begin(approval, policy, by=by)


def renew(approval: Approval, policy: ApprovalPolicy | None, *, by: User) -> bool:
    """Begin again where another policy holds by now, or this one asks for something else; return whether it did.

    Whoever wanted to approve is told by the approval's note, and looks at the steps as they are.
    """
    if not is_outdated(approval, policy):
        return False
    begin_again(approval, policy, version=approval.version, by=by)
    approval.note = _("Who has to approve this has changed meanwhile: it begins again with the first step.")
    approval.save(update_fields=["note"])
    return True


def is_outdated(approval: Approval, policy: ApprovalPolicy | None) -> bool:
    """Return whether an approval was begun by another policy than this, or by other steps of it."""
    return approval.policy != policy or approval.rules not in ("", rules_of(steps_of(policy)))


def as_asked_now(approval: Approval, policy: ApprovalPolicy | None) -> Approval:
    """Return what waits as it stands by the policy that holds now: begun again, and not stored, where it is another."""
    if not is_outdated(approval, policy):
        return approval
    names = ("post_id", "message_id", "version", "asked_by", "decision")
    return Approval(**{name: getattr(approval, name) for name in names}, policy=policy)


def sign_off(approval: Approval, permission: str, *, by: User, is_stopped: bool = False) -> bool:
    """Note that somebody approves the current step; return whether it was the last. Raises NotYours, OwnWords.

    `is_stopped`: the guard wants somebody else to look at the words.
    """
    now = timezone.now()
    standing = standing_of(approval, by, permission, now=now, is_stopped=is_stopped)
    if not standing.names:
        raise NotYours
    if standing.own_words:
        raise OwnWords
    person = standing.names[0]
    place = {"organization_id": approval.organization_id, "approval": approval, "step": approval.step}
    SignOff.objects.create(**place, user=by, person=person, at=now)
    approval.note = ""
    if standing.everybody and len(standing.awaited) > 1:
        approval.save(update_fields=["note"])
        return False
    if approval.step >= standing.steps:
        return True
    steps = steps_of(approval.policy)
    approval.step += 1
    approval.due_at = _due(steps, approval.step, now)
    approval.save(update_fields=["step", "due_at", "note"])
    tell_whose_turn(approval, steps)
    return False


def _due(steps: Sequence[ApprovalStep], number: int, now: datetime) -> datetime | None:
    hours = steps[number - 1].hours if number <= len(steps) else None
    return now + timedelta(hours=hours) if hours else None
