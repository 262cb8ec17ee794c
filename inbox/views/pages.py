"""The inbox itself: a view with its list, a ticket beside it, and the counts of the rail."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.permissions import PERMISSIONS
from inbox.actions.notifications import see_notifications
from inbox.actions.sights import see_newest
from inbox.models import Ticket
from inbox.queries.brands import narrowed_to
from inbox.queries.desks import Desk, desk_of
from inbox.queries.filters import filter_choices, read_filters
from inbox.queries.keyset import BadCursor
from inbox.queries.lists import Page, counts_of, name_of, page_of
from inbox.queries.notifications import unseen_count
from inbox.queries.search import search_shown, search_with_people
from inbox.views.base import AgentRequest, agent_view, find_ticket, page_address


@require_GET
@agent_view("ticket.view")
def home(request: AgentRequest) -> HttpResponse:
    """Go to the person's own tickets."""
    return redirect("inbox:view", view="mine")


@require_GET
@agent_view("ticket.view")
def show_view(request: AgentRequest, view: str) -> HttpResponse:
    """Show a view with nothing open beside it."""
    page = _page(request, view)
    return render(request, "inbox/inbox.html", _context(request.user, view, page, None))


@require_GET
@agent_view("ticket.view")
def show_page(request: AgentRequest, view: str, number: int) -> HttpResponse:
    """Show a view with one of its tickets open."""
    ticket = find_ticket(request, number)
    see_notifications(by=request.user, ticket=ticket)
    see_newest(ticket, by=request.user)
    desk = desk_of(ticket, request.user)
    return render(request, "inbox/inbox.html", _context(request.user, view, _page(request, view), desk))


@require_GET
@agent_view("ticket.view")
def show_list(request: AgentRequest, view: str) -> HttpResponse:
    """Return rows of a view: the first, or those after a cursor."""
    return render(request, "inbox/_ticket_rows.html", {"view": view, "page": _page(request, view)})


@require_GET
@agent_view("ticket.view")
def show_counts(request: AgentRequest) -> HttpResponse:
    """Return how many tickets each view holds, of which brand, what has not been seen, and whether one is away."""
    user, brand = request.user, narrowed_to(request.user)
    said = {"away": "away" if user.away_since else "", "brand": str(brand.pk) if brand else ""}
    return JsonResponse(counts_of(user, brand) | {"notifications": unseen_count(user)} | said)


def render_with_desk(request: AgentRequest, ticket: Ticket, desk: Desk, *, status: int) -> HttpResponse:
    """Show the whole page with this desk, for browsers without scripts."""
    view = page_address(ticket)
    context = _context(request.user, view, page_of(view, request.user), desk)
    return render(request, "inbox/inbox.html", context, status=status)


def _page(request: AgentRequest, view: str) -> Page:
    rows = request.GET.get("rows", "")
    size = {"rows": int(rows)} if rows.isascii() and rows.isdigit() and len(rows) < 6 else {}
    after = request.GET.get("after", "")
    try:
        if view == "search":
            text = request.GET.get("q", "")
            return search_shown(text, request.user, after=after) if after else search_with_people(text, request.user)
        return page_of(view, request.user, after=after, filters=read_filters(request.GET), **size)
    except (KeyError, BadCursor) as error:
        raise Http404("No such view.") from error


def _context(user: User, view: str, page: Page, desk: Desk | None) -> Mapping[str, object]:
    return {
        "view": view,
        "view_name": name_of(view, user),
        "page": page,
        "choices": filter_choices(user.organization_id) if user.organization_id else None,
        "counts": counts_of(user, narrowed_to(user)),
        "ticket": desk,
        "may": " ".join(permission for permission in PERMISSIONS if user.may(permission)),
        "teams": "*" if user.may("ticket.view_all") else " ".join(map(str, user.teams.values_list("pk", flat=True))),
    }
