"""The addresses of every room."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/inbox/"), name="home"),
    path("", include("accounts.urls")),
    path("console/", admin.site.urls),
]


def is_built(room: str) -> bool:
    """Return whether a room's module exists."""
    try:
        return find_spec(room) is not None
    except ModuleNotFoundError:
        return False


# Rooms that are still being built join when their addresses exist.
for address, room in (
    ("", "brandvoice.urls"),
    ("", "inbox.urls"),
    ("api/v1/", "inbox.api.urls"),
    ("webhooks/", "inbox.webhooks"),
):
    if is_built(room):
        urlpatterns.append(path(address, include(room)))
if settings.SANDBOX and is_built("inbox.connectors.sandbox.urls"):
    urlpatterns.append(path("sandbox/", include("inbox.connectors.sandbox.urls")))
