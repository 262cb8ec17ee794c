"""What happened to a position: who did what to which version, and what people said."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brandvoice import signals
from brandvoice.models import Comment, Position, Step

MOST = 200

WHAT: dict[str, str | Promise] = {
    signals.DRAFTED: _("drafted"),
    signals.REVISED: _("changed"),
    signals.SUBMITTED: _("sent for a signature"),
    signals.SENT_BACK: _("sent back"),
    signals.CO_SIGNED: _("signed, more signatures are asked for"),
    signals.SIGNED: _("signed"),
    signals.BEGUN: _("came into use"),
    signals.SUPERSEDED: _("replaced"),
    signals.WITHDRAWN: _("withdrawn"),
    signals.EXPIRED: _("expired"),
    signals.REVIEW_DUE: _("is due for a review"),
    signals.REROUTED: _("purposes changed"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a position's history."""

    at: datetime
    number: int | None
    what: str | Promise
    who: str
    on_behalf_of: str
    note: str


def history_of(position: Position) -> tuple[Moment, ...]:
    """Return what happened, the newest first."""
    steps = Step.objects.filter(position=position).select_related("version", "by", "on_behalf_of")
    return tuple(_moment(step) for step in steps.order_by("-at", "-pk")[:MOST])


def comments_on(position: Position) -> tuple[Comment, ...]:
    """Return what people said about the position's versions, the oldest first."""
    comments = Comment.objects.filter(version__position=position).select_related("author", "version")
    return tuple(reversed(comments.order_by("-pk")[:MOST]))


def _moment(step: Step) -> Moment:
    return Moment(
        at=step.at,
        number=step.version.number if step.version else None,
        what=WHAT.get(step.kind, step.kind),
        who=step.by.name if step.by else "",
        on_behalf_of=step.on_behalf_of.name if step.on_behalf_of else "",
        note=step.note,
    )
