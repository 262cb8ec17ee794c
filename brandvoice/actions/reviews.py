"""Reminds once of every review that has become due."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from brandvoice import signals
from brandvoice.actions.steps import announce
from brandvoice.models import PositionVersion, Step

LIMIT = 200


@transaction.atomic(durable=True)
def remind_of_reviews(now: datetime | None = None) -> int:
    """Say of each version in use whose review is due that it is, once for each day set for it; return how many."""
    now = now or timezone.now()
    told = Step.objects.filter(
        position=OuterRef("position"), kind=signals.REVIEW_DUE, at__date__gte=OuterRef("position__review_on")
    )
    due = PositionVersion.objects.live(now).filter(~Exists(told), position__review_on__lte=timezone.localdate(now))
    mine = due.select_for_update(no_key=True, of=("self",), skip_locked=True)
    versions = list(mine.select_related("position").order_by(F("position__review_on"), "pk")[:LIMIT])
    for version in versions:
        announce(version, signals.REVIEW_DUE, None, at=now)
    return len(versions)
