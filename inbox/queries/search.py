"""Finds tickets by what was said in them, newest first: one row a ticket, with the words that were found.

Messages are read in the order of their ids. For words that are rare PostgreSQL asks the text index, for those in
every other message it walks through the newest; either way a page costs the same however much is stored. Tickets
that are called so, by their subject or the name of a file, come before those in which it was said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from inbox.models import Message, Ticket
from inbox.models.messages import MessageQuerySet
from inbox.queries.brands import narrowed_to, of_brand
from inbox.queries.keyset import BadCursor, cursor_of, read_cursor
from inbox.queries.lists import EVERYTHING, Page, with_brand
from inbox.queries.rows import TicketRow, rows_of
from inbox.queries.search_places import number_in, people_called, people_meant, query_of, subjects_and_files
from inbox.queries.search_tokens import Named
from inbox.queries.search_words import Asked, read_search

PAGE = 40
# Messages looked at in one go, and how often: several in a row may belong to one ticket.
AT_ONCE = 200
MOST_TIMES = 5
# What takes longer is asked for too broadly; nobody else waits for it.
MOST_MILLISECONDS = 3000
# Signs that no text holds, until the words around them are made safe.
_START, _STOP = "\x02", "\x03"
_HEADLINE = f"""
ts_headline('onevoice', left(text, 20000), %s::tsquery, 'StartSel={_START}, StopSel={_STOP}, ' ||
CASE WHEN length(text) > 120 THEN 'MaxFragments=1, MaxWords=16, MinWords=8, ShortWord=0' ELSE 'HighlightAll=true' END)
"""


def search_with_people(text: str, user: User) -> Page:
    """Return the first page of what was found, with the customers who are called so, or may have been meant."""
    page = search_shown(text, user)
    if page.problems or not page.query:
        return page
    typed = " ".join(text.replace("\0", "").split())
    words = read_search(text, Named(user.organization_id or 0)).words
    called = people_called(words, user) if words == typed else ()
    if called or page.rows:
        return replace(page, people=called)
    with transaction.atomic():
        return replace(page, people=people_meant(typed, user), meant=True)


def search_shown(text: str, user: User, *, after: str = "") -> Page:
    """Return a page of what was found in the brand to which the person's lists are narrowed, or in all."""
    return search(text, user, after=after, brand=narrowed_to(user))


def search(text: str, user: User, *, after: str = "", brand: Brand | None = None) -> Page:
    """Return a page of what was found, in one brand or in all; raises BadCursor for a foreign cursor."""
    asked = read_search(text, Named(user.organization_id or 0))
    if asked.is_empty or asked.problems:
        return Page((), "", EVERYTHING, query=text, problems=asked.problems)
    asked = replace(asked, tickets=(*asked.tickets, of_brand(brand))) if brand else asked
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {MOST_MILLISECONDS}")
            rows, following = _found(asked, user, after)
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return Page((), "", EVERYTHING, query=text, problems=(_("That takes too long. Add a word, or a day."),))
    return Page(tuple(rows), following, EVERYTHING, query=text, tokens=with_brand(text, brand))


def _found(asked: Asked, user: User, after: str) -> tuple[Sequence[TicketRow], str]:
    if number := number_in(asked.words):
        tickets = Ticket.objects.visible_to(user).filter(asked.last_said, *asked.conditions(user), number=number)
        return rows_of(tickets), ""
    words = query_of(asked.words) if asked.words else ""
    if asked.words and not words:
        return (), ""
    return _by_words(words, asked, user, after) if words else _by_tickets(asked, user, after)


def _by_tickets(asked: Asked, user: User, after: str) -> tuple[Sequence[TicketRow], str]:
    tickets = Ticket.objects.visible_to(user).filter(asked.last_said, *asked.conditions(user))
    if after:
        moment, pk = read_cursor(after)
        tickets = tickets.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)
    found = rows_of(tickets.latest_first()[: PAGE + 1])
    following = cursor_of(found[PAGE - 1].last_message_at, found[PAGE - 1].pk) if len(found) > PAGE else ""
    return found[:PAGE], following


def _by_words(words: str, asked: Asked, user: User, after: str) -> tuple[Sequence[TicketRow], str]:
    matching = _matching(words, asked, user)
    last = _read_number(after) if after else None
    newer = matching.filter(pk__gte=last) if last is not None else matching.none()
    # On the first page stand, before all others, the tickets that are called so; on no other page.
    named = subjects_and_files(words, asked, user)
    said: dict[int, int] = {}
    first = named if last is None else {}
    for _time in range(MOST_TIMES):
        part = matching.filter(pk__lt=last) if last is not None else matching
        chunk = list(part.order_by("-pk").values_list("pk", "ticket_id")[:AT_ONCE])
        # A ticket stands on the page of its newest words only.
        seen = set(newer.filter(ticket__in={ticket for _pk, ticket in chunk}).values_list("ticket_id", flat=True))
        for pk, ticket in chunk:
            if ticket not in said and ticket not in seen and ticket not in named:
                if len(said) == PAGE:
                    return _rows(said, words, first), str(last)
                said[ticket] = pk
            last = pk
        if len(chunk) < AT_ONCE:
            return _rows(said, words, first), ""
    return _rows(said, words, first), str(last)


def _matching(words: str, asked: Asked, user: User) -> MessageQuerySet:
    messages = Message.objects.filter(organization=user.organization_id)
    column = RawSQL('"inbox_message"."search"', [], SearchVectorField())
    found = messages.alias(search=column).filter(search=SearchQuery(words, config="onevoice", search_type="raw"))
    if asked.since:
        found = found.filter(sent_at__gte=asked.since)
    if asked.until:
        found = found.filter(sent_at__lt=asked.until)
    conditions = asked.conditions(user)
    if not conditions and user.may("ticket.view_all"):
        return found
    tickets = Ticket.objects.visible_to(user).filter(*conditions, pk=OuterRef("ticket_id"))
    return found.filter(Exists(tickets))


def _rows(said: Mapping[int, int], words: str, named: Mapping[int, SafeString]) -> list[TicketRow]:
    """Return the rows of tickets in this order, each with the words that were found in place of its first line."""
    excerpt = RawSQL(_HEADLINE, (words,))  # noqa: S611 - words are a parameter
    spoken = Message.objects.filter(pk__in=said.values()).values_list("ticket_id", excerpt)
    excerpts = dict(named) | {pk: _marked(text) for pk, text in spoken}
    rows = {row.pk: row for row in rows_of(Ticket.objects.filter(pk__in=excerpts))}
    return [replace(rows[pk], excerpt=excerpts[pk]) for pk in (*named, *said) if pk in rows]


def _marked(excerpt: str) -> SafeString:
    marked = escape(excerpt).replace(_START, "<mark>").replace(_STOP, "</mark>")
    return mark_safe(marked)  # noqa: S308 - escaped above


def _read_number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BadCursor(cursor)
    return int(cursor)
