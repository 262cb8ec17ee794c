"""Reads what the live room tells of saved views: counts as each person sees them, and the views of a ticket."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.utils import translation

from inbox.models import SavedView, Ticket, ViewCount
from inbox.queries import fragments
from inbox.queries.lists import shown_count
from inbox.queries.live import Access
from inbox.queries.rows import rows_of
from inbox.queries.saved_views import views_holding


class Page(Protocol):
    """An open page, which has somebody's access."""

    access: Access


SomePage = TypeVar("SomePage", bound=Page)
# What a page sees: pairs of a view's key and its count.
Seen = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Held:
    """How many tickets a view holds, by team and by assignee, and who has the view."""

    view: SavedView
    total: int = 0
    of_team: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    # By assignee and team.
    of_person: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, team: int, assignee: int, tickets: int) -> None:
        """Add what one team has for one assignee (0: for nobody)."""
        self.total += tickets
        self.of_team[team] += tickets
        self.of_person[assignee][team] = tickets

    def is_for(self, access: Access) -> bool:
        """Return whether the person has this view in the rail."""
        if self.view.owner_id:
            return self.view.owner_id == access.user_id
        return self.view.team_id is None or access.shares_views or self.view.team_id in access.teams

    def count_for(self, access: Access) -> int:
        """Return how many of the view's tickets the person sees; this takes no longer the more colleagues there are."""
        own = self.of_person.get(access.user_id, {})
        if self.view.mine:
            return sum(own.values())
        if access.sees_all:
            seen = self.total
        else:
            elsewhere = sum(number for team, number in own.items() if team not in access.teams)
            seen = sum(self.of_team.get(team, 0) for team in access.teams) + elsewhere
        return seen if self.view.mine is None else seen - sum(own.values())


def counts_of(view_ids: Collection[int]) -> list[Held]:
    """Return what these views hold now, in two queries; those that are being built are left out."""
    views = SavedView.objects.filter(pk__in=view_ids, built_at__isnull=False).order_by("pk")
    held = {view.pk: Held(view) for view in views}
    counts = ViewCount.objects.filter(view__in=held).values_list("view_id", "team_id", "assignee_id", "tickets")
    for view, team, assignee, tickets in counts:
        held[view].add(team, assignee, tickets)
    return list(held.values())


def by_what_they_see(held: Iterable[Held], pages: Iterable[SomePage]) -> dict[Seen, list[SomePage]]:
    """Return the pages that have any of these views, those that see the same together."""
    held, known = list(held), dict[Access, Seen]()
    groups: dict[Seen, list[SomePage]] = defaultdict(list)
    for page in pages:
        access = page.access
        if access not in known:
            known[access] = tuple(
                (one.view.key, shown_count(one.count_for(access))) for one in held if one.is_for(access)
            )
        if known[access]:
            groups[known[access]].append(page)
    return groups


def words_of(ticket_ids: Collection[int], language: str) -> dict[int, dict[str, object]]:
    """Return what pages are told of tickets that were judged: the number, the views it stands in, and its row."""
    held = views_holding(ticket_ids)
    with translation.override(language):
        rows = rows_of(Ticket.objects.filter(pk__in=ticket_ids))
        return {
            row.pk: {"ticket": row.number, "views": held.get(row.pk, []), "row": fragments.html_of(row)} for row in rows
        }
