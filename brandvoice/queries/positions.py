"""What the page about one position shows: its versions, their words, what changed and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from brandvoice.models import Comment, Position, PositionVersion, Status
from brandvoice.models.versions import OPEN
from brandvoice.queries.history import Moment, comments_on, history_of
from brandvoice.queries.readings import VersionView, read_version, versions_of

EXAMPLES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class PositionPage:
    """Everything on a position's page."""

    position: Position
    signed: VersionView | None
    scheduled: tuple[VersionView, ...]
    open: VersionView | None
    earlier: tuple[VersionView, ...]
    history: tuple[Moment, ...]
    comments: tuple[Comment, ...]
    examples: tuple[str, ...]
    # How many of all its examples agents' replies have taught it.
    learned: int

    @property
    def talked_about(self) -> PositionVersion | None:
        """Return the version that a new comment is about: what is being written, else what is signed."""
        view = self.open or self.signed or next(iter((*self.scheduled, *self.earlier)), None)
        return view.version if view else None


def read_position(position: Position) -> PositionPage:
    """Return the page of one position."""
    versions = list(versions_of(position))
    views = {version.pk: read_version(version, versions[place + 1 :]) for place, version in enumerate(versions)}
    begun, later = signed_at(versions, timezone.now())
    being_written = next((version for version in versions if version.status in OPEN), None)
    shown = {version.pk for version in (begun, being_written, *later) if version}
    texts = position.examples.order_by("-pk").values_list("text", flat=True)[:EXAMPLES_SHOWN]
    return PositionPage(
        position=position,
        signed=views[begun.pk] if begun else None,
        scheduled=tuple(views[version.pk] for version in later),
        open=views[being_written.pk] if being_written else None,
        earlier=tuple(view for pk, view in views.items() if pk not in shown),
        history=history_of(position),
        comments=comments_on(position),
        examples=tuple(texts),
        learned=position.examples.learned().count(),
    )


def signed_at(
    versions: Iterable[PositionVersion], now: datetime
) -> tuple[PositionVersion | None, tuple[PositionVersion, ...]]:
    """Return the signed version in use at `now`, and those that begin later, the next one first."""
    signed = sorted((v for v in versions if v.status == Status.SIGNED), key=lambda v: v.valid_from or now)
    valid = (v for v in signed if v.valid_from and v.valid_from <= now and (v.ends_at is None or v.ends_at > now))
    return next(valid, None), tuple(v for v in signed if v.valid_from and v.valid_from > now)
