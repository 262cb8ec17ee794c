"""Says which purposes a position serves: where it is suggested, not what it says, so nobody signs it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import signals
from brandvoice.actions.refusals import ContentRefused
from brandvoice.models import Position, Step
from brandvoice.queries.purposes import names_of, purposes_of


@transaction.atomic(durable=True)
def set_purposes(position: Position, purposes: Iterable[str], *, by: User, now: datetime | None = None) -> Position:
    """Have the position suggested for these purposes only, by their keys; none is all."""
    by.require("position.edit")
    position = Position.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).get(pk=position.pk)
    write_purposes(position, purposes, by, now or timezone.now())
    return position


def write_purposes(position: Position, purposes: Iterable[str], by: User, now: datetime) -> None:
    """Write which purposes a position serves that is locked or new; part of an action."""
    purposes = set(purposes)
    if purposes == set(position.purposes):
        return
    known = purposes_of(position.organization_id)
    wanted = check_purposes(purposes, [one.key for one in known] + position.purposes)
    position.purposes = wanted
    position.save(update_fields=["purposes"])
    note = ", ".join(names_of(wanted, known)) or _("every purpose")
    Step.objects.create(
        organization_id=position.organization_id, position=position, kind=signals.REROUTED, by=by, at=now, note=note
    )
    signals.purposes_changed.send(Position, position=position, by=by)


def check_purposes(purposes: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the keys in order, each once; refuse one that is none."""
    wanted, allowed = sorted(set(purposes)), sorted(set(known))
    if unknown := next((key for key in wanted if key not in allowed), ""):
        names = {"value": unknown, "what": _("purpose"), "allowed": ", ".join(allowed)}
        raise ContentRefused(_("“%(value)s” is not a %(what)s. Allowed: %(allowed)s.") % names)
    return wanted
