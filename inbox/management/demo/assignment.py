"""Shares the work of the demo: one team by capacity, with people who know Spanish and product safety."""

from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.models import Organization, Team
from inbox.management.demo.people import Company
from inbox.models import AssignmentPolicy, Capacity, Label, Method, Skill, Ticket

_TEAM = "Home care"
_CAPACITY = 12
# These lead: nothing is given to them.
_LEADING = ("lena", "max", "olga")


def share_work(company: Company) -> None:
    """Have the team's tickets given out by capacity and skill, and let customers wait since they wrote."""
    organization = company.organization
    Ticket.objects.filter(organization=organization).update(
        waiting_since=Coalesce(F("last_inbound_at"), F("created_at"))
    )
    team = Team.objects.filter(organization=organization, name=_TEAM).first()
    if team is None:
        return
    policy = AssignmentPolicy.objects.create(
        organization=organization, team=team, method=Method.BALANCED, capacity=_CAPACITY
    )
    Capacity.objects.bulk_create([Capacity(policy=policy, user=company.people[key], tickets=0) for key in _LEADING])
    _teach(organization, company)


def _teach(organization: Organization, company: Company) -> None:
    spanish = Skill.objects.create(organization=organization, name="Spanish", languages=["es"])
    spanish.people.add(company.people["mateo"])
    safety = Skill.objects.create(organization=organization, name="Product safety")
    safety.labels.set(Label.objects.filter(organization=organization, name="safety"))
    safety.people.add(company.people["jonas"])
