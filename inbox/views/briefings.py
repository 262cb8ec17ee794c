"""The briefing: what has changed since one was last here, and that one has read it."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inbox.actions.briefings import read_briefing
from inbox.queries.briefings import briefing_of
from inbox.views.base import AgentRequest, agent_view, show_problem


@require_GET
@agent_view("ticket.view")
def show(request: AgentRequest) -> HttpResponse:
    """Show what somebody should know before they answer."""
    now = timezone.now()
    context = {"briefing": briefing_of(request.user, now=now), "now": now, "section": "briefing"}
    return render(request, "inbox/briefing.html", context)


@require_POST
@agent_view("ticket.view")
def read(request: AgentRequest) -> HttpResponse:
    """Say that one has read it, as it was when it was shown."""
    shown_at = _moment(request.POST.get("shown_at", ""))
    if shown_at is None:
        return show_problem(request, _("Reload the page and try again."), status=422)
    read_briefing(by=request.user, shown_at=shown_at)
    return redirect("inbox:briefing")


def _moment(text: str) -> datetime | None:
    """Return a moment that has been, or None for anything else."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) and moment <= timezone.now() else None
