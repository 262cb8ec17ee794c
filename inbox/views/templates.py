"""Filling in a template, where the network takes no free answer any more."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from brandvoice import guard
from inbox.actions.reply_contexts import guard_context
from inbox.actions.templates import TemplateNotTaken, filled_in
from inbox.forms import TextForm
from inbox.models import MessageTemplate, Ticket
from inbox.queries.composers import VerdictView, composer_of
from inbox.queries.relations import address_of
from inbox.queries.templates import templates_for
from inbox.views.base import AgentRequest, agent_view, find_ticket
from inbox.views.replies import filling_in, show_composer, verdict_view


@require_POST
@agent_view("reply.send")
def fill(request: AgentRequest, number: int) -> HttpResponse:
    """Show the chosen template with what has been filled in so far, and what the guard thinks of it."""
    ticket, form = find_ticket(request, number), TextForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    address = address_of(ticket)
    templates = templates_for(address)
    chosen = next((one for one in templates if one.pk == form.cleaned_data["template"]), None)
    filling = filling_in(form, templates, _judge(request, ticket, address, form, chosen), "")
    if request.htmx:
        return render(request, "inbox/_template_filled.html", {"filling": filling, "number": number})
    return show_composer(request, ticket, replace(composer_of(ticket, request.user), filling=filling), status=200)


def _judge(
    request: AgentRequest, ticket: Ticket, address: Ticket, form: TextForm, chosen: MessageTemplate | None
) -> VerdictView | None:
    """Return what the guard thinks of a template that has all its values."""
    try:
        reply = filled_in(form.reply(), chosen)
    except TemplateNotTaken:
        return None
    context = guard_context(address, reply, by=request.user, read_in=ticket, composing=True)
    return verdict_view(ticket, address, reply.text, guard.check(reply.text, context))
