"""The views of the inbox: which tickets stand in them, how many, and one page at a time."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Brand, User
from inbox.models import SavedView, Ticket
from inbox.models.tickets import TicketQuerySet
from inbox.queries.brands import narrowed_to, of_brand
from inbox.queries.filters import Filters, narrow
from inbox.queries.keyset import cursor_of, read_cursor
from inbox.queries.rows import TicketRow, rows_of
from inbox.queries.saved_views import members_seen, saved_counts, tickets_in_saved
from inbox.queries.search_places import FoundPerson, token

PAGE = 60
MOST_ROWS = 600
# Beyond this a count says "999+": it must not cost more the bigger the inbox is.
COUNT_CAP = 999

VIEW_NAMES: Mapping[str, str | Promise] = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "due": _("Breaching soon"),
    "open": _("All open"),
    "snoozed": pgettext_lazy("tickets", "Snoozed"),
    "resolved": pgettext_lazy("tickets", "Resolved"),
    "spam": _("Spam"),
    # Has no rule: inbox/queries/search.py finds its tickets.
    "search": _("Search"),
}
# The same rules as VIEWS in static/js/list.js.
_RULES: Mapping[str, Callable[[TicketQuerySet, User], TicketQuerySet]] = {
    "mine": lambda tickets, user: tickets.open().assigned_to(user),
    "unassigned": lambda tickets, user: tickets.open().unassigned(),
    "due": lambda tickets, user: tickets.due_soon(),
    "open": lambda tickets, user: tickets.open(),
    "snoozed": lambda tickets, user: tickets.snoozed(),
    "resolved": lambda tickets, user: tickets.resolved(),
    "spam": lambda tickets, user: tickets.spam(),
}
# The names of saved views.
SAVED = r"v[1-9][0-9]{0,8}"
EVERYTHING = Filters()
COUNTED = ("mine", "unassigned", "due", "open", "snoozed")


# What the rule of a view is called in the words of search, to be saved with more.
_TOKENS = {
    "mine": "is:open is:mine",
    "unassigned": "is:unassigned",
    "due": "is:due",
    "open": "is:open",
    "snoozed": "is:snoozed",
    "resolved": "is:resolved",
    "spam": "is:spam",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a view in its order, and the cursor of the rows after them."""

    rows: tuple[TicketRow, ...]
    next: str
    filters: Filters
    # What was searched for, and what of it was not understood.
    query: str = ""
    problems: tuple[str, ...] = ()
    # All that the list is narrowed to, in the words of search.
    tokens: str = ""
    # What a saved view says of whoever looks: the tickets are theirs, they are not, or nothing (None).
    mine: bool | None = None
    # The id of the saved view, where the person may change it.
    change: int | None = None
    # Customers who are called what was searched for; or nothing was found, and they may have been meant.
    people: Sequence[FoundPerson] = ()
    meant: bool = False

    @property
    def address(self) -> str:
        """Return what the list is narrowed to as the end of an address; "" for all of the view."""
        return urlencode({"q": self.query}) if self.query else self.filters.address


def tickets_in(view: str, user: User) -> TicketQuerySet:
    """Return the tickets of a view that this person may see; raises KeyError for an unknown view."""
    return _RULES[view](Ticket.objects.visible_to(user), user)


def page_of(view: str, user: User, *, after: str = "", rows: int = PAGE, filters: Filters = EVERYTHING) -> Page:
    """Return one page of a view; raises KeyError for an unknown view, BadCursor for a foreign cursor."""
    saved, brand = saved_view(view, user), narrowed_to(user)
    tickets, problems = tickets_in_saved(saved, user) if saved else (tickets_in(view, user), ())
    wanted = narrow(tickets, filters).filter(of_brand(brand))
    size = min(max(rows, 1), MOST_ROWS)
    members = members_seen(saved, user) if saved and not problems else None
    if members is None:
        found = rows_of(_in_order(view, wanted, after)[: size + 1])
        following = _cursor_after(view, found[size - 1]) if len(found) > size else ""
    else:
        narrowed = narrow(members, filters).filter(of_brand(brand))
        found, following = _members_among(wanted, _latest_first(narrowed, after, "place"), size)
    tokens = with_brand(f"{saved.query if saved else _TOKENS[view]} {filters.tokens}".strip(), brand)
    page = Page(tuple(found[:size]), following, filters, problems=problems, tokens=tokens)
    if saved is None:
        return page
    return replace(page, mine=saved.mine, change=saved.pk if saved.may_be_changed_by(user) else None)


def _members_among(wanted: TicketQuerySet, members: TicketQuerySet, size: int) -> tuple[list[TicketRow], str]:
    """Return those of the next members of a saved view that fulfil its conditions now, and the cursor after them."""
    places = list(members.values_list(F("place"), "pk")[: size + 1])
    found = rows_of(wanted.filter(pk__in=[pk for _place, pk in places[:size]])) if places else []
    found.sort(key=lambda row: (row.last_message_at, row.pk), reverse=True)
    return found, cursor_of(*places[size - 1]) if len(places) > size else ""


def with_brand(tokens: str, brand: Brand | None) -> str:
    """Return the words of search for a list that is narrowed to a brand, too."""
    return f"{tokens} {token('brand', brand.name)}".strip() if brand else tokens


def is_saved(view: str) -> bool:
    """Return whether this can be the name of a saved view."""
    return re.fullmatch(SAVED, view) is not None


def saved_view(view: str, user: User) -> SavedView | None:
    """Return the saved view of this name, or None for one of our own; raises KeyError for one that they don't have."""
    if not is_saved(view):
        return None
    found = SavedView.objects.visible_to(user).filter(pk=int(view[1:])).first()
    if found is None:
        raise KeyError(view)
    return found


def name_of(view: str, user: User) -> str | Promise:
    """Return what a view is called; raises KeyError."""
    saved = saved_view(view, user)
    return saved.name if saved else VIEW_NAMES[view]


def _in_order(view: str, tickets: TicketQuerySet, after: str) -> TicketQuerySet:
    """Return the tickets after a cursor: the next deadline first where the view is about those, else newest first."""
    if view != "due":
        return _latest_first(tickets, after, "last_message_at")
    if after:
        moment, pk = read_cursor(after)
        tickets = tickets.filter(due_at__gte=moment).exclude(due_at=moment, pk__lte=pk)
    return tickets.order_by("due_at", "pk")


def _latest_first(tickets: TicketQuerySet, after: str, by: str) -> TicketQuerySet:
    if after:
        moment, pk = read_cursor(after)
        tickets = tickets.filter(**{f"{by}__lte": moment}).exclude(**{by: moment, "pk__gte": pk})
    return tickets.order_by(f"-{by}", "-pk")


def _cursor_after(view: str, row: TicketRow) -> str:
    return cursor_of(row.due.at if view == "due" and row.due else row.last_message_at, row.pk)


def counts_of(user: User, brand: Brand | None = None) -> dict[str, str]:
    """Return how many tickets of one brand, or of all, each counted view holds, as the rail shows it.

    The members of saved views are counted for all brands together: of one brand nothing is said of them.
    """
    rules = {view: tickets_in(view, user).filter(of_brand(brand)).order_by() for view in COUNTED}
    own = {view: shown_count(tickets[: COUNT_CAP + 1].count()) for view, tickets in rules.items()}
    if brand:
        return own | {view.key: "" for view in SavedView.objects.visible_to(user)}
    return own | {view: shown_count(number) for view, number in saved_counts(user).items()}


def shown_count(number: int) -> str:
    """Return a number of tickets as the rail shows it."""
    return f"{COUNT_CAP}+" if number > COUNT_CAP else str(number)
