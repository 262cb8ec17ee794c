"""Turns rows into the HTML that every page of a team gets alike: no viewer, no token, no request."""

from collections.abc import Iterable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from brandvoice.queries.successors import Overtaken
from inbox.models import Event, Ticket
from inbox.queries.rows import TicketRow, rows_of
from inbox.queries.threads import ThreadItem, load_head, load_messages, thread_of
from inbox.queries.timeline import lines_of

# Rendered rows that a process keeps, about 2 kB each.
MOST_KEPT = 5_000


def row_html(ticket_id: int) -> SafeString:
    """Return a ticket's row of the list."""
    (row,) = rows_of(Ticket.objects.filter(pk=ticket_id))
    return html_of(row)


def html_of(row: TicketRow) -> SafeString:
    """Return a row as the list shows it; the same row is rendered once in each language, for everybody."""
    return _kept_html(row, get_language())


@lru_cache(MOST_KEPT)
def _kept_html(row: TicketRow, language: str) -> SafeString:
    return render_to_string("inbox/_ticket_row.html", {"row": row})


def head_html(ticket_id: int) -> str:
    """Return what stands above a ticket's conversation."""
    return render_to_string("inbox/_ticket_head.html", {"ticket": load_head(ticket_id)})


def items_html(event_id: int) -> str:
    """Return what an event changed in the thread: its message, its line, the echo that is gone, or nothing."""
    event = Event.objects.select_related("actor").get(pk=event_id)
    lines = "".join(_item_html(line) for line in lines_of([event]))
    if "replaced" in event.facts:
        lines += format_html('<template data-gone="message-{}"></template>', event.facts["replaced"])
    return messages_html([event.message_id]) + lines if event.message_id else lines


def messages_html(ids: list[int]) -> str:
    """Return these messages as the thread shows them."""
    return "".join(_item_html(message) for message in load_messages(ids))


def thread_html(ticket_id: int) -> str:
    """Return the whole thread with its head, for a page that has missed something."""
    return head_html(ticket_id) + "".join(_item_html(item) for item in thread_of(ticket_id))


def overtaken_html(found: Iterable[Overtaken]) -> str:
    """Return a banner for each of the words that may no longer be used."""
    return render_to_string("inbox/_overtaken.html", {"overtaken": found})


def _item_html(item: ThreadItem) -> str:
    if item.is_event:
        return render_to_string("inbox/_event_line.html", {"event": item})
    return render_to_string("inbox/_message.html", {"message": item})
