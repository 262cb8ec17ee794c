"""Shows a secret on the page that answers the form: it is stored nowhere, not even in a cookie."""

from django.contrib.admin import AdminSite
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.requests import PersonRequest


def keep(request: PersonRequest, secret: str) -> None:
    """Keep the secret until this request is answered."""
    setattr(request, "secret_shown_once", secret)  # noqa: B010 an attribute that HttpRequest's type lacks


def show_once(
    request: PersonRequest, site: AdminSite, *, title: StrOrPromise, hint: StrOrPromise, back: str
) -> HttpResponse:
    """Answer with the page that shows the kept secret."""
    context = {**site.each_context(request), "title": title, "hint": hint, "back": reverse(back)}
    context["secret"] = getattr(request, "secret_shown_once")  # noqa: B009 the same
    return TemplateResponse(request, "admin/accounts/shown_once.html", context)
