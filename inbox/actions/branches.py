"""Makes a ticket that goes on beside another: a part of it that was split off, or what follows once it is done."""

from accounts.models import ApiKey, User
from inbox.actions.contacts import next_number
from inbox.models import Ticket


def branch_of(ticket: Ticket, *, thread: Ticket, by: User | ApiKey) -> Ticket:
    """Return a ticket, not stored yet, about what `ticket` is about, in the thread and of the customer of `thread`."""
    return Ticket(
        organization_id=ticket.organization_id,
        brand_id=thread.brand_id,
        channel_id=thread.channel_id,
        team_id=ticket.team_id,
        number=next_number(ticket.organization_id),
        contact_id=thread.contact_id,
        identity_id=thread.identity_id,
        thread_key=thread.thread_key,
        subject=thread.subject,
        language=thread.language,
        product=ticket.product,
        fields=ticket.fields,
        visibility=thread.visibility,
        assignee=by if isinstance(by, User) and by.may("ticket.change") else None,
    )
