"""Takes note that somebody has read what has changed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from inbox import events
from inbox.models import BriefingRead


@transaction.atomic(durable=True)
def read_briefing(*, by: User, shown_at: datetime) -> None:
    """Note that the person has read the briefing as it was at `shown_at`; what has come since is still to be read."""
    organization_id = by.organization_id
    if organization_id is None:
        raise ValueError("Operators read no briefing.")
    read, made = BriefingRead.objects.select_for_update(no_key=True).get_or_create(
        user=by, defaults={"organization_id": organization_id, "at": shown_at}
    )
    if not made and read.at < shown_at:
        read.at = shown_at
        read.save(update_fields=["at"])
    events.record_about_organization(organization_id, "briefing.read", by=by, facts={"at": shown_at.isoformat()})
