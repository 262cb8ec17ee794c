"""The console's start page: today's figures, each with a way to what is behind it."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.requests import PersonRequest
from inbox.admin.navigation import DEAD_LETTERS
from inbox.queries.today import TROUBLED, Today, figures


@dataclass(frozen=True, slots=True)
class Card:
    """One figure: what it counts, and where the rows behind it are."""

    label: str
    value: str
    address: str
    mood: str = ""


def show_dashboard(request: PersonRequest, context: dict[str, object]) -> dict[str, object]:
    """Return the context of the start page."""
    today = figures(
        None if request.user.is_superuser else request.user.organization_id,
        since=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
    )
    return context | {"title": _("Today"), "today": today, "cards": _cards(today, request.user)}


def name_environment(request: PersonRequest) -> tuple[str, str] | None:
    """Return the label that keeps people from mistaking a demo for the real thing."""
    if settings.DEBUG:
        return _("Development"), "danger"
    return (_("Demo"), "warning") if settings.DEMO else None


def choose_theme(request: PersonRequest) -> str | None:
    """Return the colours that the person chose in the profile; None follows the system."""
    theme = getattr(request.user, "theme", "system")
    return theme if theme in ("light", "dark") else None


def _cards(today: Today, user: User) -> list[Card]:
    open_tickets = _list("inbox_ticket", status__exact="open")
    unassigned = _list("inbox_ticket", status__exact="open", assignee__isnull="True")
    received = _list("inbox_message", direction__exact="inbound")
    sent = _list("inbox_message", direction__exact="outbound", survey__isnull="True")
    due = reverse("inbox:view", args=["due"])
    troubled = _list("inbox_delivery", state__in=",".join(TROUBLED))
    return [
        Card(_("Messages in"), str(today.received), received),
        Card(_("Replies out"), str(today.sent), sent),
        Card(pgettext("tickets", "Open"), str(today.open), open_tickets),
        Card(_("Unassigned"), str(today.unassigned), unassigned, "warning" if today.unassigned else ""),
        Card(_("Overdue"), str(today.overdue), due, "danger" if today.overdue else "good"),
        Card(_("First reply, median"), _duration(today.first_reply), open_tickets),
        Card(_("Not delivered"), str(today.troubled), troubled, "danger" if today.troubled else "good"),
        Card(_("Dead letters"), str(today.dead), reverse(DEAD_LETTERS), "danger" if today.dead else "good"),
        Card(_("Positions to sign"), str(today.to_sign), _positions(user), "warning" if today.to_sign else ""),
    ]


def _list(model: str, **filters: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(filters)}"


def _positions(user: User) -> str:
    return reverse("brandvoice:sign_list" if user.may("position.sign") else "brandvoice:positions")


def _duration(waited: timedelta | None) -> str:
    if waited is None:
        return "–"
    if waited < timedelta(minutes=1):
        return _("under a minute")
    now = timezone.now()
    return timesince(now - waited, now, depth=1)
