"""Signs versions, sends them back, takes them out of use."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.queries.delegations import may_sign_for
from brandvoice import signals
from brandvoice.actions.refusals import (
    AlreadySigned,
    ChangedSinceSeen,
    DoesNotFit,
    MoveNotAllowed,
    NotASigner,
    NotDelegated,
    WindowOver,
)
from brandvoice.actions.steps import announce, lock_with_position, move
from brandvoice.models import PositionVersion, Signature, SignRule, Status, Step
from brandvoice.queries.fits import fits_over
from brandvoice.queries.signing import require_signer
from brandvoice.queries.versions import fingerprint


@transaction.atomic(durable=True)
def sign_version(
    version: PositionVersion,
    *,
    by: User,
    seen: str = "",
    on_behalf_of: User | None = None,
    second_factor: bool = False,
    now: datetime | None = None,
) -> PositionVersion:
    """Put a name under a version; with the last one asked for it is signed, and replaces the one before.

    `seen` is the fingerprint of what the signer read; anything else is refused.
    """
    now = now or timezone.now()
    name = _whose_name(by, on_behalf_of, now)
    return put_name_under(lock_with_position(version, by), by, name, now, seen=seen, second_factor=second_factor)


@transaction.atomic(durable=True)
def send_back_version(
    version: PositionVersion, *, by: User, reason: str, now: datetime | None = None
) -> PositionVersion:
    """Return a version to its writers with a note; names that stood under it are taken off."""
    now = now or timezone.now()
    require_signer(by, now=now)
    return return_to_writers(PositionVersion.objects.visible_to(by).lock(version.pk), by, reason, now)


@transaction.atomic(durable=True)
def withdraw_version(
    version: PositionVersion, *, by: User, reason: str, now: datetime | None = None
) -> PositionVersion:
    """Take a signed version out of use at once; one that has not begun leaves its time to the one before it."""
    by.require("position.withdraw")
    version, now = lock_with_position(version, by), now or timezone.now()
    move(version, Status.WITHDRAWN)
    version.withdrawn_by, version.withdrawn_at, version.reason = by, now, reason
    version.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "reason"])
    if version.valid_from and version.valid_from > now:
        before = PositionVersion.objects.signed().filter(position=version.position_id, gives_way_at=version.valid_from)
        before.update(gives_way_at=version.gives_way_at)
    announce(version, signals.WITHDRAWN, by, at=now, note=reason)
    return version


@transaction.atomic(durable=True)
def expire_due_versions(now: datetime | None = None) -> int:
    """Mark signed versions whose time is over or whose successor has begun; return how many.

    They were out of use already: whoever offers or checks words looks at the dates.
    """
    due = PositionVersion.objects.due(now or timezone.now()).select_related("position").order_by("pk")
    versions = list(due.select_for_update(no_key=True, of=("self",), skip_locked=True))
    for version in versions:
        replaced = version.gives_way_at is not None and version.gives_way_at == version.ends_at
        move(version, Status.SUPERSEDED if replaced else Status.EXPIRED)
        version.save(update_fields=["status"])
        announce(version, signals.SUPERSEDED if replaced else signals.EXPIRED, None, at=version.ends_at)
    return len(versions)


@transaction.atomic(durable=True)
def begin_due_versions(now: datetime | None = None) -> int:
    """Say of each version that was signed for later and has begun that it has, once; return how many.

    They are in use already: whoever offers or checks words looks at the dates.
    """
    now = now or timezone.now()
    told = Step.objects.filter(version=OuterRef("pk"), kind=signals.BEGUN)
    begun = PositionVersion.objects.live(now).filter(~Exists(told), valid_from__gt=F("signed_at"))
    mine = begun.select_for_update(no_key=True, of=("self",), skip_locked=True)
    versions = list(mine.select_related("position").order_by("valid_from", "pk"))
    for version in versions:
        announce(version, signals.BEGUN, None, at=version.valid_from)
    return len(versions)


def put_name_under(
    version: PositionVersion, by: User, name: User, now: datetime, *, seen: str = "", second_factor: bool = False
) -> PositionVersion:
    """Sign a version that is locked with its position; part of an action."""
    read = fingerprint(version)
    _check_may_be_signed(version, now)
    if seen and seen != read:
        raise ChangedSinceSeen
    still_missing = _missing_names(version, name)
    on_behalf_of = name if name != by else None
    Signature.objects.create(
        organization_id=version.organization_id,
        version=version,
        person=by,
        on_behalf_of=on_behalf_of,
        signed_at=now,
        second_factor=second_factor,
        fingerprint=read,
    )
    if still_missing:
        announce(version, signals.CO_SIGNED, by, at=now, on_behalf_of=on_behalf_of)
        return version
    return _take_effect(version, by, on_behalf_of, now)


def return_to_writers(version: PositionVersion, by: User, reason: str, now: datetime) -> PositionVersion:
    """Send back a version that is locked; part of an action."""
    move(version, Status.DRAFT)
    version.signatures.all().delete()
    version.reason = reason
    version.save(update_fields=["status", "reason"])
    announce(version, signals.SENT_BACK, by, at=now, note=reason)
    return version


def _whose_name(by: User, on_behalf_of: User | None, now: datetime) -> User:
    if on_behalf_of is None or on_behalf_of == by:
        by.require("position.sign")
        return by
    by.require("position.sign_delegated")
    if not may_sign_for(by, on_behalf_of, now=now):
        raise NotDelegated
    return on_behalf_of


def _check_may_be_signed(version: PositionVersion, now: datetime) -> None:
    if version.status != Status.IN_REVIEW:
        raise MoveNotAllowed(version, Status.SIGNED)
    if version.valid_until and version.valid_until <= max(now, version.valid_from or now):
        raise WindowOver
    if over := fits_over(version):
        raise DoesNotFit(over)


def _missing_names(version: PositionVersion, name: User) -> set[int]:
    """Return whose signatures are still asked for once `name` has signed."""
    asked = set(version.signers.values_list("person", flat=True))
    if asked and name.pk not in asked:
        raise NotASigner(name.name)
    given = {signature.name_id for signature in version.signatures.all()}
    if name.pk in given:
        raise AlreadySigned
    return asked - given - {name.pk} if version.sign_rule == SignRule.ALL else set()


def _take_effect(version: PositionVersion, by: User, on_behalf_of: User | None, now: datetime) -> PositionVersion:
    move(version, Status.SIGNED)
    version.signed_by, version.signed_for, version.signed_at = by, on_behalf_of, now
    version.valid_from = version.valid_from or now
    _take_turns(version, by, now)
    version.save(update_fields=["status", "signed_by", "signed_for", "signed_at", "valid_from", "gives_way_at"])
    if version.review_every_days:
        position = version.position
        position.review_on = version.valid_from.date() + timedelta(days=version.review_every_days)
        position.save(update_fields=["review_on"])
    announce(version, signals.SIGNED, by, at=now, on_behalf_of=on_behalf_of)
    return version


def _take_turns(version: PositionVersion, by: User, now: datetime) -> None:
    """Give the version its time between the others: each is in use until the next one begins."""
    start = version.valid_from or now
    for other in PositionVersion.objects.signed().filter(position=version.position_id).order_by("-valid_from"):
        other_start = other.valid_from or now
        if other_start > max(start, now):
            version.gives_way_at = other_start
        elif start <= now or other_start == start:
            move(other, Status.SUPERSEDED)
            other.save(update_fields=["status"])
            announce(other, signals.SUPERSEDED, by, at=now)
        elif other.ends_at is None or other.ends_at > start:
            other.gives_way_at = start
            other.save(update_fields=["gives_way_at"])
