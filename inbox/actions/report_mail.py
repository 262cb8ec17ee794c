"""Mails saved reports to their owners as often as they want them, with the whole page as a workbook."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from accounts.mail import ROUND_SECONDS, in_time, morning_of, send_letter, write_due
from inbox.models import Every, SavedReport
from inbox.queries.reputation import brands_of, read_wanted, reputation_of
from inbox.queries.reputation_file import XLSX_TYPE, name_of, workbook_of
from inbox.queries.reputation_page import cards_in


def mail_reports(now: datetime | None = None, *, seconds: float = ROUND_SECONDS) -> int:
    """Mail the reports that are due; return how many. One whose owner may not look any more is left out."""
    now = now or timezone.now()
    reports = SavedReport.objects.mailed().select_related("owner__organization").order_by("pk")
    return sum(_send(report, now) for report in in_time(reports, seconds=seconds) if report.owner.may("reputation.own"))


def _send(report: SavedReport, now: datetime) -> bool:
    today = morning_of(report.owner, now)
    if today is None:
        return False
    begin = {Every.WEEK: today - timedelta(days=today.weekday()), Every.MONTH: today.replace(day=1)}
    unsent = Q(mailed_on=None) | Q(mailed_on__lt=begin.get(Every(report.every), today))
    due = SavedReport.objects.filter(unsent, pk=report.pk, every=report.every)
    return write_due(report.owner, due, {"mailed_on": today}, lambda: _mail(report))


def _mail(report: SavedReport) -> None:
    person = report.owner
    with translation.override(person.language):
        wanted = read_wanted(QueryDict(report.query).dict(), person, brands_of(person)).until_yesterday
        found = reputation_of(person, wanted)
        context = {
            "person": person,
            "report": report,
            "wanted": wanted,
            "cards": cards_in(wanted, found),
            "url": f"{settings.SITE_URL}{reverse('inbox:reputation')}?{report.query}&report={report.pk}",
        }
        workbook = (name_of(wanted, "xlsx"), workbook_of(wanted, found), XLSX_TYPE)
        send_letter(person, "inbox/email/report", context, workbook)
