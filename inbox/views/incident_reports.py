"""The report of an incident: as PDF for people, as CSV for spreadsheets."""

import csv
import io

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from brandvoice.exchange.as_csv import safe_cell
from inbox.models import Incident
from inbox.pdf import NoPdf, write_pdf
from inbox.queries.incident_reports import MOST_IN_FILE, MOST_ON_PAPER, Entry, Report, report_of
from inbox.views.base import AgentRequest, agent_view, show_problem

COLUMNS = ("time", "what", "who", "ticket", "customer", "words", "signed", "approved by")


@require_GET
@agent_view("incident.view")
def as_pdf(request: AgentRequest, pk: int) -> HttpResponse:
    """Return the report for paper."""
    report = _report(request, pk, MOST_ON_PAPER)
    context = {
        "most": MOST_ON_PAPER,
        "report": report,
        "organization": request.user.organization,
        "reader": request.user,
        "now": timezone.now(),
    }
    try:
        pdf = write_pdf(render_to_string("inbox/incident_report.html", context))
    except NoPdf as refusal:
        return show_problem(request, refusal, status=503)
    return _file(pdf, "application/pdf", report, "pdf")


@require_GET
@agent_view("incident.view")
def as_csv(request: AgentRequest, pk: int) -> HttpResponse:
    """Return the report's story, a line an entry."""
    report = _report(request, pk, MOST_IN_FILE)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(entry) for entry in report.story)
    # With its mark a spreadsheet takes the file for what it is.
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", report, "csv")


def _cells(entry: Entry) -> list[str]:
    number = str(entry.number) if entry.number else ""
    words = [entry.what, entry.who, number, entry.customer, entry.text, "; ".join(entry.signed), entry.approved_by]
    return [entry.at.isoformat(timespec="seconds"), *map(safe_cell, words)]


def _report(request: AgentRequest, pk: int, most: int) -> Report:
    found = Incident.objects.visible_to(request.user)
    related = ("level", "brand", "holding", "declared_by", "declared_with", "ended_by", "ended_with")
    return report_of(get_object_or_404(found.select_related(*related), pk=pk), request.user, most=most)


def _file(content: bytes, kind: str, report: Report, ending: str) -> HttpResponse:
    name = slugify(report.incident.name) or "incident"
    disposition = f'attachment; filename="{name}-{report.incident.pk}.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
