"""What an agent should know of the channel before writing: does it work, and how long are replies taken."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.connectors.registry import window_of
from inbox.models import Health, Ticket


@dataclass(frozen=True, slots=True)
class Notice:
    """One line above the composer; `until` is counted down to where there is one."""

    kind: str
    text: str
    until: datetime | None = None


def notices_of(ticket: Ticket) -> tuple[Notice, ...]:
    """Return what holds for a ticket that is loaded with its channel, the gravest first."""
    return tuple(notice for notice in (_health(ticket), _window(ticket)) if notice)


def _health(ticket: Ticket) -> Notice | None:
    channel = ticket.channel
    if channel.external or channel.health == Health.OK:
        return None
    if channel.health == Health.NEEDS_AUTHORISATION:
        return Notice(
            "danger", _("%(channel)s must be connected again. Replies wait until then.") % {"channel": channel.name}
        )
    return Notice("warning", _("%(channel)s is in trouble; replies may take longer.") % {"channel": channel.name})


def _window(ticket: Ticket) -> Notice | None:
    window = window_of(ticket.channel.network, ticket.visibility, ticket.last_inbound_at)
    if window is None:
        return None
    (free, final), now = window, timezone.now()
    if final <= now:
        return Notice("danger", _("The time in which this network takes replies is over."))
    if free <= now:
        return Notice("warning", _("The network takes only what a person writes now, and only for"), final)
    return Notice("plain", _("The network takes replies for"), free)
