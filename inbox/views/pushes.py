"""Browsers that tell a person what the bell says: the worker that runs in them, and which they are."""

from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from accounts.signals import session_mark
from inbox.actions.pushes import BadBrowser, forget_browser, hide_words, tell_browser
from inbox.models import PushBrowser
from inbox.views.base import AgentRequest, agent_view

WORKER = "js/service_worker.js"
LONGEST_NAME = 200
LONGEST_ADDRESS = 1000


@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> FileResponse:
    """Return the script that browsers keep, from where it may speak for the whole site."""
    found = finders.find(WORKER)
    if not isinstance(found, str):
        raise Http404(WORKER)
    return FileResponse(open(found, "rb"), content_type="text/javascript")


@require_POST
@agent_view("ticket.view")
def tell_here(request: AgentRequest) -> HttpResponse:
    """Have the person told in the browser that asks."""
    said = {name: request.POST.get(name, "")[: LONGEST_ADDRESS + 1] for name in ("address", "public", "auth")}
    name = request.headers.get("User-Agent", "")[:LONGEST_NAME]
    try:
        tell_browser(**said, name=name, session=session_mark(request.session), by=request.user)
    except BadBrowser as refusal:
        return JsonResponse({"problem": str(refusal)}, status=422)
    return HttpResponse(status=204)


@require_POST
@agent_view("ticket.view")
def choose_words(request: AgentRequest, pk: int) -> HttpResponse:
    """Have a browser hide names and words, or show them."""
    browser = get_object_or_404(PushBrowser.objects.of(request.user), pk=pk)
    hide_words(browser, hidden=bool(request.POST.get("hidden")), by=request.user)
    return redirect("inbox:notification_choices")


@require_POST
@agent_view("ticket.view")
def forget(request: AgentRequest, pk: int) -> HttpResponse:
    """Tell nothing more in a browser."""
    forget_browser(get_object_or_404(PushBrowser.objects.of(request.user), pk=pk), by=request.user)
    return redirect("inbox:notification_choices")
