"""The customers that somebody may see, by name: a page of them, with their accounts and what was heard of them last."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Max, Q

from accounts.models import User
from inbox.models import Contact, Identity, Ticket
from inbox.models.contacts import ContactQuerySet

PAGE = 50
# Accounts that stand in a row of the list.
MOST_ACCOUNTS = 4
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account on a network."""

    pk: int
    network: str
    network_name: str
    channel: str
    name: str
    handle: str
    followers: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as the list shows them; tickets that the person may not see are not counted."""

    pk: int
    name: str
    is_vip: bool
    accounts: tuple[Account, ...]
    tickets: int
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerList:
    """A page of customers, and the customer after whom the next one begins."""

    rows: tuple[CustomerRow, ...]
    next: int | None
    query: str
    only_vips: bool

    @property
    def address(self) -> str:
        """Return what the list is narrowed to, as the end of an address."""
        return urlencode({"q": self.query} | ({"vip": "yes"} if self.only_vips else {}))


def customers_of(user: User, text: str, *, only_vips: bool, after: int | None) -> CustomerList:
    """Return a page of the customers whom this person may see, in the order of their names; four queries at most."""
    text = " ".join(text[:LONGEST].replace("\0", "").split())
    contacts = Contact.objects.visible_to(user)
    if text:
        contacts = contacts.called(text, user.organization_id)
    if only_vips:
        contacts = contacts.filter(is_vip=True)
    found = list(_after(contacts, after).order_by("name", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    return CustomerList(_rows(shown, user), shown[-1].pk if len(found) > PAGE else None, text, only_vips)


def accounts_of(contact_ids: list[int]) -> dict[int, list[Account]]:
    """Return the accounts of each of these customers, oldest first."""
    found: dict[int, list[Account]] = {pk: [] for pk in contact_ids}
    loaded = Identity.objects.filter(contact__in=contact_ids).select_related("channel").order_by("pk")
    for one in loaded.defer("channel__webhook_secret"):
        found[one.contact_id].append(
            Account(
                pk=one.pk,
                network=one.channel.network,
                network_name=str(one.channel.get_network_display()),
                channel=one.channel.handle or one.channel.name,
                name=one.shown_name,
                handle=one.username,
                followers=one.followers,
                since=one.created_at,
            )
        )
    return found


def _after(contacts: ContactQuerySet, after: int | None) -> ContactQuerySet:
    last = Contact.objects.filter(pk=after).values_list("name", flat=True).first() if after else None
    if last is None:
        return contacts
    return contacts.filter(name__gte=last).exclude(Q(name=last) & Q(pk__lte=after))


def _rows(contacts: list[Contact], user: User) -> tuple[CustomerRow, ...]:
    ids = [contact.pk for contact in contacts]
    accounts = accounts_of(ids)
    heard = Ticket.objects.visible_to(user).filter(contact__in=ids).order_by().values("contact")
    seen = {row["contact"]: row for row in heard.annotate(count=Count("pk"), last=Max("last_message_at"))}
    return tuple(
        CustomerRow(
            pk=contact.pk,
            name=contact.name,
            is_vip=contact.is_vip,
            accounts=tuple(accounts[contact.pk][:MOST_ACCOUNTS]),
            tickets=seen[contact.pk]["count"] if contact.pk in seen else 0,
            heard_at=seen[contact.pk]["last"] if contact.pk in seen else None,
        )
        for contact in contacts
    )
