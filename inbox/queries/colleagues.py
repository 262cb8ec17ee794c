"""Whom a note can name: the team of its ticket, its members, and those who see everything."""

from django.db.models import Q

from accounts.models import User
from accounts.permissions import holders
from inbox.models import Ticket

MOST = 8


def mentionable(ticket: Ticket, letters: str) -> list[str]:
    """Return the names with a word that begins with these letters; the team's own name comes last."""
    may_see = Q(teams=ticket.team_id) | Q(role__in=holders("ticket.view_all"))
    people = User.objects.filter(may_see, organization=ticket.organization_id, is_active=True)
    wanted = letters.strip().replace("\0", "")
    begins = Q(name__unaccent__istartswith=wanted) | Q(name__unaccent__icontains=f" {wanted}")
    names = list(people.filter(begins).order_by("name").distinct().values_list("name", flat=True)[:MOST])
    return names + ([ticket.team.name] if ticket.team.name.lower().startswith(wanted.lower()) else [])
