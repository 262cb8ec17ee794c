"""What live incidents change beside what may be said: which rules wait, whose deadlines hold, who is on call."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery
from django.db.models.query_utils import Q

from accounts.models import User
from brandvoice.guard import Freeze
from inbox.models import Incident, IncidentState, IncidentTicket, Ticket
from inbox.queries.incidents import touches
from inbox.ticket_rules import Facts

_REAL = Q(incident__state=IncidentState.LIVE, incident__drill=False)


def policy_in_incident() -> Subquery:
    """Return, for an outer ticket, the SLA policy of the gravest live incident that has gathered it; null for none."""
    found = IncidentTicket.objects.filter(_REAL, ticket=OuterRef("pk"), incident__level__policy__isnull=False)
    return Subquery(found.order_by("-incident__level__rank", "-incident").values("incident__level__policy")[:1])


def pausing(ticket_id: int, facts: Facts) -> Incident | None:
    """Return the gravest live incident that has rules leave this ticket alone: one query where there is none.

    What has just come need not have been gathered yet: what it says and its topic count, too.
    """
    organization = Ticket.objects.filter(pk=ticket_id).values("organization")[:1]
    live = Incident.objects.filter(organization=Subquery(organization), drill=False, level__pause_rules=True).live()
    going_on = list(live.select_related("level"))
    gathered = IncidentTicket.objects.filter(ticket=ticket_id, incident__in=going_on) if going_on else ()
    pairs = {one.incident_id for one in gathered}
    for incident in going_on:
        if incident.pk in pairs or touches(incident, facts.brand, facts.topic, facts.text):
            return incident
    return None


def on_call(freezes: Collection[Freeze]) -> list[int]:
    """Return the people who are on call for these incidents and may approve."""
    incidents = Incident.objects.filter(pk__in=[freeze.incident_id for freeze in freezes if not freeze.drill])
    people = User.objects.filter(on_call_for__in=incidents.values("level"), is_active=True).distinct()
    return [person.pk for person in people if person.may("reply.approve")]
