"""Signed words for who has written unsigned ones."""

from brandvoice.guard import Alternative
from brandvoice.queries.suggest import suggest
from inbox.models import Ticket
from inbox.queries.voice import query_of, unanswered_texts


def signed_alternatives(ticket: Ticket, person_id: int | None) -> tuple[Alternative, ...]:
    """Return what this person may answer the customer, best first, for a ticket loaded with what its pages touch."""
    found = suggest(query_of(ticket, unanswered_texts(ticket.pk), person_id))
    return tuple(Alternative(item.wording_id, item.text) for item in found.items)
