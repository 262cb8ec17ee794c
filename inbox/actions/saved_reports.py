"""Keeps views of the reputation page under the names that people give them."""

from django.db import transaction

from accounts.models import User
from inbox import events
from inbox.models import SavedReport


@transaction.atomic(durable=True)
def save_report(name: str, query: str, *, by: User) -> SavedReport:
    """Keep the end of an address under a name; the same name again replaces what it stood for."""
    by.require("reputation.own")
    report, _made = SavedReport.objects.update_or_create(
        organization=by.organization, owner=by, name=name, defaults={"query": query}
    )
    events.record_about_organization(report.organization_id, "report.saved", by=by, facts={"report": report.pk})
    return report


@transaction.atomic(durable=True)
def forget_report(report: SavedReport, *, by: User) -> None:
    """Forget a name and what it stands for."""
    events.record_about_organization(report.organization_id, "report.deleted", by=by, facts={"report": report.pk})
    report.delete()
