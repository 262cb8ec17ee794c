"""What was said to and by a customer, and what was done, over all networks: newest first, one page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import Contact, CustomerNote, Direction, Event, Message, Ticket
from inbox.models.deliveries import YET_TO_GO
from inbox.models.tickets import TicketQuerySet
from inbox.queries.keyset import BadCursor
from inbox.queries.timeline import SHOWN, lines_of

PAGE = 40
# Longer texts are read in their conversation.
LONGEST = 600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = TypeVar("Row", bound=Model)
_Place = tuple[datetime, int, int]
# Where things of one moment stand: what was said above what was done.
_MESSAGE, _NOTE, _EVENT = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing of the timeline: something said (`direction`), a note about the customer, or something done."""

    at: datetime
    rank: int
    pk: int
    kind: str
    who: str
    text: str
    number: int | None = None
    network: str = ""
    network_name: str = ""

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Return where it stands among all."""
        return self.at, self.rank, self.pk


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline, and the cursor of what is older."""

    moments: tuple[Moment, ...]
    next: str


def timeline_of(contact: Contact, user: User, *, after: str = "") -> Timeline:
    """Return what happened in the tickets that this person may see; raises BadCursor for a foreign cursor."""
    place = _read(after) if after else None
    tickets = Ticket.objects.visible_to(user).filter(contact=contact)
    found = [*_messages(tickets, place), *_notes(contact, place), *_events(tickets, place)]
    found.sort(key=lambda moment: moment.place, reverse=True)
    page = found[:PAGE]
    following = _cursor(page[-1]) if len(found) > PAGE else ""
    return Timeline(tuple(_each_once(page)), following)


def _messages(tickets: TicketQuerySet, place: _Place | None) -> list[Moment]:
    # What waits nobody has said yet.
    said = Message.objects.filter(ticket__in=tickets).exclude(delivery__state__in=YET_TO_GO)
    messages = said.select_related("identity", "user", "ticket__channel")
    loaded = messages.defer("html", "ticket__channel__webhook_secret", "user__password")
    return [
        Moment(
            at=message.sent_at,
            rank=_MESSAGE,
            pk=message.pk,
            kind=message.direction,
            who=_author(message),
            text=_shortened(message.text),
            number=message.ticket.number,
            network=message.ticket.channel.network,
            network_name=str(message.ticket.channel.get_network_display()),
        )
        for message in _older(loaded, "sent_at", _MESSAGE, place)
    ]


def _notes(contact: Contact, place: _Place | None) -> list[Moment]:
    notes = CustomerNote.objects.filter(contact=contact).select_related("user").defer("user__password")
    return [
        Moment(note.created_at, _NOTE, note.pk, "about", note.user.name if note.user else "", note.text)
        for note in _older(notes, "created_at", _NOTE, place)
    ]


def _events(tickets: TicketQuerySet, place: _Place | None) -> list[Moment]:
    happened = Event.objects.filter(ticket__in=tickets, kind__in=SHOWN).select_related("actor", "ticket__channel")
    found = {
        event.pk: event
        for event in _older(
            happened.defer("ticket__channel__webhook_secret", "actor__password"), "created_at", _EVENT, place
        )
    }
    lines = [(line, found[line.pk].ticket) for line in lines_of(found.values())]
    return [
        Moment(
            at=line.created_at,
            rank=_EVENT,
            pk=line.pk,
            kind=line.kind,
            who="",
            text=line.text,
            number=ticket.number,
            network=ticket.channel.network,
            network_name=str(ticket.channel.get_network_display()),
        )
        for line, ticket in lines
        if ticket
    ]


def _older(rows: QuerySet[Row], moment: str, rank: int, place: _Place | None) -> QuerySet[Row]:
    """Return one more than a page of the rows that stand after this place."""
    if place:
        at, its_rank, pk = place
        same = Q(**{moment: at}) & (Q(pk__gte=pk) if rank == its_rank else Q() if rank > its_rank else Q(pk__lt=0))
        rows = rows.filter(**{f"{moment}__lte": at}).exclude(same)
    return rows.order_by(f"-{moment}", "-pk")[: PAGE + 1]


def _each_once(moments: Iterable[Moment]) -> Iterable[Moment]:
    """Yield each moment; what was said of the customer in several tickets at once stands there once, and in none."""
    told: set[tuple[datetime, str]] = set()
    for moment in moments:
        if not moment.kind.startswith("customer."):
            yield moment
        elif (moment.at, moment.text) not in told:
            told.add((moment.at, moment.text))
            yield replace(moment, number=None)


def _author(message: Message) -> str:
    if message.direction == Direction.INBOUND:
        return message.identity.shown_name if message.identity else _("Customer")
    return message.user.name if message.user else _("Sent through the API")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def _cursor(moment: Moment) -> str:
    return f"{(moment.at - _EPOCH) // timedelta(microseconds=1)}-{moment.rank}-{moment.pk}"


def _read(cursor: str) -> _Place:
    try:
        moment, rank, pk = (int(part) for part in cursor.split("-"))
        if not 0 <= pk < 2**63:
            raise BadCursor(cursor)
        return _EPOCH + timedelta(microseconds=moment), rank, pk
    except (ValueError, OverflowError) as error:
        raise BadCursor(cursor) from error
