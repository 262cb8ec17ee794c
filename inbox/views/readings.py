"""What was read off a customer's message, and putting it right."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from inbox.actions.lessons import NotALabel, correct_reading
from inbox.models import Direction, Message, Ticket
from inbox.queries import fragments
from inbox.queries.readings import reading_menu
from inbox.views.base import AgentRequest, agent_view, show_change, show_problem


@require_GET
@agent_view("ticket.view")
def show_reading(request: AgentRequest, pk: int) -> HttpResponse:
    """Return what can be said of a message, with what is said of it now marked."""
    message = _find_message(request, pk)
    context = {"menu": reading_menu(message), "message": message}
    return render(request, "inbox/_reading_menu.html" if request.htmx else "inbox/reading.html", context)


@require_POST
@agent_view("ticket.change")
def correct_message(request: AgentRequest, pk: int) -> HttpResponse:
    """Put one thing right about a message."""
    message = _find_message(request, pk)
    about, right = request.POST.get("about", ""), request.POST.get("right", "")
    try:
        correct_reading(message, about, right, by=request.user)
    except NotALabel as refusal:
        return show_problem(request, refusal, status=422)
    answer = show_change(request, message.ticket)
    if request.htmx:
        answer.write(fragments.messages_html([message.pk]))
    return answer


def _find_message(request: AgentRequest, pk: int) -> Message:
    said = Message.objects.filter(ticket__in=Ticket.objects.visible_to(request.user), direction=Direction.INBOUND)
    return get_object_or_404(said.select_related("ticket"), pk=pk)
