"""Doing one thing to several positions of the library."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.ids import named_id
from accounts.requests import PersonRequest
from brandvoice.actions import bulk as actions
from brandvoice.forms import BulkForm
from brandvoice.queries.signing import read_many_for_signing
from brandvoice.views import second_factor
from brandvoice.views.base import voice_view


@require_POST
@voice_view("position.view")
def bulk(request: PersonRequest) -> HttpResponse:
    """Do what was chosen, or show what is to be signed first."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _tell(request, form=form)
    chosen, by = form.cleaned_data["positions"], request.user
    match form.cleaned_data["action"]:
        case "submit":
            return _tell(request, actions.submit_positions(chosen, by=by))
        case "send_back":
            return _tell(request, actions.send_back_positions(chosen, by=by, reason=form.cleaned_data["reason"]))
        case "sign":
            by.require("position.sign")
            context = {"rows": read_many_for_signing(chosen, by), "section": "sign"}
            return render(request, "brandvoice/sign_many.html", context)
    done = actions.set_review_dates(chosen, on=form.cleaned_data["on"], by=by)
    return _tell(request, actions.Bulk(done, ()))


@require_POST
@voice_view("position.sign")
def sign_many(request: PersonRequest) -> HttpResponse:
    """Sign what was ticked, each exactly as it was read."""
    if asked := second_factor.ask_for_it(request):
        return asked
    ticked = [pk for text in request.POST.getlist("versions") if (pk := named_id(text))]
    seen = {pk: request.POST.get(f"seen-{pk}", "") for pk in ticked}
    was_given = second_factor.was_given(request)
    return _tell(request, actions.sign_versions(seen, by=request.user, second_factor=was_given))


def _tell(request: PersonRequest, result: actions.Bulk | None = None, *, form: BulkForm | None = None) -> HttpResponse:
    """Go back to the library if all was done; else say to what it was not."""
    if result and not result.undone:
        return redirect("brandvoice:positions")
    context = {"result": result, "form": form, "section": "positions"}
    return render(request, "brandvoice/bulk.html", context, status=409 if result else 422)
