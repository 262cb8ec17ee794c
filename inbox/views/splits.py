"""Splitting messages of a ticket off into a ticket of their own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.ids import named_id
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.splits import split_ticket
from inbox.models import Ticket
from inbox.queries.splits import choosable_for_split
from inbox.views.base import AgentRequest, agent_view, find_ticket, show_other


@require_http_methods(["GET", "POST"])
@agent_view("ticket.regroup")
def split_or_ask(request: AgentRequest, number: int) -> HttpResponse:
    """Ask which messages are to go, and put those that were ticked into a new ticket."""
    ticket = find_ticket(request, number)
    if request.method == "GET":
        return _show(request, ticket, since=named_id(request.GET.get("since")))
    ticked = {pk for text in request.POST.getlist("message") if (pk := named_id(text))}
    try:
        new = split_ticket(ticket, ticked, by=request.user)
    except RegroupingNotAllowed as refusal:
        return _show(request, ticket, problem=refusal, ticked=ticked, status=409)
    return show_other(request, new, ticket)


def _show(
    request: AgentRequest,
    ticket: Ticket,
    *,
    since: int = 0,
    problem: object = "",
    ticked: set[int] | None = None,
    status: int = 200,
) -> HttpResponse:
    choosable = choosable_for_split(ticket, since)
    chosen = {one.pk for one in choosable if one.chosen} if ticked is None else ticked
    context = {"number": ticket.number, "messages_to_split": choosable, "chosen": chosen, "problem": problem}
    return render(request, "inbox/_split.html" if request.htmx else "inbox/split.html", context, status=status)
