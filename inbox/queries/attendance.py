"""Who is there and who is away, with how much they hold, and who could take it over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.permissions import holders
from inbox.models import Status, Ticket
from inbox.queries.available import present

# Nobody has had a page open since: as long as teams wait unless they say otherwise.
ABSENT = timedelta(minutes=10)
MOST = 500


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person: `state` is there, away (they said so), absent (no page open) or gone (their access is closed)."""

    pk: int
    name: str
    title: str
    teams: str
    state: str
    since: datetime | None
    open: int
    snoozed: int


def people_of(user: User) -> list[PersonRow]:
    """Return who works on tickets in the person's organization, and who is gone and still holds some; two queries."""
    works = Q(is_active=True, role__in=holders("ticket.change"))
    people = (
        User.objects.filter(organization=user.organization_id)
        .annotate(open=_held(Status.OPEN), snoozed=_held(Status.SNOOZED))
        .filter(works | Q(open__gt=0) | Q(snoozed__gt=0))
        .select_related("attendance")
        .prefetch_related("teams")
        .order_by("name", "pk")
    )
    now = timezone.now()
    return [_row(person, now) for person in people[:MOST]]


def held_by(person: User) -> int:
    """Return how many tickets the person holds that are not done."""
    return Ticket.objects.filter(assignee=person).exclude(status=Status.RESOLVED).count()


def takers_from(person: User) -> QuerySet[User]:
    """Return the colleagues who share a team with the person, are there and may work on tickets; a form offers them."""
    shared = User.objects.filter(organization=person.organization_id, teams__in=person.teams.values("pk"))
    there = shared.filter(is_active=True, away_since=None, role__in=holders("ticket.change"))
    return there.exclude(pk=person.pk).order_by("name", "pk").distinct()


def present_among(people: QuerySet[User]) -> set[int]:
    """Return those of these people who have a page open."""
    return set(present(timezone.now() - ABSENT).filter(pk__in=people.values("pk")).values_list("pk", flat=True))


def _held(status: Status) -> Coalesce:
    tickets = Ticket.objects.filter(assignee=OuterRef("pk"), status=status).order_by().values("assignee")
    return Coalesce(Subquery(tickets.annotate(count=Count("pk")).values("count")), 0, output_field=IntegerField())


def _row(person: User, now: datetime) -> PersonRow:
    attendance = getattr(person, "attendance", None)
    seen_at = attendance.seen_at if attendance else None
    if not person.is_active:
        state, since = "gone", None
    elif person.away_since:
        state, since = "away", person.away_since
    else:
        state, since = ("there" if seen_at and now - seen_at < ABSENT else "absent"), seen_at
    teams = ", ".join(sorted(team.name for team in person.teams.all()))
    held = (getattr(person, "open", 0), getattr(person, "snoozed", 0))
    return PersonRow(person.pk, person.name, person.title, teams, state, since, *held)
