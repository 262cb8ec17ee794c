"""What the values of the rollups are called: rows by their ids, languages and purposes by their keys."""

from collections.abc import Callable, Collection, Iterable, Mapping

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.ids import named_id
from accounts.models import Brand, Team, User
from brandvoice.models import Position
from inbox.models import Channel, Purpose, StandardPurpose

EMPTY: Mapping[str, Callable[[], str]] = {
    "language": lambda: _("Language not known"),
    "region": lambda: _("Region not known"),
    "topic": lambda: _("No topic of the library"),
    "purpose": lambda: _("Without a purpose"),
    "position": lambda: _("Written freely"),
    "team": lambda: _("Without a team"),
    "agent": lambda: _("Nobody: programs, or the network itself"),
}


def names_of(user: User, cut: str, values: Collection[str]) -> dict[str, str]:
    """Return what the values of a kind are called; one that is gone is called by what it was."""
    names = {"": EMPTY[cut]()} if cut in EMPTY else {}
    ids = [pk for value in values if (pk := named_id(value))]
    match cut:
        case "language":
            return names | {value: _language(value) for value in values if value}
        case "purpose":
            return names | _purposes(user)
        case "topic" | "region":
            return names
    return names | {str(pk): name for pk, name in _rows(user, cut, ids)}


def _rows(user: User, cut: str, ids: list[int]) -> Iterable[tuple[int, str]]:
    match cut:
        case "brand":
            return Brand.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "name")
        case "channel":
            return Channel.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "name")
        case "position":
            return Position.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "question")
        case "team":
            teams = Team.objects.filter(organization=user.organization_id, pk__in=ids)
            return teams.values_list("pk", "name")
        case _:
            people = User.objects.filter(organization=user.organization_id, pk__in=ids)
            return people.values_list("pk", "name")


def _purposes(user: User) -> dict[str, str]:
    own = Purpose.objects.visible_to(user).exclude(name="").values_list("key", "name")
    return {purpose.value: str(purpose.label) for purpose in StandardPurpose} | dict(own)


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
