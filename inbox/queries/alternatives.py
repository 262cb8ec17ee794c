"""Signed words for who has written unsigned ones."""

from dataclasses import replace

from brandvoice.guard import Alternative
from brandvoice.queries.suggest import suggest
from inbox.models import Ticket
from inbox.queries.voice import query_of, unanswered_texts


def signed_alternatives(ticket: Ticket, person_id: int | None, purpose: str = "") -> tuple[Alternative, ...]:
    """Return what this person may answer the customer, best first, for a ticket loaded with what its pages touch.

    `purpose` is the key of what the message is for; what serves other purposes is left out.
    """
    found = suggest(replace(query_of(ticket, unanswered_texts(ticket.pk), person_id), purpose=purpose))
    return tuple(Alternative(item.wording_id, item.text) for item in found.items if not item.aside)
