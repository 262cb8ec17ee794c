"""Coverage: what customers ask, how much of it signed wording answers, and what nothing answers."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brandvoice.queries.contradictions import contradictions_for
from brandvoice.queries.usage import PERIODS, habits_for, most_used
from inbox.actions.clusters import ask_about, write_position
from inbox.actions.taught_positions import NewPosition
from inbox.forms import ClusterForm
from inbox.models import Cluster
from inbox.queries.clusters import largest_clusters, texts_of
from inbox.queries.coverage import choices_of, coverage_of, read_wanted
from inbox.views.base import AgentRequest, agent_view


@require_GET
@agent_view("coverage.view")
def show_coverage(request: AgentRequest) -> HttpResponse:
    """Show the largest questions without an answer, and the topics of a period."""
    choices = choices_of(request.user)
    wanted = read_wanted(request.GET, choices)
    context = {
        "cards": largest_clusters(request.user, brand_id=wanted.brand_id, language=wanted.language),
        "contradictions": contradictions_for(request.user),
        "coverage": coverage_of(request.user, wanted),
        "habits": habits_for(request.user, wanted),
        "uses": most_used(request.user, wanted),
        "wanted": wanted,
        "choices": choices,
        "periods": PERIODS,
        "section": "coverage",
        "may_edit": request.user.may("position.edit"),
    }
    return render(request, "inbox/coverage.html", context)


@require_http_methods(["GET", "POST"])
@agent_view("position.edit")
def write(request: AgentRequest, pk: int) -> HttpResponse:
    """Open a position for what several customers ask, or find the one that has been, then write its first version."""
    cluster = _find(request, pk)
    if cluster.position is not None:
        return redirect("brandvoice:draft", key=cluster.position.key)
    form = ClusterForm(request.user, cluster, texts_of(request.user, cluster), request.POST or None)
    if form.is_valid():
        try:
            position = write_position(cluster, NewPosition(**form.cleaned_data), by=request.user)
        except Cluster.DoesNotExist:
            raise Http404("These questions have been put together anew.") from None
        return redirect("brandvoice:draft", key=position.key)
    context = {"form": form, "cluster": cluster, "section": "coverage"}
    return render(request, "inbox/write_position.html", context, status=422 if form.is_bound else 200)


@require_POST
@agent_view("question.ask")
def ask(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask the desk on behalf of everybody who asks this."""
    ask_about(_find(request, pk), by=request.user)
    return redirect("inbox:questions")


def _find(request: AgentRequest, pk: int) -> Cluster:
    return get_object_or_404(Cluster.objects.visible_to(request.user).select_related("brand", "position"), pk=pk)
