"""The managers' page about surveys: how many customers were content, with the margin that so few answers leave."""

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from inbox.models import SurveyPolicy
from inbox.queries.survey_figures import survey_figures

DAYS = (7, 30, 90)
USUAL = 30


@require_safe
def show_satisfaction(request: PersonRequest) -> HttpResponse:
    """Show the figures of the last days."""
    said = request.GET.get("days", "")
    days = int(said) if said in map(str, DAYS) else USUAL
    own = None if request.user.is_superuser else request.user.organization_id or 0
    policies = SurveyPolicy.objects.filter(active=True)
    told = {
        "title": _("Satisfaction"),
        "days": days,
        "choices": DAYS,
        "figures": survey_figures(own, days),
        "asks": (policies if own is None else policies.filter(organization=own)).exists(),
    }
    return TemplateResponse(request, "admin/inbox/satisfaction.html", {**admin.site.each_context(request), **told})
