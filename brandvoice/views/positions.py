"""The library of positions and the page of one position."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import PersonRequest
from brandvoice.actions.examples import add_examples
from brandvoice.actions.learning import forget_learned
from brandvoice.actions.positions import create_position, set_purposes
from brandvoice.actions.signing import withdraw_version
from brandvoice.exchange import FORMATS
from brandvoice.forms import BulkForm, CommentForm, ExampleForm, LibraryForm, NoteForm, PositionForm, PurposesForm
from brandvoice.models import Position
from brandvoice.queries.library import find_positions
from brandvoice.queries.positions import read_position
from brandvoice.queries.signing import names_of
from brandvoice.queries.usage import (
    PERIODS,
    PeriodFilter,
    habits_on,
    read_period,
    sum_of,
    usage_by_version,
    usage_choices,
)
from brandvoice.views.base import find_position, find_version, voice_view


@require_GET
@voice_view("position.view")
def position_list(request: PersonRequest) -> HttpResponse:
    """Show the library, narrowed down as asked."""
    form = LibraryForm(request.user, request.GET)
    form.is_valid()
    asked = form.cleaned_data
    opens = request.user.may("coverage.view")
    page = find_positions(request.user, form.wanted(), now=timezone.now(), after=asked.get("after"), with_use=opens)
    context = {
        "opens": opens,
        "address": PeriodFilter().address,
        "form": form,
        "page": page,
        "bulk": BulkForm(),
        "formats": FORMATS,
        "section": "positions",
        "may_edit": request.user.may("position.edit"),
    }
    return render(request, "brandvoice/position_list.html", context)


@require_http_methods(["GET", "POST"])
@voice_view("position.edit")
def position_new(request: PersonRequest) -> HttpResponse:
    """Open a position, then write its first version."""
    form = PositionForm(request.user, request.POST or None)
    if form.is_valid():
        position = create_position(**form.cleaned_data, by=request.user)
        return redirect("brandvoice:draft", key=position.key)
    context = {"form": form, "section": "positions"}
    return render(request, "brandvoice/position_new.html", context, status=422 if form.is_bound else 200)


@require_GET
@voice_view("position.view")
def position(request: PersonRequest, key: str) -> HttpResponse:
    """Show a position: its signed words, what is being written, what was said before."""
    return _show(request, find_position(request, key))


@require_POST
@voice_view("position.withdraw")
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a signed version out of use."""
    version, note = find_version(request, pk), NoteForm(request.POST)
    if not note.is_valid():
        return _show(request, version.position, note=note, status=422)
    withdraw_version(version, by=request.user, reason=note.cleaned_data["reason"])
    return redirect("brandvoice:position", key=version.position.key)


@require_POST
@voice_view("position.edit")
def add_example(request: PersonRequest, key: str) -> HttpResponse:
    """Teach the position one more message that it answers."""
    found, form = find_position(request, key), ExampleForm(request.POST)
    if not form.is_valid():
        return _show(request, found, example=form, status=422)
    add_examples(found, [form.cleaned_data["text"]], language=form.cleaned_data["language"], by=request.user)
    return redirect("brandvoice:position", key=found.key)


@require_POST
@voice_view("position.edit")
def route(request: PersonRequest, key: str) -> HttpResponse:
    """Say for which purposes the position is suggested."""
    found = find_position(request, key)
    form = PurposesForm(found, request.POST)
    if not form.is_valid():
        return _show(request, found, purposes=form, status=422)
    set_purposes(found, form.cleaned_data["purposes"], by=request.user)
    return redirect("brandvoice:position", key=found.key)


@require_POST
@voice_view("position.edit")
def forget(request: PersonRequest, key: str) -> HttpResponse:
    """Take back what the position has learned from replies."""
    found = find_position(request, key)
    forget_learned(position=found, by=request.user)
    return redirect("brandvoice:position", key=found.key)


def _show(
    request: PersonRequest,
    found: Position,
    *,
    note: NoteForm | None = None,
    example: ExampleForm | None = None,
    purposes: PurposesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": read_position(found),
        "note": note or NoteForm(),
        "example": example or ExampleForm(initial={"language": found.brand.language if found.brand else "en"}),
        "purposes": purposes or PurposesForm(found),
        "comment": CommentForm(),
        "section": "positions",
        "may_edit": request.user.may("position.edit"),
        "may_sign": bool(names_of(request.user, now=timezone.now())),
        "may_withdraw": request.user.may("position.withdraw"),
    }
    return render(request, "brandvoice/position.html", context | _use_of(request, found), status=status)


def _use_of(request: PersonRequest, found: Position) -> dict[str, object]:
    """Return how the words are used, for those who see coverage and for the owner; the owner's numbers open nothing."""
    opens = request.user.may("coverage.view")
    if not opens and found.owner_id != request.user.pk:
        return {}
    wanted = read_period(request.GET)
    rows = usage_by_version(found, wanted)
    return {
        "opens": opens,
        "uses": rows,
        "use": sum_of(rows),
        "wanted": wanted,
        "address": wanted.address,
        "periods": PERIODS,
        "choices": usage_choices(found),
        "habits": habits_on(found),
    }
