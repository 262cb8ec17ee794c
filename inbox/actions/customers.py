"""Says what is known of a customer, which decides what signed words are for them."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from brandvoice.models.versions import CustomerScope
from inbox import events
from inbox.models import Contact, PrivacyJob, Status, Ticket
from inbox.models.contacts import plain_fact

# A customer with more unresolved tickets than these is no customer.
MOST_TICKETS = 50


@transaction.atomic(durable=True)
def describe_customer(ticket: Ticket, facts: CustomerScope, *, by: User) -> Ticket:
    """Note region and audience of the ticket's customer, and the product that it is about.

    The customer's other unresolved tickets are told, too: other words may be used in them now.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    ticket.contact = Contact.objects.select_for_update(no_key=True).get(pk=ticket.contact_id)
    was = ticket.scope
    contact = ticket.contact
    contact.region, contact.audience = plain_fact(facts["region"]), plain_fact(facts["audience"])
    ticket.product = plain_fact(facts["product"])
    if ticket.scope == was:
        return ticket
    contact.save(update_fields=["region", "audience"])
    ticket.save(update_fields=["product"])
    moved = (contact.region, contact.audience) != (was["region"], was["audience"])
    events.record_many([_described(one) for one in (ticket, *(_others(ticket) if moved else ()))], by=by)
    return ticket


def any_erased(contacts: Collection[Contact]) -> bool:
    """Return whether one of these customers was erased, or will be; who asks for that holds the customer as well."""
    asked = PrivacyJob.objects.erasing([contact.pk for contact in contacts])
    return any(contact.erased_at for contact in contacts) or asked.exists()


def told_everywhere(contact: Contact, kind: str, facts: events.Facts) -> list[events.NewEvent]:
    """Return an event about a customer for the log, and one for each of their unresolved tickets, whose pages hear."""
    tickets = Ticket.objects.filter(contact=contact).exclude(status=Status.RESOLVED).order_by("-pk")[:MOST_TICKETS]
    about = [
        events.NewEvent(
            kind,
            ticket.organization_id,
            ticket.team_id,
            ticket.pk,
            facts=facts,
            people=(ticket.assignee_id,) if ticket.assignee_id else (),
        )
        for ticket in tickets
    ]
    return [events.NewEvent(kind, contact.organization_id, facts={"contact": contact.pk, **facts}), *about]


def _others(ticket: Ticket) -> list[Ticket]:
    others = Ticket.objects.filter(contact=ticket.contact_id).exclude(pk=ticket.pk).exclude(status=Status.RESOLVED)
    return list(others.select_related("contact").order_by("-pk")[:MOST_TICKETS])


def _described(ticket: Ticket) -> events.NewEvent:
    return events.NewEvent(
        "customer.described",
        ticket.organization_id,
        ticket.team_id,
        ticket.pk,
        facts={"region": ticket.contact.region, "audience": ticket.contact.audience, "product": ticket.product},
        people=(ticket.assignee_id,) if ticket.assignee_id else (),
    )
