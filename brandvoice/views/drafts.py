"""Writing a version, talking about it and asking for its signature."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.ids import named_id
from accounts.requests import PersonRequest
from brandvoice.actions.comments import add_comment
from brandvoice.actions.refusals import Refused
from brandvoice.actions.versions import draft_version, revise_version, submit_version
from brandvoice.forms import CommentForm, VersionEditor
from brandvoice.models import Habit, Position, PositionVersion
from brandvoice.models.versions import OPEN
from brandvoice.views.base import find_position, find_version, voice_view


@require_http_methods(["GET", "POST"])
@voice_view("position.edit")
def draft(request: PersonRequest, key: str) -> HttpResponse:
    """Write the position's next version, starting from what is there."""
    position = find_position(request, key)
    source = position.versions.order_by("-number").first()
    being_written = source if source and source.status in OPEN else None
    editor = edit(request, source, revise=being_written is not None, habit=_find_habit(request, position))
    if request.method == "POST" and save(editor, request, position, being_written):
        return redirect("brandvoice:position", key=position.key)
    return show_editor(request, editor, position, being_written, section="positions")


@require_POST
@voice_view("position.edit")
def submit(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a signature."""
    version = submit_version(find_version(request, pk), by=request.user)
    return redirect("brandvoice:position", key=version.position.key)


@require_POST
@voice_view("note.write")
def comment(request: PersonRequest, pk: int) -> HttpResponse:
    """Say something about a version, and go back to where it was read."""
    version, form = find_version(request, pk), CommentForm(request.POST)
    if form.is_valid():
        add_comment(version, form.cleaned_data["text"], by=request.user)
    if request.POST.get("from") == "sign":
        return redirect("brandvoice:sign", pk=version.pk)
    return redirect("brandvoice:position", key=version.position.key)


def edit(
    request: PersonRequest, source: PositionVersion | None, *, revise: bool, habit: Habit | None = None
) -> VersionEditor:
    """Return the editor, filled with what was posted."""
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return VersionEditor(source, request.user, *posted, revise=revise, habit=habit)


def save(editor: VersionEditor, request: PersonRequest, position: Position, version: PositionVersion | None) -> bool:
    """Write what was filled in; where that can't be, the editor says why."""
    if not editor.is_valid():
        return False
    try:
        if version:
            revise_version(version, editor.content(), by=request.user)
        else:
            draft_version(position, editor.content(), by=request.user)
    except Refused as refusal:
        editor.problem = str(refusal)
        return False
    return True


def show_editor(
    request: PersonRequest,
    editor: VersionEditor,
    position: Position,
    version: PositionVersion | None,
    *,
    section: str,
) -> HttpResponse:
    """Show the editor; 422 where it was posted and not saved."""
    context = {"position": position, "editor": editor, "version": version, "section": section}
    context["signing"] = section == "sign"
    return render(request, "brandvoice/draft.html", context, status=422 if request.method == "POST" else 200)


def _find_habit(request: PersonRequest, position: Position) -> Habit | None:
    """Return what agents keep changing, if the address names it."""
    wanted = named_id(request.GET.get("habit"))
    return Habit.objects.visible_to(request.user).filter(position=position, pk=wanted).first() if wanted else None
