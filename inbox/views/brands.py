"""The switcher of the rail: one brand's tickets, or all."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.actions.profile import show_brand
from accounts.ids import named_id
from inbox.queries.brands import brands_of
from inbox.views.base import AgentRequest, agent_view


@require_POST
@agent_view("ticket.view")
def choose_brand(request: AgentRequest) -> HttpResponse:
    """Narrow the person's lists to a brand, or show those of all, and go back to the list."""
    wanted = request.POST.get("brand", "")
    brand = get_object_or_404(brands_of(request.user), pk=named_id(wanted)) if wanted else None
    show_brand(request.user, brand)
    return redirect(_list_before(request) or "inbox:home")


def _list_before(request: AgentRequest) -> str:
    """Return the address of the list from which the person comes; "" from elsewhere."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return ""
    address = urlsplit(before)
    page = f"{address.path}?{address.query}" if address.query else address.path
    return page if page.startswith("/inbox/") else ""
