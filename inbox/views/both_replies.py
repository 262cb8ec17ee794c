"""What the guard thinks of the words that say in public that there is a private reply."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from brandvoice import guard
from inbox.actions.replies import NewReply
from inbox.actions.reply_contexts import guard_context
from inbox.forms import TextForm
from inbox.models import StandardPurpose
from inbox.queries.relations import address_of
from inbox.views.base import AgentRequest, agent_view, find_ticket
from inbox.views.replies import verdict_view


@require_POST
@agent_view("note.write")
def check(request: AgentRequest, number: int) -> HttpResponse:
    """Say what the guard thinks of the public words so far."""
    ticket, form = find_ticket(request, number), TextForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    text, address = form.cleaned_data["public_text"], address_of(ticket)
    verdict = None
    if text.strip():
        said = NewReply(text=text, visibility=address.visibility, seen=0, purpose=StandardPurpose.MOVE_TO_PRIVATE)
        context = guard_context(address, said, by=request.user, read_in=ticket, composing=True)
        verdict = verdict_view(ticket, address, text, guard.check(text, context), hand_over=False)
    return render(request, "inbox/_public_findings.html", {"verdict": verdict})
