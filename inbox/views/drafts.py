"""Drafts between colleagues: show, take over, pass on, bring back."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from accounts.models import User
from inbox.actions.sharing import NothingToPass, pass_draft, restore_draft, share_draft, take_draft
from inbox.models import Draft, DraftVersion, Ticket
from inbox.queries.composers import composer_of
from inbox.queries.desks import colleagues_of
from inbox.queries.shared_drafts import own_draft_of, shared_drafts_of
from inbox.views.base import AgentRequest, agent_view, find_ticket, show_problem
from inbox.views.replies import show_composer


@require_GET
@agent_view("ticket.view")
def shared(request: AgentRequest, number: int) -> HttpResponse:
    """Return the replies that colleagues show in this ticket."""
    drafts = shared_drafts_of(find_ticket(request, number), request.user)
    return _show(request, "inbox/_shared_drafts.html", {"drafts": drafts, "number": number})


@require_GET
@agent_view("reply.send")
def own(request: AgentRequest, number: int) -> HttpResponse:
    """Return what can be done with one's own reply."""
    return _show_own(request, find_ticket(request, number))


@require_POST
@agent_view("reply.send")
def share(request: AgentRequest, number: int) -> HttpResponse:
    """Show one's reply to colleagues, or no more."""
    ticket = find_ticket(request, number)
    try:
        share_draft(ticket, by=request.user, shared=request.POST.get("shared") == "yes")
    except NothingToPass:
        return _nothing(request)
    return _show_own(request, ticket)


@require_POST
@agent_view("reply.send")
def pass_on(request: AgentRequest, number: int) -> HttpResponse:
    """Give one's reply to a colleague."""
    ticket = find_ticket(request, number)
    to = named_id(request.POST.get("to"))
    person = User.objects.visible_to(request.user).filter(pk=to, is_active=True).first()
    try:
        if person is None:
            raise NothingToPass
        pass_draft(ticket, person, by=request.user)
    except NothingToPass:
        return _nothing(request)
    return _show_own(request, ticket)


@require_POST
@agent_view("reply.send")
def take(request: AgentRequest, pk: int) -> HttpResponse:
    """Take over a reply that a colleague shows."""
    seen = Ticket.objects.visible_to(request.user)
    draft = get_object_or_404(Draft.objects.select_related("ticket"), pk=pk, ticket__in=seen, shared=True)
    try:
        take_draft(draft, by=request.user)
    except NothingToPass as error:
        raise Http404("No such draft.") from error
    ticket = find_ticket(request, draft.ticket.number)
    return show_composer(request, ticket, composer_of(ticket, request.user), status=200)


@require_POST
@agent_view("reply.send")
def restore(request: AgentRequest, pk: int) -> HttpResponse:
    """Bring one's reply back as it was."""
    version = get_object_or_404(DraftVersion.objects.select_related("draft__ticket"), pk=pk, draft__user=request.user)
    ticket = find_ticket(request, version.draft.ticket.number)
    restore_draft(version, by=request.user)
    return show_composer(request, ticket, composer_of(ticket, request.user), status=200)


def _show_own(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    draft = own_draft_of(ticket, request.user)
    colleagues = colleagues_of(ticket, request.user, saying=draft.visibility)
    context = {"draft": draft, "colleagues": colleagues, "number": ticket.number}
    return _show(request, "inbox/_own_draft.html", context)


def _show(request: AgentRequest, part: str, context: dict[str, object]) -> HttpResponse:
    """Return this part of the page, on a page of its own where no script asked."""
    return render(request, part if request.htmx else "inbox/draft_page.html", context | {"part": part})


def _nothing(request: AgentRequest) -> HttpResponse:
    return show_problem(request, _("There is nothing written yet, or nobody who could have it."), status=422)
