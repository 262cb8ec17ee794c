"""Where executives sign, usually on a phone: one version a page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import PersonRequest
from brandvoice.actions.positions import ChangedSinceSeen, revise_version, send_back_version, sign_version
from brandvoice.forms import NoteForm, VersionEditor
from brandvoice.models import PositionVersion, Status
from brandvoice.queries.positions import read_for_signing, waiting_for_signature
from brandvoice.views.base import find_version, voice_view


@require_GET
@voice_view("position.view")
def sign_list(request: PersonRequest) -> HttpResponse:
    """Show what waits for a signature."""
    context = {"versions": waiting_for_signature(request.user), "section": "sign"}
    return render(request, "brandvoice/sign_list.html", context)


@require_http_methods(["GET", "POST"])
@voice_view("position.view")
def sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a version to whoever decides about it, and sign it."""
    version = find_version(request, pk)
    if request.method == "GET":
        return _show(request, version)
    try:
        sign_version(version, by=request.user, seen=request.POST.get("seen", "nothing"))
    except ChangedSinceSeen as problem:
        return _show(request, version, problem=problem, status=409)
    return redirect("brandvoice:sign_list")


@require_POST
@voice_view("position.sign")
def send_back(request: PersonRequest, pk: int) -> HttpResponse:
    """Return a version to its writers with a note."""
    version, note = find_version(request, pk), NoteForm(request.POST)
    if not note.is_valid():
        return _show(request, version, note=note, status=422)
    send_back_version(version, by=request.user, reason=note.cleaned_data["reason"])
    return redirect("brandvoice:sign_list")


@require_http_methods(["GET", "POST"])
@voice_view("position.sign")
def sign_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change what waits for a signature, then look at it again and sign."""
    version = find_version(request, pk)
    editor = VersionEditor(version, request.POST or None, revise=True)
    if request.method == "POST" and editor.is_valid():
        revise_version(version, editor.content(), by=request.user)
        return redirect("brandvoice:sign", pk=version.pk)
    context = {"position": version.position, "editor": editor, "version": version, "section": "sign", "signing": True}
    return render(request, "brandvoice/draft.html", context, status=422 if request.method == "POST" else 200)


def _show(
    request: PersonRequest,
    version: PositionVersion,
    *,
    note: NoteForm | None = None,
    problem: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    if version.status != Status.IN_REVIEW and problem is None:
        return redirect("brandvoice:position", key=version.position.key)
    context = {
        "page": read_for_signing(version, request.user),
        "position": version.position,
        "note": note or NoteForm(),
        "problem": problem,
        "section": "sign",
        "may_sign": request.user.may("position.sign"),
    }
    return render(request, "brandvoice/sign.html", context, status=status)
