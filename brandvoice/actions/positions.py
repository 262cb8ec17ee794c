"""Writes positions and walks their versions from draft to signed and out of use again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Brand, Organization, User
from brandvoice import outbox, signals
from brandvoice.languages import FALLBACK, base_language
from brandvoice.models import MOVES, EditLevel, Example, Position, PositionVersion, Status, Wording
from brandvoice.queries.versions import fingerprint


class Refused(Exception):
    """An action did not do what was asked; its text says why, to the person who asked."""


class MoveNotAllowed(Refused):
    """The version's status does not allow this move."""

    def __init__(self, version: PositionVersion, to: Status) -> None:
        super().__init__(version, to)
        self.version, self.to = version, to

    def __str__(self) -> str:
        names = {"now": Status(self.version.status).label, "to": self.to.label}
        return _("This version is “%(now)s” and can't become “%(to)s”.") % names


class DraftAlreadyOpen(Refused):
    """The position has a draft, or a version that waits for a signature."""

    def __str__(self) -> str:
        return _("This position already has a draft. Change that one.")


class NothingToSay(Refused):
    """The version has no wording."""

    def __str__(self) -> str:
        return _("Write at least one wording first.")


class WindowOver(Refused):
    """The version would never be valid."""

    def __str__(self) -> str:
        return _("It would be valid until a moment that is already over.")


class ChangedSinceSeen(Refused):
    """The version is not what the signer has read."""

    def __str__(self) -> str:
        return _("This version was changed while you were reading. Read it again, then sign.")


@dataclass(frozen=True, slots=True)
class NewWording:
    """What a version says in one language, on one kind of channel ("" is any)."""

    text: str
    language: str = FALLBACK
    channel_kind: str = ""


@dataclass(frozen=True, slots=True)
class VersionContent:
    """Everything that a signature will cover."""

    wordings: tuple[NewWording, ...]
    facts: str = ""
    channel_kinds: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    review_every_days: int | None = None
    edit_level: str = EditLevel.FILL_INS


@transaction.atomic(durable=True)
def create_position(
    question: str,
    *,
    by: User,
    brand: Brand | None = None,
    topic: str = "",
    owner: User | None = None,
    key: str = "",
    language: str = "",
) -> Position:
    """Open a position; its question is the first example of what it answers."""
    by.require("position.edit")
    organization = Organization.objects.visible_to(by).get()
    owner = owner or by
    if brand:
        brand = Brand.objects.visible_to(by).get(pk=brand.pk)
    position = Position.objects.create(
        organization=organization,
        brand=brand,
        key=key or _free_key(question, by),
        question=question,
        topic=topic,
        owner=User.objects.visible_to(by).get(pk=owner.pk),
    )
    Example.objects.create(
        organization=organization,
        position=position,
        text=question,
        language=base_language(language or (brand.language if brand else FALLBACK)),
        source=Example.Source.SEED,
        created_by=by,
    )
    outbox.wake(outbox.EMBED_EXAMPLES)
    return position


@transaction.atomic(durable=True)
def draft_version(
    position: Position, content: VersionContent, *, by: User, now: datetime | None = None
) -> PositionVersion:
    """Begin the position's next version."""
    by.require("position.edit")
    position = Position.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=position.pk)
    if position.versions.open().exists():
        raise DraftAlreadyOpen
    newest = position.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = PositionVersion(
        organization_id=position.organization_id,
        position=position,
        number=newest + 1,
        created_by=by,
        created_at=now or timezone.now(),
    )
    _write(version, content)
    _announce(version, signals.DRAFTED, by)
    return version


@transaction.atomic(durable=True)
def revise_version(version: PositionVersion, content: VersionContent, *, by: User) -> PositionVersion:
    """Change an unsigned version; once it waits for a signature, only a signer may."""
    by.require("position.edit")
    version = PositionVersion.objects.visible_to(by).lock(version.pk)
    if version.status == Status.IN_REVIEW:
        by.require("position.sign")
    elif version.status != Status.DRAFT:
        raise MoveNotAllowed(version, Status.DRAFT)
    version.wordings.all().delete()
    _write(version, content)
    return version


