"""Hears what the rooms below announce and turns it into events, hints and answers."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models.signals import post_save
from django.utils.translation import ngettext

from accounts.models import Organization, User
from accounts.signals import ENDED, SIGNED_OUT, access_changed, hours_changed, zone_changed
from brandvoice.models import Position, PositionVersion
from brandvoice.signals import (
    BEGUN,
    SIGNED,
    Consequences,
    NamedPurpose,
    SentText,
    consequences_asked,
    purposes_asked,
    purposes_changed,
    sent_texts_asked,
    version_changed,
)
from inbox import events, outbox
from inbox.actions.deadlines import count_again
from inbox.actions.overtaking import ENDS, overtake_version
from inbox.actions.pushes import forget_browsers_of
from inbox.actions.questions import close_answered
from inbox.actions.rollups import ZONE_CHANGED
from inbox.models import IncidentLevel, Purpose, standard_levels, standard_purposes
from inbox.queries.consequences import Waiting, resting_on, waiting_for
from inbox.queries.purposes import named_purposes
from inbox.queries.sent import sent_texts


def connect() -> None:
    """Start listening; called once when the app is ready."""
    post_save.connect(begin_with_standards, sender=Organization, dispatch_uid="inbox.standards")
    access_changed.connect(tell_pages_of_access, dispatch_uid="inbox.access")
    access_changed.connect(forget_browsers, dispatch_uid="inbox.browsers")
    hours_changed.connect(count_deadlines_again, dispatch_uid="inbox.hours")
    zone_changed.connect(record_change_of_zone, dispatch_uid="inbox.zone")
    version_changed.connect(record_change_of_position, dispatch_uid="inbox.position")
    consequences_asked.connect(tell_consequences, dispatch_uid="inbox.consequences")
    sent_texts_asked.connect(tell_sent_texts, dispatch_uid="inbox.sent_texts")
    purposes_asked.connect(tell_purposes, dispatch_uid="inbox.purposes")
    purposes_changed.connect(record_change_of_purposes, dispatch_uid="inbox.purposes_changed")


def forget_browsers(sender: object, *, user_id: int, change: str, session: str | None = None, **_: object) -> None:
    """Tell nothing more in the browsers of somebody who signed out there, or may sign in no more."""
    if change in (ENDED, SIGNED_OUT):
        forget_browsers_of(user_id, session)


def begin_with_standards(sender: object, *, instance: Organization, created: bool, **_: object) -> None:
    """Give a new organization the standard purposes, and the standard levels of incidents."""
    if created:
        Purpose.objects.bulk_create(standard_purposes(instance.pk))
        IncidentLevel.objects.bulk_create(standard_levels(instance.pk))


def tell_pages_of_access(sender: object, *, user_id: int, **_: object) -> None:
    """Have every hub look again at what this person may hear, after commit."""

    def publish_access() -> None:
        outbox.publish({"access": user_id})

    transaction.on_commit(publish_access, robust=True)


def count_deadlines_again(sender: object, *, organization_id: int, **_: object) -> None:
    """Have the organization's deadlines counted by the new hours."""
    count_again(organization_id)


def record_change_of_zone(sender: object, *, organization_id: int, **_: object) -> None:
    """Log that an organization's days begin by another clock; the figures by day follow."""
    events.record_about_organization(organization_id, ZONE_CHANGED, facts={})


def record_change_of_position(
    sender: object, *, version: PositionVersion, change: str, by: User | None, **_: object
) -> None:
    """Log a position's change, and stop what rests on its old words, in the transaction that made the change."""
    if change in ENDS:
        overtake_version(version, change, by=by)
    if change == BEGUN or (change == SIGNED and not version.is_for_later):
        close_answered(version, by)
    facts = {"position": version.position_id, "version": version.pk, "number": version.number}
    events.record_about_organization(version.organization_id, f"position.{change}", by=by, facts=facts)


def tell_consequences(sender: object, *, version: PositionVersion, **_: object) -> Consequences:
    """Say what signing this version touches in the inbox."""
    resting = resting_on(version.position_id)
    sentences = (
        ngettext("%d open draft holds the words of today", "%d open drafts hold the words of today", resting.drafts),
        ngettext("%d reply on its way is held", "%d replies on their way are held", resting.waiting),
        ngettext("%d sent reply rests on them", "%d sent replies rest on them", resting.sent),
        ngettext("%d planned post is held", "%d planned posts are held", resting.planned),
        ngettext("%d published post rests on them", "%d published posts rest on them", resting.published),
    )
    counts = (resting.drafts, resting.waiting, resting.sent, resting.planned, resting.published)
    told = tuple(s % n for s, n in zip(sentences, counts, strict=True) if n)
    waiting = waiting_for(version)
    return Consequences(waiting.here, (*told, _who_waits(waiting)) if waiting.here else told)


def _who_waits(waiting: Waiting) -> str:
    counted = ngettext(
        "%(here)d of the %(all)d newest open tickets that await a reply asks this, by its newest message",
        "%(here)d of the %(all)d newest open tickets that await a reply ask this, by their newest message",
        waiting.here,
    )
    return counted % {"here": waiting.here, "all": waiting.looked_at}


def tell_purposes(sender: object, *, organization_id: int, **_: object) -> tuple[NamedPurpose, ...]:
    """Say which purposes the organization has."""
    return named_purposes(organization_id)


def record_change_of_purposes(sender: object, *, position: Position, by: User, **_: object) -> None:
    """Log for which purposes a position is suggested from now on."""
    facts: events.Facts = {"position": position.pk, "purposes": ", ".join(position.purposes)}
    events.record_about_organization(position.organization_id, "position.rerouted", by=by, facts=facts)


def tell_sent_texts(
    sender: object, *, organization_id: int, brand_id: int | None, since: datetime, **_: object
) -> Iterator[SentText]:
    """Say what the organization has sent since then."""
    return sent_texts(organization_id, brand_id, since)
