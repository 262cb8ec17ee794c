"""Putting tickets together: merging one into another, and taking that or a split back."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from inbox.actions.regrouping import CustomersDiffer, merge_tickets, undo_merge
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.models import Regrouping, RegroupingKind, Ticket
from inbox.queries import fragments
from inbox.queries.relations import offered_for_merge, relations_of
from inbox.views.base import (
    AgentRequest,
    agent_view,
    find_ticket,
    named_number,
    show_change,
    show_other,
    show_problem,
)


@require_GET
@agent_view("ticket.view")
def show_relations(request: AgentRequest, number: int) -> HttpResponse:
    """Return the lines that say how the ticket belongs to others."""
    ticket = find_ticket(request, number)
    return render(request, "inbox/_relations.html", {"relations": relations_of(ticket, request.user)})


@require_http_methods(["GET", "POST"])
@agent_view("ticket.regroup")
def merge_or_ask(request: AgentRequest, number: int) -> HttpResponse:
    """Ask into which ticket this one is to be merged, and merge it into the one chosen or named by its number."""
    ticket = find_ticket(request, number)
    if request.method == "GET":
        return _show_merge(request, ticket)
    wanted = named_number(request.POST.get("number") or request.POST.get("into"))
    try:
        target = find_ticket(request, wanted)
        merge_tickets(ticket, target, by=request.user, confirmed=request.POST.get("confirmed") == "yes")
    except Http404:
        words = _("There is no such ticket, or you may not see it.")
        return _show_merge(request, ticket, problem=words, wanted=wanted, status=422)
    except CustomersDiffer as refusal:
        return _show_merge(request, ticket, problem=refusal, wanted=wanted, status=409, confirm=True)
    except RegroupingNotAllowed as refusal:
        return _show_merge(request, ticket, problem=refusal, wanted=wanted, status=409)
    return show_other(request, target, ticket)


@require_POST
@agent_view("ticket.regroup")
def undo(request: AgentRequest, pk: int) -> HttpResponse:
    """Take a merge or a split back; whoever does may see both tickets."""
    seen = Ticket.objects.visible_to(request.user)
    mine = Regrouping.objects.filter(source__in=seen, target__in=seen).select_related("source", "target")
    regrouping = get_object_or_404(mine, pk=pk)
    try:
        if regrouping.kind == RegroupingKind.SPLIT:
            # What was split off goes back by being merged with what stayed.
            return show_other(request, _put_back(regrouping, by=request.user), regrouping.target)
        source = undo_merge(regrouping, by=request.user)
    except RegroupingNotAllowed as refusal:
        return show_problem(request, refusal, status=409)
    if not request.htmx:
        return show_change(request, source)
    return HttpResponse(fragments.row_html(source.pk) + fragments.row_html(regrouping.target_id))


def _put_back(regrouping: Regrouping, *, by: User) -> Ticket:
    return merge_tickets(regrouping.target, regrouping.source, by=by, confirmed=True)


def _show_merge(
    request: AgentRequest,
    ticket: Ticket,
    *,
    problem: object = "",
    wanted: int = 0,
    confirm: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "number": ticket.number,
        "offered": offered_for_merge(ticket, request.user),
        "problem": problem,
        "wanted": wanted or "",
        "confirm": confirm,
    }
    return render(request, "inbox/_merge.html" if request.htmx else "inbox/merge.html", context, status=status)
