"""Hears what the rooms below announce and turns it into events, hints and answers."""

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import User
from accounts.signals import access_changed
from brandvoice.models import PositionVersion
from brandvoice.signals import Consequences, consequences_asked, version_changed
from inbox import events, outbox
from inbox.queries.consequences import resting_on


def connect() -> None:
    """Start listening; called once when the app is ready."""
    access_changed.connect(tell_pages_of_access, dispatch_uid="inbox.access")
    version_changed.connect(record_change_of_position, dispatch_uid="inbox.position")
    consequences_asked.connect(tell_consequences, dispatch_uid="inbox.consequences")


def tell_pages_of_access(sender: object, *, user_id: int, **_: object) -> None:
    """Have every hub look again at what this person may hear, after commit."""

    def publish_access() -> None:
        outbox.publish({"access": user_id})

    transaction.on_commit(publish_access, robust=True)


def record_change_of_position(
    sender: object, *, version: PositionVersion, change: str, by: User | None, **_: object
) -> None:
    """Write the event of a position's change into the log, in the transaction that made the change."""
    facts = {"position": version.position_id, "version": version.pk, "number": version.number}
    events.record_about_organization(version.organization_id, f"position.{change}", by=by, facts=facts)


def tell_consequences(sender: object, *, version: PositionVersion, **_: object) -> Consequences:
    """Say what signing this version touches in the inbox."""
    resting = resting_on(version.position_id)
    sentences = (
        ngettext("%d open draft holds the words of today", "%d open drafts hold the words of today", resting.drafts),
        ngettext("%d reply on its way is held", "%d replies on their way are held", resting.waiting),
        ngettext("%d sent reply rests on them", "%d sent replies rest on them", resting.sent),
    )
    counts = (resting.drafts, resting.waiting, resting.sent)
    return Consequences(sentences=tuple(s % n for s, n in zip(sentences, counts, strict=True) if n))
