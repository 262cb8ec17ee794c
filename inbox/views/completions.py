"""The search line's doors: what a word may become, and what a person has searched for lately."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from inbox.actions.recent_searches import forget_searches, remember_search
from inbox.queries.completions import complete, recent_searches
from inbox.views.base import AgentRequest, agent_view


@require_GET
@agent_view("ticket.view")
def show_completions(request: AgentRequest) -> HttpResponse:
    """Return what the word may become, or recent searches where nothing has been typed, as options."""
    word = request.GET.get("word", "").strip()
    recent = not word and not request.GET.get("typed")
    found = recent_searches(request.user) if recent else complete(word, request.user)
    return render(request, "inbox/_completions.html", {"completions": found, "recent": recent})


@require_POST
@agent_view("ticket.view")
def remember(request: AgentRequest) -> HttpResponse:
    """Remember what was searched for."""
    remember_search(request.POST.get("q", ""), by=request.user)
    return HttpResponse(status=204)


@require_POST
@agent_view("ticket.view")
def forget(request: AgentRequest) -> HttpResponse:
    """Forget a search of one's own, or all; return those that are left."""
    forget_searches(request.POST.get("q", ""), by=request.user)
    context = {"completions": recent_searches(request.user), "recent": True}
    return render(request, "inbox/_completions.html", context)
