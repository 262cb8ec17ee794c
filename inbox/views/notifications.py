"""What a person was told, following a ticket, and whom a note can name."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from inbox.actions.notifications import follow_ticket, see_notifications, unfollow_ticket
from inbox.queries.colleagues import mentionable
from inbox.queries.notifications import notifications_of
from inbox.views.base import AgentRequest, agent_view, find_ticket, page_address

LONGEST = 40


@require_GET
@agent_view("ticket.view")
def notification_list(request: AgentRequest) -> HttpResponse:
    """Show what the person was told."""
    page = notifications_of(request.user, after=named_id(request.GET.get("after")) or None)
    return render(request, "inbox/notifications.html", {"page": page, "section": "notifications"})


@require_POST
@agent_view("ticket.view")
def see_all(request: AgentRequest) -> HttpResponse:
    """Take everything as seen."""
    see_notifications(by=request.user)
    return redirect("inbox:notifications")


@require_POST
@agent_view("ticket.view")
def follow(request: AgentRequest, number: int) -> HttpResponse:
    """Follow a ticket, or follow it no more."""
    ticket = find_ticket(request, number)
    follows = request.POST.get("follow") == "yes"
    (follow_ticket if follows else unfollow_ticket)(ticket, by=request.user)
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=number)
    return render(request, "inbox/_follow.html", {"number": number, "follows": follows})


@require_GET
@agent_view("note.write")
def people(request: AgentRequest, number: int) -> HttpResponse:
    """Return the names that a note in this ticket can mention, those that begin with the given letters first."""
    ticket = find_ticket(request, number)
    return JsonResponse({"names": mentionable(ticket, request.GET.get("q", "")[:LONGEST])})
