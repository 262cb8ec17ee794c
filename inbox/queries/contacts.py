"""Reads the customers that a connector's key may see, and their conversations."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import ApiKey
from inbox.models import Channel, Contact, Identity, Ticket

MOST_CONTACTS = 15
MOST_TICKETS = 50


def contact_of(key: ApiKey, pk: int) -> Contact | None:
    """Return a customer who has an account in one of the key's channels, with those accounts."""
    return _contacts(key, Q()).filter(pk=pk).first()


def find_contacts(key: ApiKey, part: str) -> list[Contact]:
    """Return customers whose name or account holds this, newest first."""
    held = Q(name__icontains=part) | Q(username__icontains=part) | Q(external_id__icontains=part)
    return list(_contacts(key, held).order_by("-pk")[:MOST_CONTACTS]) if part else []


def contacts_called(key: ApiKey, names: Collection[str]) -> list[Contact]:
    """Return customers with an account of exactly one of these names or ids, newest first."""
    named = Q(username__in=names) | Q(external_id__in=names)
    return list(_contacts(key, named).order_by("-pk")[:MOST_CONTACTS]) if names else []


def conversations_of(key: ApiKey, contact: Contact) -> list[Ticket]:
    """Return the customer's tickets in the key's channels, newest first."""
    tickets = Ticket.objects.open_to(key).filter(contact=contact)
    return list(tickets.select_related("contact", "identity").order_by("-pk")[:MOST_TICKETS])


def _contacts(key: ApiKey, which: Q) -> QuerySet[Contact]:
    accounts = Identity.objects.filter(channel__in=Channel.objects.open_to(key))
    shown = Prefetch("identities", accounts.select_related("channel").order_by("pk"), to_attr="shown")
    mine = Contact.objects.filter(organization=key.organization_id)
    return mine.filter(Exists(accounts.filter(which, contact=OuterRef("pk")))).prefetch_related(shown)
