"""Which deadlines hold for a ticket: by the first policy that fits it, its team's hours, its network's window."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from accounts.queries.hours import working_weeks
from inbox.connectors.registry import window_length
from inbox.deadlines import Goal, Plan
from inbox.models import SlaPolicy

_MINUTE = timedelta(minutes=1)


class Fits(NamedTuple):
    """What decides which policy fits a ticket."""

    organization_id: int
    brand_id: int
    team_id: int
    channel_id: int
    network: str
    visibility: str
    priority: int
    audience: str
    # The policy that an incident puts in the place of the first that fits.
    policy: int | None


class _Policy(NamedTuple):
    """A policy with all that it names, as it is asked for each ticket."""

    pk: int
    brands: frozenset[int]
    teams: frozenset[int]
    channels: frozenset[int]
    networks: frozenset[str]
    audience: str
    # By metric and priority; None is every priority that has no goal of its own.
    goals: Mapping[tuple[str, int | None], Goal]

    def fits(self, ticket: Fits) -> bool:
        named = (
            (self.brands, ticket.brand_id),
            (self.teams, ticket.team_id),
            (self.channels, ticket.channel_id),
            (self.networks, ticket.network),
        )
        if any(wanted and value not in wanted for wanted, value in named):
            return False
        return not self.audience or self.audience == ticket.audience.casefold()

    def goals_for(self, priority: int) -> dict[str, Goal]:
        metrics = {metric for metric, _priority in self.goals}
        found = {metric: self.goals.get((metric, priority)) or self.goals.get((metric, None)) for metric in metrics}
        return {metric: goal for metric, goal in sorted(found.items()) if goal}


def plans_of(tickets: Mapping[int, Fits]) -> dict[int, Plan]:
    """Return the plan of each ticket, by its id, in a number of queries that does not grow with them."""
    policies = _policies({ticket.organization_id for ticket in tickets.values()})
    weeks = working_weeks({ticket.team_id for ticket in tickets.values()}) if policies else {}
    plans = {}
    for pk, ticket in tickets.items():
        goals = _goals(policies.get(ticket.organization_id, ()), ticket)
        window = window_length(ticket.network, ticket.visibility)
        plans[pk] = Plan(goals, weeks[ticket.team_id], window) if goals else Plan({}, window=window)
    return plans


def _goals(policies: Iterable[_Policy], ticket: Fits) -> dict[str, Goal]:
    """Return the goals of the policy of an incident, or of the first that fits."""
    fitting = [policy for policy in policies if policy.pk == ticket.policy] or (p for p in policies if p.fits(ticket))
    policy = next(iter(fitting), None)
    return policy.goals_for(ticket.priority) if policy else {}


def _policies(organizations: set[int]) -> dict[int, Sequence[_Policy]]:
    """Return the policies of these organizations in the order in which they are asked."""
    rows = SlaPolicy.objects.filter(organization__in=organizations, active=True).order_by("position", "pk")
    found: dict[int, list[_Policy]] = {}
    for row in rows.prefetch_related("brands", "teams", "channels", "targets"):
        found.setdefault(row.organization_id, []).append(_policy(row))
    return dict(found)


def _policy(row: SlaPolicy) -> _Policy:
    return _Policy(
        pk=row.pk,
        brands=frozenset(brand.pk for brand in row.brands.all()),
        teams=frozenset(team.pk for team in row.teams.all()),
        channels=frozenset(channel.pk for channel in row.channels.all()),
        networks=frozenset(row.networks),
        audience=row.audience.casefold(),
        goals={
            (target.metric, target.priority): Goal(target.minutes * _MINUTE, target.warning * _MINUTE, target.working)
            for target in row.targets.all()
        },
    )
