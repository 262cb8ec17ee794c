"""Leaving one's signature to a colleague until a date."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.delegations import DelegationRefused, delegate_signing, end_delegation
from accounts.models import Delegation
from accounts.queries.delegations import delegations_of
from accounts.requests import PersonRequest
from brandvoice.forms import DelegationForm
from brandvoice.views.base import voice_view


@require_http_methods(["GET", "POST"])
@voice_view("position.sign")
def delegations(request: PersonRequest) -> HttpResponse:
    """Show to whom the person has left signing, and leave it to somebody."""
    form = DelegationForm(request.user, request.POST or None)
    if form.is_valid():
        try:
            delegate_signing(**form.cleaned_data, by=request.user)
        except DelegationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("brandvoice:delegations")
    given = delegations_of(request.user, now=timezone.now())
    context = {"form": form, "delegations": given, "section": "sign"}
    return render(request, "brandvoice/delegations.html", context, status=422 if form.is_bound else 200)


@require_POST
@voice_view("position.sign")
def take_back(request: PersonRequest, pk: int) -> HttpResponse:
    """End a delegation at once."""
    mine = Delegation.objects.visible_to(request.user).filter(person=request.user)
    end_delegation(get_object_or_404(mine, pk=pk), by=request.user)
    return redirect("brandvoice:delegations")
