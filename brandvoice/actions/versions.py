"""Writes versions and asks for their signatures."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from brandvoice import signals
from brandvoice.actions.content import VersionContent, write_content
from brandvoice.actions.refusals import DraftAlreadyOpen, MoveNotAllowed, NothingToSay
from brandvoice.actions.steps import announce, move
from brandvoice.models import Position, PositionVersion, Status
from brandvoice.queries.signing import require_signer


@transaction.atomic(durable=True)
def draft_version(
    position: Position, content: VersionContent, *, by: User, now: datetime | None = None
) -> PositionVersion:
    """Begin the position's next version."""
    by.require("position.edit")
    position = Position.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=position.pk)
    return begin_version(position, content, by, now or timezone.now())


@transaction.atomic(durable=True)
def revise_version(version: PositionVersion, content: VersionContent, *, by: User) -> PositionVersion:
    """Change an unsigned version; once it waits for a signature, only a signer may."""
    by.require("position.edit")
    version = PositionVersion.objects.visible_to(by).lock(version.pk)
    if version.status == Status.IN_REVIEW:
        require_signer(by, now=timezone.now())
    elif version.status != Status.DRAFT:
        raise MoveNotAllowed(version, Status.DRAFT)
    write_content(version, content, by)
    announce(version, signals.REVISED, by)
    return version


@transaction.atomic(durable=True)
def submit_version(version: PositionVersion, *, by: User, now: datetime | None = None) -> PositionVersion:
    """Ask for a signature."""
    by.require("position.edit")
    return ask_for_signature(PositionVersion.objects.visible_to(by).lock(version.pk), by, now or timezone.now())


def begin_version(position: Position, content: VersionContent, by: User, now: datetime) -> PositionVersion:
    """Write the next version of a position that is locked; part of an action."""
    if position.versions.open().exists():
        raise DraftAlreadyOpen
    newest = position.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = PositionVersion(
        organization_id=position.organization_id, position=position, number=newest + 1, created_by=by, created_at=now
    )
    write_content(version, content, by)
    announce(version, signals.DRAFTED, by, at=now)
    return version


def ask_for_signature(version: PositionVersion, by: User, now: datetime) -> PositionVersion:
    """Put a version that is locked in front of its signers; part of an action."""
    if not version.wordings.exists():
        raise NothingToSay
    move(version, Status.IN_REVIEW)
    version.submitted_at, version.submitted_by, version.reason = now, by, ""
    version.save(update_fields=["status", "submitted_at", "submitted_by", "reason"])
    announce(version, signals.SUBMITTED, by, at=now)
    return version
