"""Brings people in, changes what they may do, and sees them out."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import signals
from accounts.models import Organization, Team, User
from accounts.permissions import PermissionDenied, Role


class LastOwner(Exception):
    """An organization keeps at least one owner."""

    def __str__(self) -> str:
        return _("This is the last owner. Make somebody else an owner first.")


class NotColleagues(Exception):
    """The person and the team belong to different organizations."""

    def __str__(self) -> str:
        return _("This person does not belong to the team's organization.")


@transaction.atomic(durable=True)
def create_organization(
    name: str, *, slug: str, owner_email: str, owner_name: str, password: str | None = None, by: User | None
) -> Organization:
    """Create an organization with its first owner; `by` is an operator, or None from the shell."""
    if by is not None and not by.is_superuser:
        raise PermissionDenied(_("Only an operator opens an organization."))
    organization = Organization.objects.create(name=name, slug=slug)
    User.objects.create_user(owner_email, password, organization=organization, name=owner_name, role=Role.OWNER)
    return organization


@transaction.atomic(durable=True)
def change_role(person: User, *, role: Role, by: User) -> User:
    """Give the person another role; nobody hands out or takes away more than they hold."""
    by.require("people.manage")
    person = _lock_person(person, by)
    if not (by.governs(person) and by.outranks(role)):
        raise PermissionDenied(_("You can't give or take a role that may do more than yours."))
    if role != Role.OWNER:
        _keep_an_owner(person)
    person.role = role
    person.save(update_fields=["role"])
    signals.announce(person.pk, signals.ROLE)
    return person


@transaction.atomic(durable=True)
def deactivate_person(person: User, *, by: User) -> User:
    """Close the person's access; what they wrote stays."""
    by.require("people.manage")
    person = _lock_person(person, by)
    if not by.governs(person):
        raise PermissionDenied(_("You can't close the access of somebody who may do more than you."))
    _keep_an_owner(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    signals.announce(person.pk, signals.ENDED)
    return person


@transaction.atomic(durable=True)
def reactivate_person(person: User, *, by: User) -> User:
    """Open the person's access again, in the role they had."""
    by.require("people.manage")
    person = _lock_person(person, by)
    if not by.governs(person):
        raise PermissionDenied(_("You can't open the access of somebody who may do more than you."))
    person.is_active = True
    person.save(update_fields=["is_active"])
    signals.announce(person.pk, signals.ROLE)
    return person


@transaction.atomic(durable=True)
def sign_out_everywhere(person: User) -> None:
    """End every session of the person, on every device."""
    _end_sessions(person)
    signals.announce(person.pk, signals.SIGNED_OUT)


@transaction.atomic(durable=True)
def join_team(team: Team, *, person: User, by: User) -> None:
    """Put the person on the team."""
    team, person = _team_and_person(team, person, by)
    team.members.add(person)
    signals.announce(person.pk, signals.TEAMS)


@transaction.atomic(durable=True)
def leave_team(team: Team, *, person: User, by: User) -> None:
    """Take the person off the team."""
    team, person = _team_and_person(team, person, by)
    team.members.remove(person)
    signals.announce(person.pk, signals.TEAMS)


@transaction.atomic(durable=True)
def change_members(team: Team, *, members: Iterable[User], by: User) -> Team:
    """Make exactly these people the team's members."""
    by.require("people.manage")
    team = Team.objects.visible_to(by).get(pk=team.pk)
    wanted = {person.pk for person in members}
    colleagues = User.objects.filter(organization=team.organization_id, pk__in=wanted)
    if colleagues.count() != len(wanted):
        raise NotColleagues
    before = set(team.members.values_list("pk", flat=True))
    team.members.set(wanted)
    for user_id in sorted(before ^ wanted):
        signals.announce(user_id, signals.TEAMS)
    return team


def _lock_person(person: User, by: User) -> User:
    # The organization is locked first, so that two owners can't step down past one another.
    person = User.objects.visible_to(by).get(pk=person.pk)
    if person.organization_id is not None:
        Organization.objects.lock(person.organization_id)
    return User.objects.visible_to(by).lock(person.pk)


def _end_sessions(person: User) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()


def _keep_an_owner(person: User) -> None:
    if person.role != Role.OWNER or not person.is_active:
        return
    owners = User.objects.filter(organization=person.organization_id, role=Role.OWNER, is_active=True)
    if not owners.exclude(pk=person.pk).exists():
        raise LastOwner


def _team_and_person(team: Team, person: User, by: User) -> tuple[Team, User]:
    by.require("people.manage")
    team = Team.objects.visible_to(by).get(pk=team.pk)
    person = User.objects.visible_to(by).get(pk=person.pk)
    if team.organization_id != person.organization_id:
        raise NotColleagues
    return team, person