@transaction.atomic(durable=True)
def submit_version(version: PositionVersion, *, by: User, now: datetime | None = None) -> PositionVersion:
    """Ask for a signature."""
    by.require("position.edit")
    version = PositionVersion.objects.visible_to(by).lock(version.pk)
    if not version.wordings.exists():
        raise NothingToSay
    _move(version, Status.IN_REVIEW)
    version.submitted_at, version.submitted_by, version.reason = now or timezone.now(), by, ""
    version.save(update_fields=["status", "submitted_at", "submitted_by", "reason"])
    _announce(version, signals.SUBMITTED, by)
    return version


@transaction.atomic(durable=True)
def send_back_version(version: PositionVersion, *, by: User, reason: str) -> PositionVersion:
    """Return a version to its writers with a note."""
    by.require("position.sign")
    version = PositionVersion.objects.visible_to(by).lock(version.pk)
    _move(version, Status.DRAFT)
    version.reason = reason
    version.save(update_fields=["status", "reason"])
    _announce(version, signals.SENT_BACK, by)
    return version


@transaction.atomic(durable=True)
def sign_version(version: PositionVersion, *, by: User, seen: str = "", now: datetime | None = None) -> PositionVersion:
    """Put the signer's name under a version; it replaces the one signed before.

    `seen` is the fingerprint of what the signer read; anything else is refused.
    """
    by.require("position.sign")
    version = PositionVersion.objects.visible_to(by).lock(version.pk)
    if seen and seen != fingerprint(version):
        raise ChangedSinceSeen
    now = now or timezone.now()
    if version.valid_until and version.valid_until <= max(now, version.valid_from or now):
        raise WindowOver
    for earlier in PositionVersion.objects.signed().filter(position=version.position_id).select_for_update():
        _move(earlier, Status.SUPERSEDED)
        earlier.save(update_fields=["status"])
        _announce(earlier, signals.SUPERSEDED, by)
    _move(version, Status.SIGNED)
    version.signed_by, version.signed_at = by, now
    version.valid_from = version.valid_from or now
    version.save(update_fields=["status", "signed_by", "signed_at", "valid_from"])
    _announce(version, signals.SIGNED, by)
    return version


@transaction.atomic(durable=True)
def withdraw_version(
    version: PositionVersion, *, by: User, reason: str, now: datetime | None = None
) -> PositionVersion:
    """Take a signed version out of use at once."""
    by.require("position.withdraw")
    version = PositionVersion.objects.visible_to(by).lock(version.pk)
    _move(version, Status.WITHDRAWN)
    version.withdrawn_by, version.withdrawn_at, version.reason = by, now or timezone.now(), reason
    version.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "reason"])
    _announce(version, signals.WITHDRAWN, by)
    return version


@transaction.atomic(durable=True)
def expire_due_versions(now: datetime | None = None) -> int:
    """Mark signed versions whose time is over; return how many. They were out of use already."""
    due = PositionVersion.objects.due(now or timezone.now()).select_related("position").order_by("pk")
    versions = list(due.select_for_update(no_key=True, of=("self",), skip_locked=True))
    for version in versions:
        _move(version, Status.EXPIRED)
        version.save(update_fields=["status"])
        _announce(version, signals.EXPIRED, None)
    return len(versions)


def _move(version: PositionVersion, to: Status) -> None:
    if to not in MOVES[Status(version.status)]:
        raise MoveNotAllowed(version, to)
    version.status = to


def _announce(version: PositionVersion, change: str, by: User | None) -> None:
    signals.version_changed.send(PositionVersion, version=version, change=change, by=by)


def _write(version: PositionVersion, content: VersionContent) -> None:
    """Write the content's columns and wordings; empty wordings are left out."""
    if content.valid_until and content.valid_from and content.valid_until <= content.valid_from:
        raise WindowOver
    version.facts, version.edit_level = content.facts, content.edit_level
    version.channel_kinds = sorted(content.channel_kinds)
    version.valid_from, version.valid_until = content.valid_from, content.valid_until
    version.review_every_days = content.review_every_days
    version.save()
    Wording.objects.bulk_create(
        Wording(
            organization_id=version.organization_id,
            version=version,
            language=base_language(wording.language),
            channel_kind=wording.channel_kind,
            text=wording.text.strip(),
        )
        for wording in _spoken(content.wordings)
    )


def _spoken(wordings: Iterable[NewWording]) -> list[NewWording]:
    return [wording for wording in wordings if wording.text.strip()]


def _free_key(question: str, by: User) -> str:
    """Return a short name for the question that nothing else in the organization has."""
    stem = slugify(question)[:70].strip("-") or "position"
    taken = {"new"} | set(Position.objects.visible_to(by).filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)
