"""Positions as files: out, and in again after a look at what would happen."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import PersonRequest
from brandvoice.actions.imports import Imported, Problem, import_positions
from brandvoice.exchange import FORMATS, FileNotRead
from brandvoice.forms import ImportForm, LibraryForm
from brandvoice.queries.export import export_positions
from brandvoice.views.base import voice_view


@require_GET
@voice_view("position.view")
def export_file(request: PersonRequest) -> HttpResponse:
    """Send the library as a file, narrowed down as the list is."""
    kind = request.GET.get("as", "")
    if kind not in FORMATS:
        raise Http404(kind)
    form = LibraryForm(request.user, request.GET)
    form.is_valid()
    records = export_positions(request.user, form.wanted(), now=timezone.now())
    name = f"positions-{timezone.localdate().isoformat()}.{FORMATS[kind].ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        FORMATS[kind].write(records), content_type=f"{FORMATS[kind].mime}; charset=utf-8", headers=headers
    )


@require_http_methods(["GET", "POST"])
@voice_view("position.edit")
def import_file(request: PersonRequest) -> HttpResponse:
    """Say what a file would bring, then take it over as drafts."""
    form = ImportForm(request.POST or None, request.FILES or None)
    result: Imported | None = None
    if form.is_valid():
        really = request.POST.get("do") == "import"
        result = _import(form.cleaned_data["kind"], form.cleaned_data["text"], request, dry_run=not really)
        if really and not result.problems:
            return redirect("brandvoice:positions")
    context = {"form": form, "result": result, "formats": FORMATS, "section": "positions"}
    refused = form.errors or (result and result.problems)
    return render(request, "brandvoice/import.html", context, status=422 if refused else 200)


def _import(kind: str, text: str, request: PersonRequest, *, dry_run: bool) -> Imported:
    try:
        records = FORMATS[kind].read(text)
    except FileNotRead as problem:
        return Imported(0, 0, (Problem(problem.row, "", problem.what),))
    return import_positions(records, by=request.user, dry_run=dry_run)
