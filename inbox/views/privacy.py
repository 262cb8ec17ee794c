"""All that is kept of a customer, to hand it out or to erase it: for those who may."""

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.ids import named_id
from inbox.actions.privacy import AlreadyAsked, NotConfirmed, certificate_of, request_erasure, request_export
from inbox.models import JobKind, JobState, PrivacyJob
from inbox.queries.privacy import counts_shown, jobs_of
from inbox.views.base import AgentRequest, agent_view, show_problem
from inbox.views.customers import find_customer


@require_GET
@agent_view("customer.privacy")
def show_privacy(request: AgentRequest, pk: int) -> HttpResponse:
    """Show what was asked for of a customer, and let it be asked for."""
    contact = find_customer(request, pk)
    jobs = jobs_of(request.user, contact=contact)
    return render(request, "inbox/privacy.html", {"contact": contact, "jobs": jobs, "section": "customers"})


@require_POST
@agent_view("customer.privacy")
def export(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask for an export."""
    try:
        job = request_export(find_customer(request, pk), by=request.user)
    except AlreadyAsked as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:privacy_job", job_id=job.pk)


@require_POST
@agent_view("customer.privacy")
def erase(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask for an erasure, whose confirmation is the customer's name."""
    try:
        job = request_erasure(find_customer(request, pk), request.POST.get("name", ""), by=request.user)
    except NotConfirmed as refusal:
        return show_problem(request, refusal, status=422)
    except AlreadyAsked as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:privacy_job", job_id=job.pk)


@require_GET
@agent_view("customer.privacy")
def job_list(request: AgentRequest) -> HttpResponse:
    """List all exports and erasures, newest first."""
    jobs = jobs_of(request.user, after=named_id(request.GET.get("after")) or None)
    return render(request, "inbox/privacy_jobs.html", {"jobs": jobs, "section": "customers"})


@require_GET
@agent_view("customer.privacy")
def show_job(request: AgentRequest, job_id: int) -> HttpResponse:
    """Show how far a job is, its file, or its certificate; `?format=json` is the certificate as it was summed."""
    job = _find(request, job_id)
    certified = job.kind == JobKind.ERASURE and job.state == JobState.DONE
    if certified and request.GET.get("format") == "json":
        return JsonResponse({"certificate": certificate_of(job), "sha256": job.digest})
    context = {"job": job, "counts": counts_shown(job), "certified": certified, "section": "customers"}
    return render(request, "inbox/_privacy_job.html" if request.htmx else "inbox/privacy_job.html", context)


@require_safe
@agent_view("customer.privacy")
def fetch(request: AgentRequest, job_id: int) -> FileResponse:
    """Hand out the file of an export, for a week."""
    job = _find(request, job_id)
    if not job.can_be_fetched:
        raise Http404("The file is gone.")
    answer = FileResponse(job.file.open("rb"), as_attachment=True, filename=f"customer-{job.contact_id}.zip")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _find(request: AgentRequest, job_id: int) -> PrivacyJob:
    jobs = PrivacyJob.objects.visible_to(request.user).select_related("contact")
    return get_object_or_404(jobs, pk=job_id)
