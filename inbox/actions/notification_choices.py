"""Keeps what people want to be told of, and how."""

from collections.abc import Set as AbstractSet

from django.db import transaction

from accounts.models import User
from inbox.actions.notifications import announce_notified
from inbox.models import NotificationChoice, Reason, Way
from inbox.models.notifications import USUAL


@transaction.atomic(durable=True)
def choose_notifications(wanted: AbstractSet[tuple[Reason, Way]], *, by: User) -> None:
    """Tell the person of these things in these ways and of nothing else; only what is unusual is kept."""
    pairs = [(reason, way) for reason in Reason for way in Way]
    unusual = [pair for pair in pairs if (pair in wanted) != (pair[0] in USUAL[pair[1]])]
    NotificationChoice.objects.filter(user=by).delete()
    place = {"organization_id": by.organization_id, "user": by}
    NotificationChoice.objects.bulk_create(
        NotificationChoice(reason=reason, way=way, wanted=(reason, way) in wanted, **place) for reason, way in unusual
    )
    announce_notified([by.pk])
