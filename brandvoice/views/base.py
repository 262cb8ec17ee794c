"""What every page about positions starts with: who asks, whether they may, which row."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import PersonRequest
from brandvoice.actions.refusals import Refused
from brandvoice.models import Position, PositionVersion

View = Callable[..., HttpResponse]


def voice_view(permission: str) -> Callable[[View], View]:
    """Let in members of an organization whose role holds `permission`; a refused action answers 409 and says why."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: PersonRequest, **address: object) -> HttpResponse:
            if request.user.organization_id is None:
                raise Http404("Operators work in the console.")
            request.user.require(permission)
            try:
                return view(request, **address)
            except Refused as refusal:
                return render(request, "brandvoice/refused.html", {"problem": refusal}, status=409)

        # Which tests hold every page's controls against.
        guarded.__dict__["permission"] = permission
        return guarded

    return decorate


def find_position(request: PersonRequest, key: str) -> Position:
    """Return the position if the person may see it; a stranger learns nothing but 404."""
    return get_object_or_404(Position.objects.visible_to(request.user).select_related("brand", "owner"), key=key)


def find_version(request: PersonRequest, pk: int) -> PositionVersion:
    """Return the version if the person may see it."""
    versions = PositionVersion.objects.visible_to(request.user).select_related("position__brand", "submitted_by")
    return get_object_or_404(versions, pk=pk)
