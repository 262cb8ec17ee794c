"""A person chooses what they want to be told of, and how."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inbox.actions.notification_choices import choose_notifications
from inbox.actions.pushes import push_key
from inbox.models import Reason, Way
from inbox.queries.notifications import browsers_of, wanted_of
from inbox.views.base import AgentRequest, agent_view

WORDS = {
    Reason.MENTIONED: gettext_lazy("Somebody mentions me or my team"),
    Reason.ASSIGNED: gettext_lazy("Somebody gives me a ticket"),
    Reason.DRAFT: gettext_lazy("Somebody passes me a draft"),
    Reason.NOTED: gettext_lazy("A note in a ticket that I follow"),
    Reason.CUSTOMER_WROTE: gettext_lazy("The customer writes in a ticket that I follow"),
    Reason.DUE_SOON: gettext_lazy("A deadline of mine is near"),
    Reason.OVERDUE: gettext_lazy("A deadline of mine has passed"),
    Reason.RULE: gettext_lazy("A rule asks me to look"),
    Reason.APPROVAL: gettext_lazy("A reply waits for my approval"),
    Reason.SPIKE: gettext_lazy("Something unusual comes in"),
    Reason.POST_APPROVAL: gettext_lazy("A planned post waits for my approval"),
    Reason.APPROVED: gettext_lazy("What I have handed over is approved"),
    Reason.GIVEN_BACK: gettext_lazy("What I have handed over comes back to me"),
    Reason.HELD_BACK: gettext_lazy("A reply that I wrote for later is held back"),
    Reason.CHANGED: gettext_lazy("An approver changes what I have handed over"),
}


@require_http_methods(["GET", "POST"])
@agent_view("ticket.view")
def choices(request: AgentRequest) -> HttpResponse:
    """Show what the person is told of, or change it."""
    if request.method == "POST":
        said = set(request.POST.getlist("wanted"))
        pairs = {(reason, way) for reason in Reason for way in Way if f"{reason}:{way}" in said}
        choose_notifications(pairs, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("inbox:notification_choices")
    wanted = wanted_of(request.user)
    rows = [(WORDS[reason], [(f"{reason}:{way}", way, (reason, way) in wanted) for way in Way]) for reason in Reason]
    context = {"rows": rows, "ways": Way, "browsers": browsers_of(request.user), "key": push_key().public}
    return render(request, "inbox/notification_choices.html", context)
