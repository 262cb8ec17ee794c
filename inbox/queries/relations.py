"""How a ticket belongs to others: what was merged into it or split off it; only what the reader may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import Direction, LinkKind, Message, Regrouping, RegroupingKind, Ticket, TicketLink
from inbox.queries.rows import TicketRow, rows_of, with_row

# So many other tickets of the customer are offered.
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Relation:
    """One line above the conversation: how another ticket belongs to this one; `undo` is the address to end that."""

    kind: str
    words: str
    number: int
    name: str
    preview: str
    undo: str


@dataclass(frozen=True, slots=True)
class Relations:
    """What the lines above a conversation show."""

    number: int
    lines: tuple[Relation, ...]
    # Its conversation goes on elsewhere, in a ticket that the reader may see or not.
    is_merged: bool


def relations_of(ticket: Ticket, user: User) -> Relations:
    """Return how a ticket belongs to others that this person may see, in four queries whatever their number."""
    mine = Regrouping.objects.standing().filter(Q(source=ticket) | Q(target=ticket)).order_by("pk")
    regroupings = list(mine.values_list("pk", "kind", "source_id", "target_id"))
    rows = _rows({*(row[2] for row in regroupings), *(row[3] for row in regroupings)} - {ticket.pk}, user)
    lines = []
    for pk, kind, source, target in regroupings:
        row = rows.get(target if source == ticket.pk else source)
        if row:
            undo = reverse("inbox:undo_regrouping", args=[pk]) if user.may("ticket.regroup") else ""
            words = _words(kind, goes=source == ticket.pk)
            lines.append(Relation(kind, words, row.number, row.name, row.preview, undo))
    lines += _links(ticket, user)
    return Relations(ticket.number, tuple(lines), ticket.merged_into_id is not None)


def offered_for_merge(ticket: Ticket, user: User) -> list[TicketRow]:
    """Return the customer's other open tickets, newest message first."""
    others = Ticket.objects.visible_to(user).open().filter(contact=ticket.contact_id, merged_into=None)
    return rows_of(others.exclude(pk=ticket.pk).latest_first()[:MOST_OFFERED])


def offered_for_link(ticket: Ticket, user: User) -> list[TicketRow]:
    """Return the customer's other tickets that are not linked to this one, newest message first."""
    linked = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).values_list("ticket", "other")
    known = {pk for pair in linked for pk in pair} | {ticket.pk}
    others = Ticket.objects.visible_to(user).filter(contact=ticket.contact_id, is_spam=False)
    return rows_of(others.exclude(pk__in=known).latest_first()[:MOST_OFFERED])


def address_of(ticket: Ticket) -> Ticket:
    """Return the ticket to whose thread a reply goes: that of the customer's newest message, nearly always this one.

    With what its pages touch, and with the visibility of the message that is answered.
    """
    heard = Message.objects.filter(ticket=ticket.pk, direction=Direction.INBOUND).order_by("-sent_at", "-pk")
    newest = heard.values_list("home", "visibility").first()
    if newest is None or newest[0] in (None, ticket.pk):
        return ticket
    address = with_row(Ticket.objects.all()).select_related("brand").get(pk=newest[0])
    address.visibility = newest[1]
    return address


def _links(ticket: Ticket, user: User) -> Iterable[Relation]:
    links = list(TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).order_by("pk"))
    rows = _rows({pk for link in links for pk in (link.ticket_id, link.other_id)} - {ticket.pk}, user)
    for link in links:
        goes = link.ticket_id == ticket.pk
        row = rows.get(link.other_id if goes else link.ticket_id)
        if row:
            undo = reverse("inbox:unlink", args=[link.pk]) if user.may("ticket.change") else ""
            yield Relation("link", _link_words(link.kind, goes=goes), row.number, row.name, row.preview, undo)


def _link_words(kind: str, *, goes: bool) -> str:
    there = {
        LinkKind.DUPLICATE: _("Duplicated by"),
        LinkKind.CAUSED_BY: _("Cause of"),
        LinkKind.FOLLOW_UP: _("Followed up by"),
    }
    return str(LinkKind(kind).label) if goes else there.get(LinkKind(kind), str(LinkKind(kind).label))


def _rows(ids: Iterable[int], user: User) -> Mapping[int, TicketRow]:
    return {row.pk: row for row in rows_of(Ticket.objects.visible_to(user).filter(pk__in=ids))} if ids else {}


def _words(kind: str, *, goes: bool) -> str:
    if kind == RegroupingKind.MERGE:
        return _("Merged into") if goes else _("Merged with this")
    return _("Split off from this") if goes else _("Split off from")
