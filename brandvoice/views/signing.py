"""Where executives sign, usually on a phone: one version a page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import PermissionDenied
from accounts.requests import PersonRequest
from brandvoice.actions.refusals import AlreadySigned, ChangedSinceSeen, DoesNotFit, NotASigner
from brandvoice.actions.signing import send_back_version, sign_version
from brandvoice.forms import CommentForm, NoteForm, SignForm
from brandvoice.models import PositionVersion, Status
from brandvoice.queries.signing import names_of, read_for_signing, require_signer, waiting_for_signature
from brandvoice.views import second_factor
from brandvoice.views.base import find_version, voice_view
from brandvoice.views.drafts import edit, save, show_editor

# Said on the page itself, beside what was to be signed.
SHOWN = (AlreadySigned, ChangedSinceSeen, DoesNotFit, NotASigner)


@require_GET
@voice_view("position.view")
def sign_list(request: PersonRequest) -> HttpResponse:
    """Show what waits for the reader's signature; to whom signs nothing, everything that waits."""
    names = names_of(request.user, now=timezone.now())
    context = {
        "versions": waiting_for_signature(request.user, names=names or None),
        "names": names,
        "section": "sign",
        "may_delegate": request.user.may("position.sign"),
    }
    return render(request, "brandvoice/sign_list.html", context)


@require_http_methods(["GET", "POST"])
@voice_view("position.view")
def sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a version to whoever decides about it, and sign it."""
    version, form = find_version(request, pk), SignForm(request.POST)
    if request.method == "GET":
        return _show(request, version)
    require_signer(request.user, now=timezone.now())
    if not form.is_valid():
        return _show(request, version, problem=ChangedSinceSeen())
    if asked := second_factor.ask_for_it(request):
        return asked
    name = _name(request, form.cleaned_data["name"])
    how = {"second_factor": second_factor.was_given(request), "seen": form.cleaned_data["seen"]}
    try:
        sign_version(version, by=request.user, on_behalf_of=name, **how)
    except SHOWN as problem:
        return _show(request, version, problem=problem)
    return redirect("brandvoice:sign_list")


@require_POST
@voice_view("position.view")
def send_back(request: PersonRequest, pk: int) -> HttpResponse:
    """Return a version to its writers with a note."""
    version, note = find_version(request, pk), NoteForm(request.POST)
    require_signer(request.user, now=timezone.now())
    if not note.is_valid():
        return _show(request, version, note=note)
    send_back_version(version, by=request.user, reason=note.cleaned_data["reason"])
    return redirect("brandvoice:sign_list")


@require_http_methods(["GET", "POST"])
@voice_view("position.edit")
def sign_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change what waits for a signature, then look at it again and sign."""
    version = find_version(request, pk)
    require_signer(request.user, now=timezone.now())
    editor = edit(request, version, revise=True)
    if request.method == "POST" and save(editor, request, version.position, version):
        return redirect("brandvoice:sign", pk=version.pk)
    return show_editor(request, editor, version.position, version, section="sign")


def _name(request: PersonRequest, pk: int | None) -> User | None:
    """Return in whose name the reader signs; None is their own."""
    if pk is None or pk == request.user.pk:
        return None
    names = {name.pk: name for name in names_of(request.user, now=timezone.now())}
    if pk not in names:
        raise PermissionDenied
    return names[pk]


def _show(
    request: PersonRequest,
    version: PositionVersion,
    *,
    note: NoteForm | None = None,
    problem: Exception | None = None,
) -> HttpResponse:
    if version.status != Status.IN_REVIEW and problem is None:
        return redirect("brandvoice:position", key=version.position.key)
    page = read_for_signing(version, request.user)
    context = {
        "page": page,
        "position": version.position,
        "note": note or NoteForm(),
        "comment": CommentForm(),
        "problem": problem,
        "section": "sign",
        "may_sign": bool(page.names),
        "is_own_name": bool(page.names) and page.names[0] == request.user,
    }
    return render(request, "brandvoice/sign.html", context, status=409 if problem else 422 if note else 200)
