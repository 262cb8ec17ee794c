"""Writing a version and asking for its signature."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from brandvoice.actions.positions import draft_version, revise_version, submit_version
from brandvoice.forms import VersionEditor
from brandvoice.models import Status
from brandvoice.views.base import find_position, find_version, voice_view


@require_http_methods(["GET", "POST"])
@voice_view("position.edit")
def draft(request: PersonRequest, key: str) -> HttpResponse:
    """Write the position's next version, starting from what is there."""
    position = find_position(request, key)
    source = position.versions.order_by("-number").first()
    being_written = source if source and source.status in (Status.DRAFT, Status.IN_REVIEW) else None
    editor = VersionEditor(source, request.POST or None, revise=being_written is not None)
    if request.method == "POST" and editor.is_valid():
        if being_written:
            revise_version(being_written, editor.content(), by=request.user)
        else:
            draft_version(position, editor.content(), by=request.user)
        return redirect("brandvoice:position", key=position.key)
    context = {"position": position, "editor": editor, "version": being_written, "section": "positions"}
    return render(request, "brandvoice/draft.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@voice_view("position.edit")
def submit(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a signature."""
    version = submit_version(find_version(request, pk), by=request.user)
    return redirect("brandvoice:position", key=version.position.key)
