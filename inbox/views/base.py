"""What every view of the inbox starts with: who asks, whether they may, which ticket."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.models import Status, Ticket
from inbox.queries import fragments
from inbox.queries.desks import open_ticket

# Of a ticket, in digits.
LONGEST_NUMBER = 9


class AgentRequest(HttpRequest):
    """A request by somebody who is signed in and belongs to an organization."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def agent_view(permission: str) -> Callable[[View], View]:
    """Let only people in whose role holds `permission`; scripts of a signed-out page get 401, people the sign-in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **address: object) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return HttpResponse(status=401) if _is_script(request) else redirect_to_login(request.get_full_path())
            if request.user.organization_id is None:
                raise Http404("Operators work in the console.")
            if not request.user.may(permission):
                raise PermissionDenied(permission)
            response = view(request, **address)
            patch_vary_headers(response, ["HX-Request", "Cookie"])
            return response

        # Which tests hold every page's controls against.
        guarded.__dict__["permission"] = permission
        return guarded

    return decorate


def find_ticket(request: AgentRequest, number: int) -> Ticket:
    """Return the ticket if the person may see it; a stranger learns nothing but 404."""
    try:
        return open_ticket(number, request.user)
    except Ticket.DoesNotExist as error:
        raise Http404("No such ticket.") from error


def named_number(text: str | None) -> int:
    """Return the number of a ticket that somebody wrote, with or without #; 0 for anything else."""
    digits = (text or "").strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else 0


def page_address(ticket: Ticket) -> str:
    """Return the name of a view in which the ticket can be found."""
    if ticket.is_spam:
        return "spam"
    return {Status.SNOOZED: "snoozed", Status.RESOLVED: "resolved"}.get(Status(ticket.status), "open")


def show_change(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """Answer a change with the fragments that it touched, or with the page where no script asked."""
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=ticket.number)
    return HttpResponse(fragments.head_html(ticket.pk) + fragments.row_html(ticket.pk))


def show_other(request: AgentRequest, ticket: Ticket, *changed: Ticket) -> HttpResponse:
    """Answer by going on to another ticket, with its row and the rows of those that changed beside it."""
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=ticket.number)
    rows = "".join(fragments.row_html(one.pk) for one in (*changed, ticket))
    return HttpResponse(rows + format_html('<template data-go="{}"></template>', ticket.number))


def show_voice_again(request: AgentRequest, number: int) -> HttpResponse:
    """Go on to the voice column, for the purpose that the page has chosen."""
    chosen = request.POST.get("purpose", "")[:20]
    return redirect(reverse("inbox:voice", args=[number], query={"purpose": chosen} if chosen else None))


def change_ticket(request: AgentRequest, number: int, action: Callable[..., Ticket]) -> HttpResponse:
    """Have the action change the ticket, and answer with what it touched, or with why it may not be now."""
    try:
        return show_change(request, action(find_ticket(request, number), by=request.user))
    except MoveNotAllowed as refusal:
        return show_problem(request, refusal, status=409)


def show_problem(request: AgentRequest, problem: object, *, status: int) -> HttpResponse:
    """Say why something was refused."""
    template = "inbox/_problem.html" if request.htmx else "inbox/problem.html"
    return render(request, template, {"problem": problem}, status=status)


def _is_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Dest") == "empty"
