"""Reputation: what customers say, how it is answered and how both change; for agents, their own numbers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from accounts.models import User
from inbox.actions.saved_reports import TooManyReports, forget_report, save_report
from inbox.models import Every, SavedReport
from inbox.queries.discovered import Discovered, discovered_topics
from inbox.queries.reputation import CUTS, PERIODS, Wanted, brands_of, read_wanted, reputation_of
from inbox.queries.reputation_file import CSV_TYPE, XLSX_TYPE, as_csv, name_of, tables_of, workbook_of
from inbox.queries.reputation_lists import listed_behind, read_slice
from inbox.queries.reputation_names import names_of
from inbox.queries.reputation_page import CUT_NAMES, cards_in, charts_of, table_of
from inbox.queries.reputation_table import COLUMNS
from inbox.views.base import AgentRequest, agent_view, show_problem

LONGEST_NAME = 60


@require_GET
@agent_view("reputation.own")
def show_reputation(request: AgentRequest) -> HttpResponse:
    """Show the figures of a period: of the organization, or the reader's own."""
    brands = brands_of(request.user)
    wanted = read_wanted(request.GET, request.user, brands)
    found = reputation_of(request.user, wanted)
    saved = list(SavedReport.objects.visible_to(request.user).order_by("name"))
    context = {
        "wanted": wanted,
        "brands": brands,
        "periods": PERIODS,
        "cuts": [(cut, CUT_NAMES[cut]) for cut in CUTS],
        "cut_name": CUT_NAMES[wanted.cut],
        "cards": cards_in(wanted, found),
        "charts": charts_of(wanted, found),
        "table": table_of(wanted.cut, found.rows),
        "discovered": _discovered(request.user, wanted),
        "purposes": None if wanted.cut == "purpose" else table_of("purpose", found.purposes),
        "saved": saved,
        "opened": next((report for report in saved if str(report.pk) == request.GET.get("report")), None),
        "ways": Every.choices,
        "longest_name": LONGEST_NAME,
        "section": "reputation",
    }
    return render(request, "inbox/reputation.html", context)


def _discovered(user: User, wanted: Wanted) -> tuple[Discovered, ...]:
    """Return topics that the library does not have, beside those that it has."""
    return discovered_topics(user, wanted.brand_id) if wanted.cut == "topic" and user.may("coverage.view") else ()


@require_POST
@agent_view("reputation.own")
def save(request: AgentRequest) -> HttpResponse:
    """Keep what is looked at under a name."""
    wanted = read_wanted(request.POST, request.user, brands_of(request.user))
    name = " ".join(request.POST.get("name", "").replace("\0", "").split())[:LONGEST_NAME]
    every = request.POST.get("every", "")
    if name:
        kept = Every(every) if every in Every.values else Every.NEVER
        try:
            save_report(name, wanted.kept_address, every=kept, by=request.user)
        except TooManyReports as refusal:
            return show_problem(request, refusal, status=409)
    return redirect(f"{reverse('inbox:reputation')}?{wanted.address}")


@require_POST
@agent_view("reputation.own")
def forget(request: AgentRequest, pk: int) -> HttpResponse:
    """Forget a saved report."""
    forget_report(get_object_or_404(SavedReport.objects.visible_to(request.user), pk=pk), by=request.user)
    return redirect("inbox:reputation")


@require_GET
@agent_view("reputation.own")
def export(request: AgentRequest, kind: str) -> HttpResponse:
    """Hand out the figures of the page: the table of the cut as CSV, everything as a workbook."""
    wanted = read_wanted(request.GET, request.user, brands_of(request.user))
    found = reputation_of(request.user, wanted)
    if kind == "csv":
        table = tables_of(wanted, found)[0]
        body, content_type = as_csv(table).encode("utf-8-sig"), CSV_TYPE
    else:
        body, content_type = workbook_of(wanted, found), XLSX_TYPE
    headers = {"Content-Disposition": f'attachment; filename="{name_of(wanted, kind)}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)


@require_GET
@agent_view("reputation.own")
def show_behind(request: AgentRequest, behind: str) -> HttpResponse:
    """Show the messages, replies or tickets that one number counts."""
    wanted = read_wanted(request.GET, request.user, brands_of(request.user))
    of = read_slice(request.GET, wanted)
    after = named_id(request.GET.get("after")) or None
    names = names_of(request.user, of.cut, [of.value]) if of.value is not None else {}
    context = {
        "listed": listed_behind(request.user, wanted, behind, of, after=after),
        "title": COLUMNS[behind].label,
        "wanted": wanted,
        "value": names.get(of.value or "", of.value),
        "section": "reputation",
    }
    return render(request, "inbox/reputation_list.html", context)
