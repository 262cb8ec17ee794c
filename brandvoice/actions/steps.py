"""The one walker of a version's life, and the one writer of its history."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from brandvoice import signals
from brandvoice.actions.refusals import MoveNotAllowed
from brandvoice.models import MOVES, Position, PositionVersion, Status, Step


def move(version: PositionVersion, to: Status) -> None:
    """Change the status, if the table of moves has it."""
    if to not in MOVES[Status(version.status)]:
        raise MoveNotAllowed(version, to)
    version.status = to


def announce(
    version: PositionVersion,
    change: str,
    by: User | None,
    *,
    at: datetime | None = None,
    note: str = "",
    on_behalf_of: User | None = None,
) -> None:
    """Write a step of the history and tell whoever listens, inside the transaction that made the change."""
    Step.objects.create(
        organization_id=version.organization_id,
        position_id=version.position_id,
        version=version,
        kind=change,
        by=by,
        on_behalf_of=on_behalf_of,
        at=at or timezone.now(),
        note=note,
    )
    signals.version_changed.send(PositionVersion, version=version, change=change, by=by)


def lock_with_position(version: PositionVersion, by: User) -> PositionVersion:
    """Hold the position before its version: signing and withdrawing touch neighbouring versions, too."""
    Position.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=version.position_id)
    return PositionVersion.objects.visible_to(by).lock(version.pk)
