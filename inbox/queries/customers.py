"""Who is asking: the customer's accounts and their earlier tickets."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from brandvoice.queries.scopes import ScopesInUse, scopes_in_use
from inbox.models import Identity, Survey, Ticket
from inbox.queries.search_places import token

EARLIER = 5


@dataclass(frozen=True, slots=True)
class KnownAs:
    """One of the customer's accounts."""

    network: str
    network_name: str
    name: str
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class EarlierTicket:
    """Another conversation with the same customer."""

    number: int
    preview: str
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """What stands about the customer beside the conversation."""

    pk: int
    is_vip: bool
    identities: tuple[KnownAs, ...]
    followers: int
    since: datetime
    language: str
    earlier: tuple[EarlierTicket, ...]
    # What to search for to see all of their tickets, which may be many.
    search: str
    region: str
    audience: str
    product: str
    # What the customer answered about this ticket last.
    verdict: Survey | None
    # What signed words ask for.
    known: ScopesInUse


def customer_of(ticket: Ticket, user: User) -> Customer:
    """Return the customer of a ticket whose contact is loaded; earlier tickets are those the user may see."""
    found = Identity.objects.filter(contact=ticket.contact_id).select_related("channel").order_by("pk")[:10]
    identities = list(found.defer("channel__webhook_secret"))
    others = Ticket.objects.visible_to(user).filter(contact=ticket.contact_id).exclude(pk=ticket.pk)
    return Customer(
        pk=ticket.contact_id,
        is_vip=ticket.contact.is_vip,
        identities=tuple(
            KnownAs(
                one.channel.network,
                one.channel.get_network_display(),
                one.username or one.shown_name,
                one.is_blocked,
            )
            for one in identities
        ),
        followers=max((one.followers or 0 for one in identities), default=0),
        since=ticket.contact.created_at,
        language=ticket.contact.language or ticket.language,
        earlier=tuple(
            EarlierTicket(other.number, other.subject or other.preview, other.last_message_at)
            for other in others.latest_first()[:EARLIER]
        ),
        search=token("from", ticket.identity.username or ticket.identity.shown_name),
        **ticket.scope,
        verdict=Survey.objects.answered().filter(ticket=ticket.pk).order_by("-answered_at", "-pk").first(),
        known=scopes_in_use(ticket.organization_id),
    )
