"""Customers who may be the same person as another: a hint for people, who alone decide."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import Channel, Contact, ContactMerge, Identity
from inbox.models.contacts import NAMES
from inbox.queries.customer_lists import Account, accounts_of

MOST_FOUND = 3
# Accounts of a customer by which others are looked for, and accounts looked at for each.
MOST_ACCOUNTS, MOST_LOOKED_AT = 20, 50
# Shorter handles are many people's.
SHORTEST = 4
_PHONE = re.compile(r"\+?\d{7,15}")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A customer who may be the same person, and why."""

    pk: int
    name: str
    accounts: Sequence[Account]
    why: str


def likely_duplicates(contact: Contact, user: User) -> Sequence[Duplicate]:
    """Return customers with the same address, number or handle whom this person may see; five queries at most."""
    known = [key for key in map(_key, Identity.objects.filter(contact=contact)[:MOST_ACCOUNTS]) if key]
    others = _others(contact, known)
    if not others:
        return ()
    refused = ContactMerge.objects.filter(Q(kept=contact) | Q(gone=contact)).values_list("kept_id", "gone_id")
    apart = {pk for pair in refused for pk in pair}
    found = Contact.objects.visible_to(user).filter(pk__in=set(others) - apart).order_by("pk")[:MOST_FOUND]
    accounts = accounts_of([one.pk for one in found])
    return [Duplicate(one.pk, one.name, accounts[one.pk], others[one.pk]) for one in found]


def _others(contact: Contact, known: Sequence[str]) -> dict[int, str]:
    """Return the ids of other customers who have an account of one of these keys, and the words for why."""
    wanted = [key for key in dict.fromkeys(known) if len(key) >= SHORTEST]
    if not wanted:
        return {}
    accounts = Identity.objects.filter(organization=contact.organization_id).exclude(contact=contact)
    named = Q()
    for key in wanted:
        named |= Q(names__contains=key)
    channels = Channel.objects.filter(organization=contact.organization_id).values_list("pk", flat=True)
    same_id = Q(channel__in=list(channels), external_id__in=wanted)
    found: Iterable[Identity] = [
        *accounts.annotate(names=NAMES).filter(named)[:MOST_LOOKED_AT],
        *accounts.filter(same_id)[:MOST_LOOKED_AT],
    ]
    return {one.contact_id: _why(key) for one in found if (key := _key(one)) in wanted}


def _key(identity: Identity) -> str:
    """Return what would be the same on another network: an e-mail address, a number, or the handle's own part."""
    told = identity.username or identity.external_id
    text = told.strip().lower().removeprefix("@")
    if _PHONE.fullmatch(text.replace(" ", "")):
        return text.replace(" ", "").removeprefix("+")
    if "@" in text and "." in text.rpartition("@")[2] and identity.external_id.lower() == text:
        return text
    return re.split(r"@|:|\.bsky\.social$", text)[0]


def _why(key: str) -> str:
    if "@" in key:
        return _("Same e-mail address")
    return _("Same number") if key.isdigit() else _("Same handle")
