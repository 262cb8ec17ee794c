"""Keeps views of the reputation page under the names that people give them."""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inbox import events
from inbox.models import Every, SavedReport

# Nobody keeps more; each may be mailed every day.
MOST = 50


class TooManyReports(Exception):
    """The person has as many saved reports as one may have."""

    def __str__(self) -> str:
        return _("You have %(most)d saved reports, and can have no more. Forget one first.") % {"most": MOST}


@transaction.atomic(durable=True)
def save_report(name: str, query: str, *, every: Every = Every.NEVER, by: User) -> SavedReport:
    """Keep the end of an address under a name; the same name again replaces what it stood for.

    The first mail goes out with the next day, Monday or first of a month that begins after this. Raises TooManyReports.
    """
    by.require("reputation.own")
    # One at a time, so that two at once can't be one too many.
    User.objects.lock(by.pk)
    if SavedReport.objects.visible_to(by).exclude(name=name).count() >= MOST:
        raise TooManyReports
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
