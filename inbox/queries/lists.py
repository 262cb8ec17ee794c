"""The views of the inbox: which tickets stand in them, how many, and one page at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from inbox.models import Ticket
from inbox.models.tickets import TicketQuerySet
from inbox.queries.filters import Filters, narrow
from inbox.queries.keyset import cursor_of, read_cursor
from inbox.queries.rows import TicketRow, rows_of

PAGE = 60
MOST_ROWS = 600
# Beyond this a count says "999+": it must not cost more the bigger the inbox is.
COUNT_CAP = 999

VIEW_NAMES: Mapping[str, str | Promise] = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "open": _("All open"),
    "snoozed": pgettext_lazy("tickets", "Snoozed"),
    "resolved": pgettext_lazy("tickets", "Resolved"),
    # Has no rule: inbox/queries/search.py finds its tickets.
    "search": _("Search"),
}
# The same rules as VIEWS in static/js/list.js.
_RULES: Mapping[str, Callable[[TicketQuerySet, User], TicketQuerySet]] = {
    "mine": lambda tickets, user: tickets.open().assigned_to(user),
    "unassigned": lambda tickets, user: tickets.open().unassigned(),
    "open": lambda tickets, user: tickets.open(),
    "snoozed": lambda tickets, user: tickets.snoozed(),
    "resolved": lambda tickets, user: tickets.resolved(),
}
EVERYTHING = Filters()
COUNTED = ("mine", "unassigned", "open", "snoozed")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a view, newest first, and the cursor of the rows after them."""

    rows: tuple[TicketRow, ...]
    next: str
    filters: Filters
    # What was searched for, and what of it was not understood.
    query: str = ""
    problems: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Return what the list is narrowed to as the end of an address; "" for all of the view."""
        return urlencode({"q": self.query}) if self.query else self.filters.address


def tickets_in(view: str, user: User) -> TicketQuerySet:
    """Return the tickets of a view that this person may see; raises KeyError for an unknown view."""
    return _RULES[view](Ticket.objects.visible_to(user), user)


def page_of(view: str, user: User, *, after: str = "", rows: int = PAGE, filters: Filters = EVERYTHING) -> Page:
    """Return one page of a view; raises KeyError for an unknown view, BadCursor for a foreign cursor."""
    size = min(max(rows, 1), MOST_ROWS)
    tickets = narrow(tickets_in(view, user), filters)
    if after:
        moment, pk = read_cursor(after)
        tickets = tickets.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)
    found = rows_of(tickets.latest_first()[: size + 1])
    following = cursor_of(found[size - 1].last_message_at, found[size - 1].pk) if len(found) > size else ""
    return Page(tuple(found[:size]), following, filters)


def counts_of(user: User) -> dict[str, str]:
    """Return how many tickets each counted view holds, as the rail shows it."""
    return {view: _capped(tickets_in(view, user)) for view in COUNTED}


def _capped(tickets: TicketQuerySet) -> str:
    found = tickets.order_by()[: COUNT_CAP + 1].count()
    return f"{COUNT_CAP}+" if found > COUNT_CAP else str(found)
