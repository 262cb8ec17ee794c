"""Who can be given a team's tickets now, what its tickets require, and which of them wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.permissions import allows, holders
from accounts.queries.hours import working_weeks
from inbox.assignment import Agent, Requirement, Waiting
from inbox.models import AssignmentPolicy, Capacity, Direction, Message, Method, Skill, Status, Ticket

# A ticket whose newest words have not been read is let lie so long: they say what it requires.
READING = timedelta(seconds=30)
# Of tickets that nobody can take now, so many are passed over to find one that somebody can.
MOST_LOOKED_AT = 5_000
_CHUNK = 200


def teams_to_serve(now: datetime) -> list[int]:
    """Return the teams that share out by themselves, work now and have something waiting."""
    waiting = Ticket.objects.waiting().filter(team=OuterRef("team"))
    policies = AssignmentPolicy.objects.exclude(method=Method.MANUAL).filter(Exists(waiting)).order_by("team")
    teams = list(policies.values_list("team_id", flat=True))
    weeks = working_weeks(teams) if teams else {}
    return [team for team in teams if weeks[team].is_open(now)]


def agents_of(policy: AssignmentPolicy, now: datetime) -> list[Agent]:
    """Return the team's people who are there, have not said that they are away, and may work on tickets."""
    held = Ticket.objects.filter(assignee=OuterRef("pk"), status=Status.OPEN).order_by().values("assignee")
    own = Capacity.objects.filter(policy=policy, user=OuterRef("pk")).values("tickets")
    found = (
        present(now - timedelta(minutes=policy.absent_minutes))
        .filter(teams=policy.team_id)
        .order_by("pk")
        .annotate(
            most=Coalesce(Subquery(own), policy.capacity, output_field=IntegerField()),
            held=Coalesce(Subquery(held.annotate(count=Count("pk")).values("count")), 0),
            knows=ArraySubquery(Skill.objects.filter(people=OuterRef("pk")).values("pk")),
        )
    )
    rows = found.values_list("pk", "most", "held", "knows", "attendance__given_at", "role")
    return [
        Agent(pk, most, held, frozenset(knows), given_at, in_public=allows(role, "reply.send_public"))
        for pk, most, held, knows, given_at, role in rows
    ]


def present(since: datetime) -> QuerySet[User]:
    """Return the people who can be given tickets and have had a page open since then."""
    return User.objects.get_queryset().filter(
        is_active=True, away_since=None, role__in=holders("ticket.change"), attendance__seen_at__gte=since
    )


def requirements_of(organization_id: int) -> list[Requirement]:
    """Return which skills tickets of the organization require."""
    skills = Skill.objects.filter(organization=organization_id).prefetch_related("labels", "brands")
    return [
        Requirement(
            skill.pk,
            frozenset(skill.languages),
            frozenset(skill.topics),
            frozenset(label.pk for label in skill.labels.all()),
            frozenset(brand.pk for brand in skill.brands.all()),
        )
        for skill in skills
    ]


def waiting_in(team_id: int, now: datetime) -> Iterator[Waiting]:
    """Yield what waits in a team: the most urgent first, and of those the one that has waited longest."""
    unread = Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.INBOUND, enriched_at=None)
    labels = Ticket.labels.through.objects.filter(ticket=OuterRef("pk")).values("label")
    found = (
        Ticket.objects.waiting()
        .filter(Q(waiting_since__lt=now - READING) | ~Exists(unread), team=team_id)
        .order_by("-priority", "waiting_since", "pk")
        .values_list("pk", "waiting_since", "language", "topic", "brand", ArraySubquery(labels), "visibility")
    )
    return (Waiting(*row) for row in found[:MOST_LOOKED_AT].iterator(chunk_size=_CHUNK))
