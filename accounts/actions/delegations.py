"""Gives a colleague the right to sign in one's name until a date, and takes it back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Delegation, Organization, User
from accounts.queries.delegations import DELEGATED, POWER


class DelegationRefused(Exception):
    """The delegation can't be made; the text says why."""


@transaction.atomic(durable=True)
def delegate_signing(
    colleague: User, *, by: User, ends_at: datetime, starts_at: datetime | None = None, now: datetime | None = None
) -> Delegation:
    """Let a colleague sign in the name of `by` until `ends_at`."""
    by.require(POWER)
    now = now or timezone.now()
    starts_at = max(starts_at or now, now)
    colleague = User.objects.visible_to(by).lock(colleague.pk)
    if colleague == by or not colleague.may(DELEGATED):
        raise DelegationRefused(_("Choose a colleague who writes positions: a lead, an executive, a manager."))
    if ends_at <= starts_at:
        raise DelegationRefused(_("It would be over before it begins."))
    organization = Organization.objects.visible_to(by).get()
    return Delegation.objects.create(
        organization=organization, person=by, colleague=colleague, starts_at=starts_at, ends_at=ends_at
    )


@transaction.atomic(durable=True)
def end_delegation(delegation: Delegation, *, by: User, now: datetime | None = None) -> Delegation:
    """Take the right back at once, one's own or as somebody who manages people; what was signed stays signed."""
    theirs = Delegation.objects.visible_to(by)
    if not by.may("people.manage"):
        theirs = theirs.filter(person=by)
    delegation = theirs.select_for_update(no_key=True, of=("self",)).get(pk=delegation.pk)
    if delegation.ended_at is None:
        delegation.ended_at = now or timezone.now()
        delegation.save(update_fields=["ended_at"])
    return delegation
