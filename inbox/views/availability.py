"""Going away and coming back, with a handover, for oneself and for somebody who left without one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from inbox.actions.handover import CannotHandOver, Fate, come_back, go_away
from inbox.handover_forms import HandoverForm
from inbox.queries.attendance import held_by, people_of, present_among, takers_from
from inbox.views.base import AgentRequest, agent_view


@require_http_methods(["GET", "POST"])
@agent_view("ticket.change")
def availability(request: AgentRequest) -> HttpResponse:
    """Ask what becomes of one's tickets, and go away or come back."""
    return _answer(request, request.user)


@require_GET
@agent_view("handover.others")
def people(request: AgentRequest) -> HttpResponse:
    """Show who is there and who is away, with what they hold."""
    return render(request, "inbox/people.html", {"people": people_of(request.user), "section": "people"})


@require_http_methods(["GET", "POST"])
@agent_view("handover.others")
def person(request: AgentRequest, pk: int) -> HttpResponse:
    """Hand over the tickets of somebody who left without doing it."""
    return _answer(request, get_object_or_404(User.objects.visible_to(request.user), pk=pk))


def _answer(request: AgentRequest, who: User) -> HttpResponse:
    if request.method == "GET":
        # A script asks first whether there is anything to say.
        return HttpResponse(status=204) if request.htmx and not held_by(who) else _ask(request, who)
    try:
        if request.POST.get("away") == "no":
            come_back(who, by=request.user)
        else:
            form = HandoverForm(who, request.POST)
            if not form.is_valid():
                return _ask(request, who, problem=form.problem, status=422)
            go_away(who, form.handover, by=request.user)
    except CannotHandOver as refusal:
        return _ask(request, who, problem=str(refusal), status=409)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("inbox:home" if who == request.user else "inbox:attendance")


def _ask(request: AgentRequest, who: User, *, problem: str = "", status: int = 200) -> HttpResponse:
    takers = takers_from(who)
    context = {
        "who": who,
        "is_self": who == request.user,
        "held": held_by(who),
        "takers": list(takers),
        "present": present_among(takers),
        "problem": problem,
        "said": request.POST,
        "chosen": request.POST.get("tickets") or (Fate.KEEP if who == request.user else Fate.QUEUE),
        "section": "" if who == request.user else "people",
    }
    return render(request, "inbox/_handover.html" if request.htmx else "inbox/handover.html", context, status=status)
