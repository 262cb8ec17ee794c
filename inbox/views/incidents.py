"""Incidents: the bar on every page, the list, declaring and changing one, its live page, the end."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.ids import named_id
from inbox.actions.incidents import (
    IncidentIsOver,
    acknowledge_incident,
    change_incident,
    declare_incident,
    stand_down,
)
from inbox.incident_forms import IncidentForm
from inbox.models import Incident, Spike
from inbox.pdf import is_possible
from inbox.queries.incident_reports import figures_of, gathered_of, readers_of, said_in
from inbox.queries.incidents import bar_of, incidents_of
from inbox.queries.rows import rows_of
from inbox.queries.spikes import spike_bar_of
from inbox.views.base import AgentRequest, agent_view, show_problem

SHOWN_TICKETS = 20


@require_GET
@agent_view("incident.view")
def bar(request: AgentRequest) -> HttpResponse:
    """Return what stands across the top of the page."""
    return _show_bar(request)


@require_GET
@agent_view("incident.view")
def incident_list(request: AgentRequest) -> HttpResponse:
    """Show what is going on and what has been."""
    found = incidents_of(request.user, before=named_id(request.GET.get("before")) or None)
    return render(request, "inbox/incidents.html", {"incidents": found, "section": "incidents"})


@require_http_methods(["GET", "POST"])
@agent_view("incident.declare")
def declare(request: AgentRequest) -> HttpResponse:
    """Declare an incident."""
    spike = _proposed_by(request)
    form = IncidentForm(request.user, data=request.POST if request.method == "POST" else None, spike=spike)
    if form.is_bound and form.is_valid():
        return redirect("inbox:incident", pk=declare_incident(form.incident, by=request.user).pk)
    return _show_form(request, form)


@require_http_methods(["GET", "POST"])
@agent_view("incident.declare")
def change(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a live incident."""
    incident = _find(request, pk)
    form = IncidentForm(request.user, incident, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            change_incident(incident, form.incident, by=request.user)
        except IncidentIsOver as refusal:
            return show_problem(request, refusal, status=409)
        return redirect("inbox:incident", pk=pk)
    return _show_form(request, form, incident)


@require_GET
@agent_view("incident.view")
def show(request: AgentRequest, pk: int) -> HttpResponse:
    """Show how an incident goes."""
    incident = _find(request, pk)
    tickets = rows_of(gathered_of(incident, request.user).latest_first()[:SHOWN_TICKETS])
    context = {
        "incident": incident,
        "figures": figures_of(incident, request.user),
        "tickets": tickets,
        "said": said_in(incident, request.user),
        "readers": readers_of(incident),
        "on_call": incident.level.approvers.order_by("name"),
        "has_pdf": is_possible(),
        "section": "incidents",
    }
    return render(request, "inbox/incident.html", context)


@require_POST
@agent_view("incident.view")
def acknowledge(request: AgentRequest, pk: int) -> HttpResponse:
    """Say that one has read the briefing."""
    try:
        acknowledge_incident(_find(request, pk), by=request.user)
    except IncidentIsOver as refusal:
        return show_problem(request, refusal, status=409)
    return _show_bar(request) if request.htmx else redirect("inbox:incident", pk=pk)


@require_POST
@agent_view("incident.declare")
def end(request: AgentRequest, pk: int) -> HttpResponse:
    """Stand an incident down."""
    try:
        stand_down(_find(request, pk), by=request.user)
    except IncidentIsOver as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:incident", pk=pk)


def _show_bar(request: AgentRequest) -> HttpResponse:
    context = {"bar": bar_of(request.user), "spike_bar": spike_bar_of(request.user)}
    return render(request, "inbox/_incident_bar.html", context)


def _proposed_by(request: AgentRequest) -> Spike | None:
    """Return the spike whose proposal is answered, where the address names one."""
    named = request.GET.get("spike", "")
    if not named:
        return None
    return get_object_or_404(Spike.objects.visible_to(request.user), pk=named_id(named))


def _find(request: AgentRequest, pk: int) -> Incident:
    found = Incident.objects.visible_to(request.user).select_related(
        *("level__team", "level__policy", "brand", "holding"),
        *("declared_by", "declared_with", "ended_by", "ended_with"),
    )
    return get_object_or_404(found, pk=pk)


def _show_form(request: AgentRequest, form: IncidentForm, incident: Incident | None = None) -> HttpResponse:
    context = {"form": form, "incident": incident, "section": "incidents"}
    return render(request, "inbox/declare.html", context, status=422 if form.is_bound else 200)
