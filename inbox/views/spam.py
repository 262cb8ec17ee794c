"""Keeping apart what nobody has to deal with: spam, and accounts that are blocked."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from inbox.actions.spam import BlockNotAllowed, block_account, lift_block, mark_spam, unmark_spam
from inbox.block_forms import BlockForm
from inbox.models import Block, Ticket
from inbox.views.base import AgentRequest, agent_view, change_ticket, find_ticket, show_change, show_problem


@require_POST
@agent_view("ticket.mark_spam")
def mark(request: AgentRequest, number: int) -> HttpResponse:
    """Resolve the ticket as spam."""
    return change_ticket(request, number, mark_spam)


@require_POST
@agent_view("ticket.mark_spam")
def unmark(request: AgentRequest, number: int) -> HttpResponse:
    """Bring the ticket back as it was."""
    return change_ticket(request, number, unmark_spam)


@require_http_methods(["GET", "POST"])
@agent_view("customer.block")
def block_or_ask(request: AgentRequest, number: int) -> HttpResponse:
    """Ask why and until when the customer's account is to be blocked, and block it."""
    ticket, form = find_ticket(request, number), BlockForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, ticket, form, status=422 if form.is_bound else 200)
    try:
        block_account(ticket.identity, form.cleaned_data["reason"], until=form.until, by=request.user, ticket=ticket)
    except BlockNotAllowed as refusal:
        return _show(request, ticket, form, problem=refusal, status=409)
    return show_change(request, ticket)


@require_POST
@agent_view("customer.block")
def unblock(request: AgentRequest, number: int) -> HttpResponse:
    """Let the account's messages make tickets again."""
    ticket = find_ticket(request, number)
    try:
        lift_block(ticket.identity, by=request.user, ticket=ticket)
    except BlockNotAllowed as refusal:
        return show_problem(request, refusal, status=409)
    return show_change(request, ticket)


def _show(
    request: AgentRequest, ticket: Ticket, form: BlockForm, *, problem: object = "", status: int = 200
) -> HttpResponse:
    standing = Block.objects.standing().filter(identity=ticket.identity_id).select_related("by").first()
    context = {"number": ticket.number, "account": ticket.identity, "form": form, "problem": problem, "block": standing}
    return render(request, "inbox/_block.html" if request.htmx else "inbox/block.html", context, status=status)
