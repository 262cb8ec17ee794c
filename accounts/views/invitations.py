"""The page behind an invitation's link."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.invitations import AddressTaken, InvitationClosed, accept_invitation
from accounts.forms import AcceptForm
from accounts.queries.invitations import find_invitation


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites, or let the invited person in."""
    found = find_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_closed.html", {"problem": InvitationClosed()}, status=404)
    form = AcceptForm(email=found.email, data=request.POST or None)
    if not form.is_valid():
        context = {"form": form, "invitation": found}
        return render(request, "accounts/invitation.html", context, status=422 if form.is_bound else 200)
    try:
        person = accept_invitation(token, **form.cleaned_data, language=get_language() or "en")
    except (AddressTaken, InvitationClosed) as problem:
        return render(request, "accounts/invitation_closed.html", {"problem": problem}, status=409)
    answer: HttpResponse = perform_login(request, person)
    return answer
