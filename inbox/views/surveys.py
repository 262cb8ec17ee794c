"""The page on which a customer says whether they were content: public, without signing in, one for each link."""

from datetime import timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox import budgets
from inbox.actions.surveys import LONGEST_COMMENT, SurveyOver, answer_survey, stop_asking
from inbox.connectors.base import Budget
from inbox.models import Survey
from inbox.queries.surveys import find_survey, is_over

# How often one address may look or answer.
PACE = Budget(60, timedelta(minutes=1))
# How often one survey is answered, by whoever has its link: each answer is an event that rules and people hear of.
ANSWERS = Budget(20, timedelta(days=1))
FACES = (
    (1, _("Very bad"), "M8 17.5q4-4 8 0"),
    (2, _("Bad"), "M8 16.5q4-2 8 0"),
    (3, _("So-so"), "M8 16h8"),
    (4, _("Good"), "M8 15q4 2 8 0"),
    (5, _("Very good"), "M7.5 14q4.5 5 9 0"),
)


class AnswerForm(forms.Form):
    """What the customer says."""

    score = forms.TypedChoiceField(choices=[(score, name) for score, name, _mouth in FACES], coerce=int)
    comment = forms.CharField(required=False, max_length=LONGEST_COMMENT)


@csrf_exempt  # the link itself is what allows it, and nothing depends on a cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question, or take the answer; whoever has no link of ours learns nothing."""
    if wait := budgets.take(f"survey.{budgets.visitor_address(request.META.get('REMOTE_ADDR', ''))}", PACE):
        return HttpResponse(status=429, headers={"Retry-After": str(int(wait) + 1)})
    found = find_survey(token)
    if found is None:
        raise Http404
    with translation.override(found.language):
        answer = _take(request, found) if request.method == "POST" else _show(request, found)
    answer.headers["Content-Language"] = found.language
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _take(request: HttpRequest, found: Survey) -> HttpResponse:
    form = AnswerForm(request.POST)
    try:
        if "stop" in request.POST:
            stop_asking(found)
        elif not form.is_valid():
            return _show(request, found, form, status=422)
        elif wait := budgets.take(f"survey.{found.key}", ANSWERS):
            answer = _show(request, found, status=429)
            answer.headers["Retry-After"] = str(int(wait) + 1)
            return answer
        else:
            answer_survey(found, form.cleaned_data["score"], form.cleaned_data["comment"])
    except SurveyOver:
        return _show(request, found)
    # Looked at again, not sent again.
    return HttpResponseRedirect(f"{request.path}?done")


def _show(request: HttpRequest, found: Survey, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    said = {"score": found.score, "comment": found.comment}
    if form is not None:
        said = {"score": form["score"].value(), "comment": form["comment"].value()}
    over = is_over(found)
    context = {
        "brand": found.ticket.brand,
        "survey": found,
        "faces": [(score, name, mouth, str(said["score"]) == str(score)) for score, name, mouth in FACES],
        "comment": said["comment"] or "",
        "most": LONGEST_COMMENT,
        "over": over,
        "done": "done" in request.GET,
        "missing": form is not None and "score" in form.errors,
        "often": status == 429,
    }
    return render(request, "inbox/survey.html", context, status=410 if over else status)
