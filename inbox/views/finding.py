"""The palette's door: what a few letters find."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inbox.queries.finding import find_anything
from inbox.views.base import AgentRequest, agent_view


@require_GET
@agent_view("ticket.view")
def find(request: AgentRequest) -> HttpResponse:
    """Return what was found as options of the palette's list."""
    return render(request, "inbox/_found.html", {"found": find_anything(request.GET.get("q", ""), request.user)})
