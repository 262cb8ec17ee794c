"""Says in whose name somebody may sign."""

from datetime import datetime

from accounts.models import Delegation, User

POWER, DELEGATED = "position.sign", "position.sign_delegated"


def people_to_sign_for(colleague: User, *, now: datetime) -> list[User]:
    """Return those in whose name `colleague` may sign at `now`: nobody passes on a power they have lost."""
    if not colleague.may(DELEGATED):
        return []
    given = Delegation.objects.visible_to(colleague).filter(colleague=colleague).active(now).select_related("person")
    people = {delegation.person for delegation in given if delegation.person.may(POWER)}
    return sorted(people, key=lambda person: (person.name, person.pk))


def may_sign_for(colleague: User, person: User, *, now: datetime) -> bool:
    """Return whether `colleague` may put `person`'s name under something."""
    return person in people_to_sign_for(colleague, now=now)


def delegations_of(person: User, *, now: datetime) -> list[Delegation]:
    """Return what the person has given away and not yet got back, the earliest first."""
    mine = Delegation.objects.visible_to(person).filter(person=person).to_come(now)
    return list(mine.select_related("colleague").order_by("starts_at", "pk"))


def possible_colleagues(person: User) -> list[User]:
    """Return the colleagues who may sign for the person."""
    others = User.objects.visible_to(person).exclude(pk=person.pk).order_by("name", "pk")
    return [other for other in others if other.may(DELEGATED)]
