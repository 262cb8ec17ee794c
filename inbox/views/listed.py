"""What stands behind the numbers about coverage and use: the messages, offers and replies that they count."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.ids import named_id
from brandvoice.models import Habit, Position
from brandvoice.queries.usage import read_period
from inbox.actions.edits import LATELY
from inbox.queries.listed import Listed, habit_counted, messages_counted, usage_counted
from inbox.views.base import AgentRequest, agent_view

TITLES = {
    "asked": _("Asked"),
    "signed": _("Answered in signed words"),
    "free": _("Answered freely"),
    "open": _("Unanswered"),
    "shown": _("Shown"),
    "inserted": _("Inserted"),
    "accepted": _("Shown, then used in the answer"),
    "rejected": _("Shown, then answered without it"),
    "unchanged": _("Sent unchanged"),
    "edited": _("Sent with changes"),
    "sent": _("Sent"),
    "habit": _("Agents keep changing it"),
}
LONGEST_TOPIC = 80


@require_GET
@agent_view("coverage.view")
def show_messages(request: AgentRequest, answer: str) -> HttpResponse:
    """Show the messages that one number of the coverage page counts; an empty topic is none of the library's."""
    wanted, topic = read_period(request.GET), request.GET.get("topic")
    topic = topic if topic is None else topic[:LONGEST_TOPIC].replace("\0", "")
    found = messages_counted(request.user, wanted, answer, topic=topic, after=_id(request, "after"))
    return _show(request, found, answer, days=wanted.days, topic=topic)


@require_GET
@agent_view("coverage.view")
def show_usage(request: AgentRequest, pk: int, what: str) -> HttpResponse:
    """Show the offers or replies that one number of a position counts."""
    position, wanted = get_object_or_404(Position.objects.visible_to(request.user), pk=pk), read_period(request.GET)
    version, after = _id(request, "version"), _id(request, "after")
    found = usage_counted(request.user, position, wanted, what, version_id=version, after=after)
    return _show(request, found, what, days=wanted.days, position=position)


@require_GET
@agent_view("coverage.view")
def show_habit(request: AgentRequest, pk: int) -> HttpResponse:
    """Show the replies in which agents have changed signed words alike."""
    habits = Habit.objects.visible_to(request.user).select_related("position")
    habit = get_object_or_404(habits, pk=pk)
    after = _id(request, "after")
    found = habit_counted(request.user, habit, since=timezone.now() - LATELY, after=after)
    return _show(request, found, "habit", days=LATELY.days, position=habit.position, habit=habit)


def _show(request: AgentRequest, found: Listed, what: str, **context: object) -> HttpResponse:
    return render(
        request, "inbox/listed.html", context | {"listed": found, "title": TITLES[what], "section": "coverage"}
    )


def _id(request: AgentRequest, name: str) -> int | None:
    return named_id(request.GET.get(name)) or None
