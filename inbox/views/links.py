"""Linking tickets that belong together, and opening a follow-up of one that is done."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.actions.links import LinkNotAllowed, link_tickets, open_follow_up, unlink_tickets
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.models import LinkKind, Ticket, TicketLink
from inbox.queries.relations import offered_for_link
from inbox.views.base import (
    AgentRequest,
    agent_view,
    find_ticket,
    named_number,
    show_change,
    show_other,
    show_problem,
)


@require_http_methods(["GET", "POST"])
@agent_view("ticket.change")
def link_or_ask(request: AgentRequest, number: int) -> HttpResponse:
    """Ask to which ticket this one belongs, and how; and link it."""
    ticket = find_ticket(request, number)
    if request.method == "GET":
        return _show(request, ticket)
    kind = request.POST.get("kind", "")
    try:
        other = find_ticket(request, named_number(request.POST.get("number") or request.POST.get("to")))
        link_tickets(ticket, other, LinkKind(kind if kind in LinkKind else LinkKind.RELATED), by=request.user)
    except Http404:
        return _show(request, ticket, problem=_("There is no such ticket, or you may not see it."), status=422)
    except LinkNotAllowed as refusal:
        return _show(request, ticket, problem=refusal, status=409)
    return show_change(request, ticket)


@require_POST
@agent_view("ticket.change")
def unlink(request: AgentRequest, pk: int) -> HttpResponse:
    """Take a link away; whoever does may see both tickets."""
    seen = Ticket.objects.visible_to(request.user)
    mine = TicketLink.objects.filter(ticket__in=seen, other__in=seen).select_related("ticket", "other")
    link = get_object_or_404(mine, pk=pk)
    unlink_tickets(link, by=request.user)
    return show_change(request, link.ticket) if not request.htmx else HttpResponse(status=204)


@require_POST
@agent_view("ticket.change")
def follow_up(request: AgentRequest, number: int) -> HttpResponse:
    """Open a new ticket that follows this one up, and show it."""
    try:
        new = open_follow_up(find_ticket(request, number), by=request.user)
    except MoveNotAllowed as refusal:
        return show_problem(request, refusal, status=409)
    return show_other(request, new)


def _show(request: AgentRequest, ticket: Ticket, *, problem: object = "", status: int = 200) -> HttpResponse:
    context = {
        "number": ticket.number,
        "offered": offered_for_link(ticket, request.user),
        "kinds": LinkKind.choices,
        "problem": problem,
    }
    return render(request, "inbox/_link.html" if request.htmx else "inbox/link.html", context, status=status)
