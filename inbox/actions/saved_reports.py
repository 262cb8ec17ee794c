"""Keeps views of the reputation page under the names that people give them."""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inbox import events
from inbox.models import Every, SavedReport


@transaction.atomic(durable=True)
def save_report(name: str, query: str, *, every: Every = Every.NEVER, by: User) -> SavedReport:
    """Keep the end of an address under a name; the same name again replaces what it stood for.

    The first mail goes out with the next day, Monday or first of a month that begins after this.
    """
    by.require("reputation.own")
    kept = {"query": query, "every": every, "mailed_on": timezone.now().astimezone(ZoneInfo(_zone(by))).date()}
    report, _made = SavedReport.objects.update_or_create(
        organization=by.organization, owner=by, name=name, defaults=kept
    )
    facts: dict[str, str | int] = {"report": report.pk, "every": str(every)}
    events.record_about_organization(report.organization_id, "report.saved", by=by, facts=facts)
    return report


@transaction.atomic(durable=True)
def forget_report(report: SavedReport, *, by: User) -> None:
    """Forget a name and what it stands for."""
    events.record_about_organization(report.organization_id, "report.deleted", by=by, facts={"report": report.pk})
    report.delete()


def _zone(person: User) -> str:
    return person.organization.time_zone if person.organization else "UTC"
