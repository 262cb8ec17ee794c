"""Saved views: their conditions, the tickets in them, and how many of those each person sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from accounts.models import User
from inbox.models import SavedView, Ticket, ViewCount, ViewMember
from inbox.models.tickets import TicketQuerySet
from inbox.queries.search_tokens import Named
from inbox.queries.search_words import Asked, read_search

# More than these nobody finds their way in.
MOST = 100
# A view of one's own tickets is read by its members where they are no more, else by whose the tickets are.
FEW = 2_000


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved view as lists show it."""

    pk: int
    key: str
    name: str
    query: str
    # "me", "team" or "everybody", and the team's name.
    whose: str
    team: str
    changeable: bool


def saved_views_of(user: User) -> list[SavedRow]:
    """Return the views that the person sees, those that are shared first, in one query."""
    found = SavedView.objects.visible_to(user).select_related("team").in_order()[:MOST]
    return [
        SavedRow(
            pk=view.pk,
            key=view.key,
            name=view.name,
            query=view.query,
            whose="me" if view.owner_id else "team" if view.team_id else "everybody",
            team=view.team.name if view.team else "",
            changeable=view.may_be_changed_by(user),
        )
        for view in sorted(found, key=lambda view: view.owner_id is not None)
    ]


def asked_by(view: SavedView) -> Asked:
    """Return the conditions of a view as they read now."""
    return read_search(view.query, Named(view.organization_id))


def members_of(organization_id: int, asked: Asked) -> TicketQuerySet:
    """Return all tickets that fulfil what a view asks, whoever looks; none where a name in it is gone."""
    tickets = Ticket.objects.filter(organization=organization_id)
    return tickets.none() if asked.problems else tickets.filter(asked.last_said, *asked.tickets)


def tickets_in_saved(view: SavedView, user: User) -> tuple[TicketQuerySet, tuple[str, ...]]:
    """Return the tickets of a view that this person sees, and what of its conditions is not understood any more."""
    asked = asked_by(view)
    if asked.problems:
        return Ticket.objects.none(), asked.problems
    tickets = Ticket.objects.visible_to(user).filter(asked.last_said, *asked.conditions(user))
    if view.mine and view.built_at and _size(view) <= FEW:
        tickets = tickets.filter(pk__in=ViewMember.objects.filter(view=view).values("ticket_id"))
    return tickets, ()


def members_seen(view: SavedView, user: User) -> TicketQuerySet | None:
    """Return who stood in a view when last judged, with that `place` in its order; None where it is not read so.

    Its conditions are not asked. Beside membership they would say the same twice, and the planner, who takes them for
    independent, would expect next to nothing and read all members. What is found is to be put to them by its ids.
    """
    if view.mine or not view.built_at:
        return None
    tickets = Ticket.objects.visible_to(user).filter(memberships__view=view)
    if view.mine is False:
        tickets = tickets.exclude(assignee=user)
    return tickets.annotate(place=F("memberships__last_message_at"))


def _size(view: SavedView) -> int:
    return ViewCount.objects.filter(view=view).aggregate(sum=Sum("tickets"))["sum"] or 0


def saved_counts(user: User) -> Mapping[str, int]:
    """Return how many tickets of each saved view the person sees, by its key; views that are not built have none."""
    seen = Q() if user.may("ticket.view_all") else _seen_by(user)
    others = Q(mine=False) & (Q(counts__assignee_id__lt=user.pk) | Q(counts__assignee_id__gt=user.pk))
    whose = Q(mine=None) | Q(mine=True, counts__assignee_id=user.pk) | others
    views = SavedView.objects.visible_to(user).filter(built_at__isnull=False)
    found = views.values("pk").annotate(held=Sum("counts__tickets", filter=whose & seen))
    return {f"v{pk}": held or 0 for pk, held in found.values_list("pk", "held")}


def _seen_by(user: User) -> Q:
    teams = list(user.teams.values_list("pk", flat=True))
    return Q(counts__team_id__in=teams) | Q(counts__assignee_id=user.pk)


def views_holding(ticket_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return, by ticket, the ids of the saved views that it stood in when it was last judged."""
    held: dict[int, list[int]] = {}
    found = ViewMember.objects.filter(ticket__in=list(ticket_ids)).order_by("view_id")
    for ticket, view in found.values_list(F("ticket_id"), F("view_id")):
        held.setdefault(ticket, []).append(view)
    return held
