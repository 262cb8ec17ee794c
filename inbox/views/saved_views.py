"""The page on which saved views are made, changed, put in order and deleted."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.actions.saved_views import change_view, create_view, delete_view, move_view
from inbox.models import SavedView
from inbox.queries.saved_views import saved_views_of
from inbox.queries.search_words import LONGEST
from inbox.view_forms import ViewForm
from inbox.views.base import AgentRequest, agent_view


@require_GET
@agent_view("view.own")
def view_list(request: AgentRequest) -> HttpResponse:
    """Show one's own views and those that are shared."""
    return render(request, "inbox/saved_views.html", {"views": saved_views_of(request.user), "section": "views"})


@require_http_methods(["GET", "POST"])
@agent_view("view.own")
def new(request: AgentRequest) -> HttpResponse:
    """Save a view, with the conditions of the list that it was asked from."""
    query = request.GET.get("q", "")[:LONGEST]
    form = ViewForm(request.user, data=request.POST if request.method == "POST" else None, query=query)
    if form.is_bound and form.is_valid():
        view = create_view(form.view, by=request.user)
        return redirect("inbox:view", view=view.key)
    return _show_form(request, form)


@require_http_methods(["GET", "POST"])
@agent_view("view.own")
def change(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a view."""
    view = _find_own(request, pk)
    form = ViewForm(request.user, view, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        change_view(view, form.view, by=request.user)
        return redirect("inbox:saved_views")
    return _show_form(request, form, view)


@require_POST
@agent_view("view.own")
def move(request: AgentRequest, pk: int) -> HttpResponse:
    """Let the view change places with its neighbour."""
    move_view(_find_own(request, pk), up=request.POST.get("to") == "up", by=request.user)
    return redirect("inbox:saved_views")


@require_POST
@agent_view("view.own")
def delete(request: AgentRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    delete_view(_find_own(request, pk), by=request.user)
    return redirect("inbox:saved_views")


def _find_own(request: AgentRequest, pk: int) -> SavedView:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if not view.may_be_changed_by(request.user):
        raise PermissionDenied("view.share")
    return view


def _show_form(request: AgentRequest, form: ViewForm, view: SavedView | None = None) -> HttpResponse:
    context = {"form": form, "view_saved": view, "section": "views"}
    return render(request, "inbox/saved_view.html", context, status=422 if form.is_bound else 200)
