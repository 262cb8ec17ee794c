"""Tells the demo who one of its customers is: a VIP on three networks, of whom colleagues wrote things down."""

from datetime import timedelta

from django.utils import timezone

from inbox.actions.contacts import add_identity
from inbox.actions.customer_records import mark_vip, record_consent, write_customer_note
from inbox.actions.merges import merge_customers
from inbox.connectors.base import Author
from inbox.management.demo.people import Company
from inbox.models import Identity

# The account that she writes from, and by channel her others, with how colleagues knew.
_PRIYA = ("northline", "rail-bluesky", "priya.example")
_OTHERS = (
    ("rail-email", "priya.raman@mail.example", "The booking in her mail is the one she named on Bluesky"),
    ("rail-mastodon", "priya@social.example", "Her profile there links to her Bluesky account"),
)


def tell_of_customers(company: Company) -> None:
    """Merge one customer's accounts, mark her as a VIP, and write down a note and a consent."""
    organization, channel, account = _PRIYA
    if company.organization.slug != organization:
        return
    known = Identity.objects.select_related("contact").get(channel=company.channels[channel], external_id=account)
    priya = known.contact
    for place, name, reason in _OTHERS:
        other = add_identity(company.channels[place], Author(external_id=name, username=name, name="Priya Raman"))
        merge_customers(priya, other.contact, reason, by=company.lead)
    mark_vip(priya, True, by=company.lead)
    write_customer_note(priya, "Speaks for the commuters of the 7:42. Answer her before noon.", by=company.lead)
    given = timezone.now() - timedelta(days=40)
    record_consent(priya, "Calls about her claims", "Asked on the phone", given, by=company.lead)
