"""Spikes: what is unusual now and what has been, the page of one with the messages behind it, dismissing one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.ids import named_id
from inbox.actions.spike_answers import ask_about_spike, write_spike_position
from inbox.actions.spikes import SpikeIsOver, dismiss_spike
from inbox.actions.taught_positions import NewPosition
from inbox.forms import SpikePositionForm
from inbox.models import Spike
from inbox.queries.spikes import curve_of, figures_of, learning_brands, newest_behind, sides_of, spikes_of, texts_of
from inbox.views.base import AgentRequest, agent_view, show_problem

LONGEST_REASON = 200


@require_GET
@agent_view("spike.view")
def spike_list(request: AgentRequest) -> HttpResponse:
    """Show what is unusual and what has been."""
    found = spikes_of(request.user, before=named_id(request.GET.get("before")) or None)
    context = {"spikes": found, "learning": learning_brands(request.user), "section": "incidents"}
    return render(request, "inbox/spikes.html", context)


@require_GET
@agent_view("spike.view")
def show(request: AgentRequest, pk: int) -> HttpResponse:
    """Show what is unusual, by how much, by which messages, and whether what was done about it helped."""
    spike = _find(request, pk)
    context = {
        "spike": spike,
        "figures": figures_of(spike, request.user),
        "curve": curve_of(spike, request.user),
        "sides": sides_of(spike, request.user),
        "messages_behind": newest_behind(spike, request.user),
        "section": "incidents",
    }
    return render(request, "inbox/spike.html", context)


@require_POST
@agent_view("incident.declare")
def dismiss(request: AgentRequest, pk: int) -> HttpResponse:
    """Say that a spike is nothing to worry about, and why."""
    spike = _find(request, pk)
    try:
        dismiss_spike(spike, request.POST.get("reason", "").strip()[:LONGEST_REASON], by=request.user)
    except SpikeIsOver as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:spike", pk=pk)


@require_POST
@agent_view("question.ask")
def ask(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask the desk on behalf of everybody who writes about this."""
    request.user.require("spike.view")
    ask_about_spike(_find(request, pk), by=request.user)
    return redirect("inbox:spike", pk=pk)


@require_http_methods(["GET", "POST"])
@agent_view("position.edit")
def write(request: AgentRequest, pk: int) -> HttpResponse:
    """Open the position that would answer this, then write its first version."""
    request.user.require("spike.view")
    spike = _find(request, pk)
    form = SpikePositionForm(request.user, spike, texts_of(spike, request.user), request.POST or None)
    if form.is_valid():
        position = write_spike_position(spike, NewPosition(**form.cleaned_data), by=request.user)
        return redirect("brandvoice:draft", key=position.key)
    context = {"form": form, "spike": spike, "section": "incidents"}
    return render(request, "inbox/write_position.html", context, status=422 if form.is_bound else 200)


def _find(request: AgentRequest, pk: int) -> Spike:
    found = Spike.objects.visible_to(request.user).select_related(
        "brand", "channel", "incident", "position", "question", "dismissed_by"
    )
    return get_object_or_404(found, pk=pk)
