"""The addresses of every room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from inbox.admin.dead_letters import show_dead_letters
from inbox.admin.satisfaction import show_satisfaction

urlpatterns = [
    path("", RedirectView.as_view(url="/inbox/"), name="home"),
    path("", include("accounts.urls")),
    path("", include("brandvoice.urls")),
    path("", include("inbox.urls")),
    path("api/v1/", include("inbox.api.urls")),
    path("public/api/v1/inboxes/", include("inbox.api.chatwoot.urls")),
    path("webhooks/", include("inbox.webhooks.urls")),
    path("chat/", include("inbox.chat.urls")),
    path("console/dead-letters/", admin.site.admin_view(show_dead_letters), name="dead_letters"),
    path("console/satisfaction/", admin.site.admin_view(show_satisfaction), name="satisfaction"),
    path("console/", admin.site.urls),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("inbox.connectors.sandbox.urls")))
