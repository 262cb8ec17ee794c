"""The views of the inbox: which tickets stand in them, how many, and one page at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.models import Ticket
from inbox.models.tickets import TicketQuerySet
from inbox.queries.rows import TicketRow, row_of, with_row

PAGE = 60
MOST_ROWS = 600
# Beyond this a count says "999+": it must not cost more the bigger the inbox is.
COUNT_CAP = 999

VIEW_NAMES: Mapping[str, str | Promise] = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "open": _("All open"),
    "snoozed": _("Snoozed"),
    "resolved": _("Resolved"),
}
# The same rules as VIEWS in static/js/list.js.
_RULES: Mapping[str, Callable[[TicketQuerySet, User], TicketQuerySet]] = {
    "mine": lambda tickets, user: tickets.open().assigned_to(user),
    "unassigned": lambda tickets, user: tickets.open().unassigned(),
    "open": lambda tickets, user: tickets.open(),
    "snoozed": lambda tickets, user: tickets.snoozed(),
    "resolved": lambda tickets, user: tickets.resolved(),
}
COUNTED = ("mine", "unassigned", "open", "snoozed")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadCursor(Exception):
    """The cursor was not made by this list."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a view, newest first, and the cursor of the rows after them."""

    rows: tuple[TicketRow, ...]
    next: str


def tickets_in(view: str, user: User) -> TicketQuerySet:
    """Return the tickets of a view that this person may see; raises KeyError for an unknown view."""
    return _RULES[view](Ticket.objects.visible_to(user), user)


def page_of(view: str, user: User, *, after: str = "", rows: int = PAGE) -> Page:
    """Return one page of a view; raises KeyError for an unknown view, BadCursor for a foreign cursor."""
    size = min(max(rows, 1), MOST_ROWS)
    tickets = tickets_in(view, user)
    if after:
        moment, pk = _read_cursor(after)
        tickets = tickets.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)
    found = list(with_row(tickets).latest_first()[: size + 1])
    more = len(found) > size
    return Page(tuple(row_of(ticket) for ticket in found[:size]), _cursor(found[size - 1]) if more else "")


def counts_of(user: User) -> dict[str, str]:
    """Return how many tickets each counted view holds, as the rail shows it."""
    return {view: _capped(tickets_in(view, user)) for view in COUNTED}


def _capped(tickets: TicketQuerySet) -> str:
    found = tickets.order_by()[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP}+" if found > COUNT_CAP else str(found)


def _cursor(ticket: Ticket) -> str:
    return f"{(ticket.last_message_at - _EPOCH) // timedelta(microseconds=1)}-{ticket.pk}"


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    moment, _dash, pk = cursor.partition("-")
    try:
        return _EPOCH + timedelta(microseconds=int(moment)), int(pk)
    except (ValueError, OverflowError) as error:
        raise BadCursor(cursor) from error
