"""What was asked before: resolved tickets like this one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inbox.queries.similar import similar_tickets
from inbox.views.base import AgentRequest, agent_view, find_ticket


@require_GET
@agent_view("ticket.view")
def show_similar(request: AgentRequest, number: int) -> HttpResponse:
    """Return the resolved tickets whose customers asked nearly the same, each with our answer."""
    ticket = find_ticket(request, number)
    context = {"similar": similar_tickets(ticket, request.user), "number": number}
    return render(request, "inbox/_similar.html" if request.htmx else "inbox/similar.html", context)
