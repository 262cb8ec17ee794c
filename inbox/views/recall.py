"""The recall list: what rests on a version of a position, and asking that it be put right."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from brandvoice.models import PositionVersion
from inbox.actions.corrections import ask_for_corrections
from inbox.queries.recall import PRIVATE, PUBLIC, recall_of
from inbox.views.base import AgentRequest, agent_view


@require_GET
@agent_view("reply.recall")
def show_recall(request: AgentRequest, version_id: int) -> HttpResponse:
    """Show every reply that has gone out with a version's words, public ones first."""
    after = {audience: named_id(request.GET.get(audience)) or None for audience in (PUBLIC, PRIVATE)}
    recall = recall_of(_find_version(request, version_id), request.user, after=after)
    return render(request, "inbox/recall.html", {"recall": recall, "section": "positions"})


@require_POST
@agent_view("reply.recall")
def correct(request: AgentRequest, version_id: int) -> HttpResponse:
    """Ask for a correction of the replies that were ticked."""
    version = _find_version(request, version_id)
    ticked = [number for text in request.POST.getlist("message") if (number := named_id(text))]
    ask_for_corrections(version, ticked, by=request.user)
    return redirect("inbox:recall", version_id=version.pk)


def _find_version(request: AgentRequest, version_id: int) -> PositionVersion:
    versions = PositionVersion.objects.visible_to(request.user).select_related("position", "signed_by", "withdrawn_by")
    version = versions.filter(pk=version_id).exclude(signed_at=None).first()
    if version is None:
        raise Http404("No such version.")
    return version
