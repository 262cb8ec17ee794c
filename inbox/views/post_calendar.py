"""Planned posts by days: a month or a week, in which they are moved by drag or by keys."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from inbox.queries.post_calendar import MONTH, WEEK, calendar_of
from inbox.views.base import AgentRequest, agent_view

# Within these every neighbour and every week around a day is a date, too.
FIRST, LAST = date(1970, 1, 1), date(2200, 1, 1)


@require_GET
@agent_view("post.view")
def calendar(request: AgentRequest) -> HttpResponse:
    """Show a month, or a week."""
    span = WEEK if request.GET.get("span") == WEEK else MONTH
    found = calendar_of(request.user, span, named_day(request.GET.get("at")))
    return render(request, "inbox/post_calendar.html", {"calendar": found, "section": "posts"})


def named_day(said: str | None) -> date | None:
    """Return a day that an address names as 2026-12-01; None for anything else."""
    try:
        found = parse_date(said or "")
    except ValueError:
        return None
    return found if found and FIRST < found < LAST else None
