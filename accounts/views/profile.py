"""A person's own page."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.people import sign_out_everywhere
from accounts.actions.profile import change_profile
from accounts.forms import ProfileForm
from accounts.requests import PersonRequest


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Show the person's page, or change it."""
    person = request.user
    form = ProfileForm(person, request.POST or None)
    if form.is_valid():
        change_profile(person, **form.cleaned_data, by=person)
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@login_required
@require_POST
def sign_out(request: PersonRequest) -> HttpResponse:
    """End every session of the person, on every device."""
    sign_out_everywhere(request.user)
    logout(request)
    messages.info(request, _("You are signed out on every device."))
    return redirect("account_login")
