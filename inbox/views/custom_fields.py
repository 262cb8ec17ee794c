"""An organization's own fields, filled in beside a conversation or on a customer's page."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from inbox.actions.custom_fields import BadFields, fill_customer_fields, fill_ticket_fields
from inbox.models import Ticket
from inbox.views.base import AgentRequest, agent_view, find_ticket, show_change, show_problem, show_voice_again
from inbox.views.customers import find_customer

SAID, WAS = "field-", "was-"


@require_POST
@agent_view("ticket.change")
def fill_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Fill in a ticket's fields."""
    ticket = find_ticket(request, number)
    try:
        ticket = fill_ticket_fields(ticket, _said_in(request.POST), by=request.user)
    except BadFields as refusal:
        return show_problem(request, refusal, status=422)
    return _beside(request, ticket)


@require_POST
@agent_view("ticket.change")
def fill_customer_of_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Fill in the fields of a ticket's customer."""
    ticket = find_ticket(request, number)
    try:
        fill_customer_fields(ticket.contact, _said_in(request.POST), by=request.user)
    except BadFields as refusal:
        return show_problem(request, refusal, status=422)
    return _beside(request, ticket)


@require_POST
@agent_view("ticket.change")
def fill_customer(request: AgentRequest, pk: int) -> HttpResponse:
    """Fill in a customer's fields."""
    try:
        fill_customer_fields(find_customer(request, pk), _said_in(request.POST), by=request.user)
    except BadFields as refusal:
        return show_problem(request, refusal, status=422)
    return redirect("inbox:customer", pk=pk)


def _said_in(form: QueryDict) -> dict[str, object]:
    """Return what somebody changed, by key: what stands as it was shown may be a colleague's newer word by now."""
    keys = [name.removeprefix(WAS) for name in form if name.startswith(WAS)]
    said = {key: [one for one in form.getlist(f"{SAID}{key}") if one] for key in keys}
    before = {key: form.get(f"{WAS}{key}", "").splitlines() for key in keys}
    return {key: _one_or_several(values) for key, values in said.items() if values != before[key]}


def _one_or_several(values: list[str]) -> object:
    return values if len(values) > 1 else "".join(values)


def _beside(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    return show_voice_again(request, ticket.number) if request.htmx else show_change(request, ticket)
