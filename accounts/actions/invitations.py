"""Invites people by e-mail and lets them in once."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import mail
from accounts.models import Invitation, Organization, Team, User
from accounts.permissions import PermissionDenied, Role
from accounts.queries.invitations import find_invitation, hash_token

VALID_FOR = timedelta(days=7)


class AlreadyHere(Exception):
    """The address already belongs to somebody in this organization."""

    def __str__(self) -> str:
        return _("This person is already here.")


class InvitationClosed(Exception):
    """The invitation was used, withdrawn or is too old."""

    def __str__(self) -> str:
        return _("This invitation is no longer valid. Ask for a new one.")


class AddressTaken(Exception):
    """The address signs in elsewhere already."""

    def __str__(self) -> str:
        return _("This e-mail address already has an account. Ask to be invited under another one.")


@transaction.atomic(durable=True)
def invite_person(
    email: str, *, organization: Organization, role: Role, by: User, teams: Iterable[Team] = ()
) -> tuple[Invitation, str]:
    """Invite by e-mail; return the invitation with its token, which can't be read again."""
    by.require("people.manage")
    if not by.outranks(role):
        raise PermissionDenied(_("You can't give or take a role that may do more than yours."))
    email = email.strip().lower()
    Organization.objects.visible_to(by).get(pk=organization.pk)
    if User.objects.filter(organization=organization, email=email).exists():
        raise AlreadyHere
    token = secrets.token_urlsafe(32)
    # A second invitation replaces the first: the older link stops working.
    invitation, _created = Invitation.objects.update_or_create(
        organization=organization,
        email=email,
        accepted_at=None,
        defaults={
            "role": role,
            "token_hash": hash_token(token),
            "invited_by": by,
            "expires_at": timezone.now() + VALID_FOR,
        },
    )
    chosen = [team.pk for team in teams]
    invitation.teams.set(Team.objects.filter(organization=organization, pk__in=chosen))

    def send() -> None:
        mail.send_invitation(invitation, token)

    transaction.on_commit(send, robust=True)
    return invitation, token


@transaction.atomic(durable=True)
def accept_invitation(token: str, *, name: str, password: str, language: str = "en") -> User:
    """Let the invited person in: the token works once."""
    invitation = _lock_invitation(token)
    if User.objects.filter(email=invitation.email).exists():
        raise AddressTaken
    person = User.objects.create_user(
        invitation.email,
        password,
        organization=invitation.organization,
        name=name,
        role=invitation.role,
        language=language,
    )
    person.teams.set(invitation.teams.all())
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return person


@transaction.atomic(durable=True)
def withdraw_invitation(invitation: Invitation, *, by: User) -> None:
    """Close an invitation that nobody has accepted."""
    by.require("people.manage")
    gone, _rows = Invitation.objects.visible_to(by).filter(pk=invitation.pk, accepted_at=None).delete()
    if not gone:
        raise InvitationClosed


def _lock_invitation(token: str) -> Invitation:
    found = find_invitation(token)
    if found is None:
        raise InvitationClosed
    invitation = Invitation.objects.select_for_update(no_key=True).get(pk=found.pk)
    if invitation.accepted_at or invitation.token_hash != found.token_hash:
        raise InvitationClosed
    return invitation
