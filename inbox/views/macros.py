"""Macros: the menu above the composer, running one, and the page on which they are made and changed."""

import json
from dataclasses import asdict

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.actions.macros import MacroNotPossible, change_macro, create_macro, delete_macro, run_macro
from inbox.actions.ticket_steps import MoveNotAllowed
from inbox.macro_forms import MacroForm
from inbox.models import Macro
from inbox.queries import fragments
from inbox.queries.macros import macros_of
from inbox.views.base import AgentRequest, agent_view, find_ticket, page_address, show_problem


@require_GET
@agent_view("ticket.change")
def menu(request: AgentRequest, number: int) -> HttpResponse:
    """Return the macros that can be run on a ticket."""
    ticket = find_ticket(request, number)
    return render(request, "inbox/_macros.html", {"macros": macros_of(request.user), "number": ticket.number})


@require_POST
@agent_view("ticket.change")
def run(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Take a macro's steps, on one ticket or one of several; answer with what changed, and text for the composer."""
    ticket, several = find_ticket(request, number), "several" in request.POST
    if several and not Macro.objects.visible_to(request.user).filter(pk=pk).exists():
        return show_problem(request, _("Nothing is done: the macro is not there any more."), status=409)
    try:
        ran = run_macro(ticket, _find(request, pk), several=several, by=request.user)
    except (MacroNotPossible, MoveNotAllowed) as refusal:
        return show_problem(request, refusal, status=409)
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=ticket.number)
    pieces = json.dumps([asdict(piece) for piece in ran.pieces])
    changed = fragments.head_html(ticket.pk) + fragments.row_html(ticket.pk) + fragments.messages_html(list(ran.notes))
    return HttpResponse(changed + format_html('<template data-pieces="{}"></template>', pieces))


@require_GET
@agent_view("ticket.change")
def several(request: AgentRequest) -> HttpResponse:
    """Ask which macro to run on several tickets; the page then goes through the door of each."""
    macros = macros_of(request.user)
    silent = [macro for macro in macros if not macro.speaks]
    return render(request, "inbox/_macro_many.html", {"macros": silent, "speak": len(silent) < len(macros)})


@require_GET
@agent_view("macro.own")
def macro_list(request: AgentRequest) -> HttpResponse:
    """Show one's own macros and those that are shared, what they do and how often they are used."""
    return render(request, "inbox/macros.html", {"macros": macros_of(request.user), "section": "macros"})


@require_http_methods(["GET", "POST"])
@agent_view("macro.own")
def new(request: AgentRequest) -> HttpResponse:
    """Make a macro."""
    form = MacroForm(request.user, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        create_macro(form.macro, by=request.user)
        return redirect("inbox:macros")
    return _show_form(request, form)


@require_http_methods(["GET", "POST"])
@agent_view("macro.own")
def change(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a macro."""
    macro = _find_own(request, pk)
    form = MacroForm(request.user, macro, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        change_macro(macro, form.macro, by=request.user)
        return redirect("inbox:macros")
    return _show_form(request, form, macro)


@require_POST
@agent_view("macro.own")
def delete(request: AgentRequest, pk: int) -> HttpResponse:
    """Forget a macro."""
    delete_macro(_find_own(request, pk), by=request.user)
    return redirect("inbox:macros")


def _find(request: AgentRequest, pk: int) -> Macro:
    return get_object_or_404(Macro.objects.visible_to(request.user), pk=pk)


def _find_own(request: AgentRequest, pk: int) -> Macro:
    macro = _find(request, pk)
    if not macro.may_be_changed_by(request.user):
        raise PermissionDenied("macro.share")
    return macro


def _show_form(request: AgentRequest, form: MacroForm, macro: Macro | None = None) -> HttpResponse:
    context = {"form": form, "macro": macro, "section": "macros"}
    return render(request, "inbox/macro.html", context, status=422 if form.is_bound else 200)
