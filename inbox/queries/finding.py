"""What the palette finds for a few letters: tickets, customers, positions, colleagues; a handful of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice.models import Position
from inbox.models import Contact, Identity, Ticket
from inbox.queries.rows import TicketRow, rows_of
from inbox.queries.search import search
from inbox.queries.search_places import token

EACH = 5
LONGEST = 100
_NUMBER = re.compile(r"#?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Named:
    """A colleague, and the search that lists their tickets."""

    name: str
    more: str
    search: str


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer by one of their accounts."""

    pk: int
    name: str
    more: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, best first."""

    words: str
    tickets: Sequence[TicketRow]
    customers: Sequence[FoundCustomer]
    positions: Sequence[Position]
    colleagues: Sequence[Named]


def find_anything(text: str, user: User) -> Finding:
    """Return what these letters may mean to this person, of that which they may see."""
    words = " ".join(text[:LONGEST].replace("\0", "").split())
    if not words:
        return Finding("", (), (), (), ())
    return Finding(
        words=words,
        tickets=_tickets(words, user),
        customers=_customers(words, user) if len(words) > 2 else (),
        positions=_positions(words, user),
        colleagues=_colleagues(words, user),
    )


def _tickets(words: str, user: User) -> Sequence[TicketRow]:
    number = _NUMBER.fullmatch(words)
    numbered = rows_of(Ticket.objects.visible_to(user).filter(number=number[1])) if number else []
    return [*numbered, *search(words, user).rows[: EACH - len(numbered)]]


def _customers(words: str, user: User) -> Sequence[FoundCustomer]:
    """Return customers of whom this person may see a ticket, each by the newest account that is called so."""
    found = Identity.objects.filter(organization=user.organization_id).named(words).select_related("channel")
    mine = found.filter(Exists(Contact.objects.visible_to(user).filter(pk=OuterRef("contact"))))
    shown = mine.only("username", "name", "external_id", "contact", "channel__network").order_by("-pk")[: 4 * EACH]
    each = {one.contact_id: one for one in reversed(list(shown))}
    newest = sorted(each.values(), key=lambda one: -one.pk)[:EACH]
    return [
        FoundCustomer(one.contact_id, one.shown_name, f"{one.username} · {one.channel.get_network_display()}")
        for one in newest
    ]


def _positions(words: str, user: User) -> Sequence[Position]:
    found = Position.objects.visible_to(user).filter(question__unaccent__icontains=words)
    return list(found.order_by("question")[:EACH])


def _colleagues(words: str, user: User) -> Sequence[Named]:
    people = User.objects.filter(organization=user.organization_id, is_active=True, name__unaccent__icontains=words)
    return [Named(one.name, _("their tickets"), token("assignee", one.name)) for one in people.order_by("name")[:EACH]]
