"""Writes down who has taken a part of the log away."""

from django.db import transaction

from accounts.models import User
from inbox import events
from inbox.queries.log_export import Span

LONGEST_SEARCH = 200


@transaction.atomic(durable=True)
def record_log_export(span: Span, *, narrowed: str, by: User) -> None:
    """Record that somebody has exported the log of these days; `narrowed` is what it was narrowed to, as an address.

    Raises PermissionDenied.
    """
    by.require("log.export")
    facts: events.Facts = {
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "narrowed": narrowed[:LONGEST_SEARCH],
    }
    events.record_about_organization(by.organization_id or 0, "log.exported", by=by, facts=facts)
