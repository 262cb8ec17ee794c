"""Turns rows into the HTML that every page of a team gets alike: no viewer, no token, no request."""

from django.template.loader import render_to_string

from inbox.models import Event, Ticket
from inbox.queries.rows import row_of, with_row
from inbox.queries.threads import ThreadItem, load_head, load_messages, thread_of
from inbox.queries.timeline import lines_of


def row_html(ticket_id: int) -> str:
    """Return a ticket's row of the list."""
    row = row_of(with_row(Ticket.objects.filter(pk=ticket_id)).get())
    return render_to_string("inbox/_ticket_row.html", {"row": row})


def head_html(ticket_id: int) -> str:
    """Return what stands above a ticket's conversation."""
    return render_to_string("inbox/_ticket_head.html", {"ticket": load_head(ticket_id)})


def items_html(event_id: int) -> str:
    """Return what an event changed in the thread: its message, its line, or nothing."""
    event = Event.objects.select_related("actor").get(pk=event_id)
    lines = "".join(_item_html(line) for line in lines_of([event]))
    return messages_html([event.message_id]) + lines if event.message_id else lines


def messages_html(ids: list[int]) -> str:
    """Return these messages as the thread shows them."""
    return "".join(_item_html(message) for message in load_messages(ids))


def thread_html(ticket_id: int) -> str:
    """Return the whole thread with its head, for a page that has missed something."""
    return head_html(ticket_id) + "".join(_item_html(item) for item in thread_of(ticket_id))


def _item_html(item: ThreadItem) -> str:
    if item.is_event:
        return render_to_string("inbox/_event_line.html", {"event": item})
    return render_to_string("inbox/_message.html", {"message": item})
