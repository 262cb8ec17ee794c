"""How an incident goes: its figures, who said what from which signed version, and the report that is left of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _

from accounts.models import User
from inbox.models import (
    Acknowledgement,
    ApprovalState,
    DeliveryState,
    Direction,
    Event,
    Incident,
    Message,
    Sentiment,
    Ticket,
)
from inbox.models.deliveries import THERE, YET_TO_GO
from inbox.models.tickets import TicketQuerySet
from inbox.queries.reply_changes import changed_of, load_changes

PAGE = 50
# A report holds so many replies and so many tickets, the newest: on paper a thousand rows take ten seconds to set.
MOST_IN_FILE, MOST_ON_PAPER = 5000, 200


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said in an incident's tickets since it was declared."""

    number: int
    customer: str
    who: str
    text: str
    at: datetime
    state: str
    # Whose words it rests on: the version's number and question.
    signed: tuple[str, ...]
    # Who let it out, where somebody had to.
    approved_by: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How an incident goes, in tickets and messages that the reader may see."""

    tickets: int
    messages: int
    negative: int
    reach: int
    sent: int
    held: int
    waiting: int


def figures_of(incident: Incident, user: User) -> Figures:
    """Count what the incident has gathered and what was said in it since it was declared."""
    tickets = gathered_of(incident, user)
    since = Q(sent_at__gte=incident.declared_at)
    inbound = since & Q(direction=Direction.INBOUND)
    counts = (
        Message.objects.without_surveys()
        .filter(ticket__in=tickets)
        .aggregate(
            messages=Count("pk", filter=inbound),
            negative=Count("pk", filter=inbound & Q(sentiment=Sentiment.NEGATIVE)),
            sent=Count("pk", filter=since & Q(delivery__state__in=THERE)),
            held=Count("pk", filter=Q(delivery__state__in=(DeliveryState.HELD, DeliveryState.HELD_BACK))),
            waiting=Count("pk", filter=Q(delivery__state=DeliveryState.WAITING)),
        )
    )
    reach = tickets.aggregate(reach=Sum("identity__followers"))["reach"] or 0
    return Figures(tickets=tickets.count(), reach=reach, **counts)


def gathered_of(incident: Incident, user: User) -> TicketQuerySet:
    """Return the tickets that an incident has gathered and this person may see."""
    return Ticket.objects.visible_to(user).filter(incidents__incident=incident)


def said_in(incident: Incident, user: User, *, most: int = PAGE) -> list[Said]:
    """Return who said what in it, newest first, with the signed versions that it rests on, and what is held."""
    unsent = Q(delivery__state__in=(DeliveryState.HELD, *YET_TO_GO))
    ours = Message.objects.answers().filter(ticket__in=gathered_of(incident, user))
    newest = (
        ours.filter(unsent | Q(created_at__gte=incident.declared_at))
        .select_related("ticket__identity", "user", "delivery", "approval__settled_by")
        .prefetch_related("spans__version__position")
    )
    found = list(newest.order_by("-pk")[:most])
    load_changes(found)
    return [_said(message) for message in found]


def _said(message: Message) -> Said:
    resting = {span.version.position.question: span.version.number for span in message.spans.all()}
    delivery, approval = getattr(message, "delivery", None), getattr(message, "approval", None)
    approver = approval.settled_by if approval and approval.state == ApprovalState.APPROVED else None
    return Said(
        number=message.ticket.number,
        customer=message.ticket.identity.shown_name,
        who=_writers(message),
        text=message.text,
        at=message.created_at,
        state=str(delivery.get_state_display()) if delivery else "",
        signed=tuple(f"{question} ({number})" for question, number in resting.items()),
        approved_by=approver.name if approver else "",
    )


def _writers(message: Message) -> str:
    """Return whose words they are: "Agnes", or "Agnes, changed by Lena"."""
    who = message.user.name if message.user else ""
    changed = changed_of(message)
    return _("%(who)s, changed by %(others)s") % {"who": who or "–", "others": changed.by} if changed else who


def readers_of(incident: Incident) -> list[Acknowledgement]:
    """Return who has read the briefing, the first one first."""
    return list(incident.acknowledgements.select_related("user").order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour of an incident brought, in tickets that the reader may see."""

    at: datetime
    messages: int
    negative: int
    sent: int


def hours_of(incident: Incident, user: User) -> list[Hour]:
    """Return the hours since it was declared in which anything was said, the first one first."""
    until = Q(sent_at__lte=incident.ended_at) if incident.ended_at else Q()
    since = Q(until, sent_at__gte=incident.declared_at)
    said = Message.objects.without_surveys().filter(since, ticket__in=gathered_of(incident, user))
    inbound = Q(direction=Direction.INBOUND)
    counted = (
        said.annotate(hour=TruncHour("sent_at"))
        .values("hour")
        .annotate(
            messages=Count("pk", filter=inbound),
            negative=Count("pk", filter=inbound & Q(sentiment=Sentiment.NEGATIVE)),
            sent=Count("pk", filter=Q(delivery__state__in=THERE)),
        )
    )
    return [Hour(row["hour"], row["messages"], row["negative"], row["sent"]) for row in counted.order_by("hour")]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an incident's story: a deed, a ticket that was gathered, or a reply."""

    at: datetime
    what: str
    who: str = ""
    number: int | None = None
    customer: str = ""
    text: str = ""
    signed: tuple[str, ...] = ()
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is left of an incident, as far as its reader may see tickets."""

    incident: Incident
    figures: Figures
    hours: list[Hour]
    story: list[Entry]


def report_of(incident: Incident, user: User, *, most: int = MOST_IN_FILE) -> Report:
    """Return the report, its story in order of time, in a number of queries that does not grow with it.

    It holds the newest deeds, tickets and replies, so many of each at `most`.
    """
    told = [*_deeds(incident, most), *_gathered(incident, user, most), *_replies(incident, user, most)]
    story = sorted(told, key=lambda one: one.at)
    return Report(incident, figures_of(incident, user), hours_of(incident, user), story)


_DEEDS = ("incident.declared", "incident.changed", "incident.acknowledged", "incident.ended")


def _deeds(incident: Incident, most: int) -> Iterator[Entry]:
    words = dict(zip(_DEEDS, (_("Declared"), _("Changed"), _("Briefing read"), _("Stood down")), strict=True))
    place = {"organization": incident.organization_id, "ticket": None, "kind__in": _DEEDS}
    found = Event.objects.filter(**place, facts__incident=incident.pk).select_related("actor", "key").order_by("-pk")
    for event in found[:most]:
        level = "" if event.kind == "incident.acknowledged" else str(event.facts.get("level", ""))
        by = event.actor or event.key
        yield Entry(event.created_at, words[event.kind], by.name if by else "", text=level)


def _gathered(incident: Incident, user: User, most: int) -> Iterator[Entry]:
    first = Message.objects.filter(ticket=OuterRef("ticket"), direction=Direction.INBOUND).order_by("sent_at", "pk")
    rows = incident.gathered.filter(ticket__in=Ticket.objects.visible_to(user)).select_related("ticket__identity")
    for row in rows.annotate(said=Subquery(first.values("text")[:1])).order_by("-pk")[:most]:
        ticket = row.ticket
        yield Entry(row.at, _("Gathered"), "", ticket.number, ticket.identity.shown_name, row.said or "")


def _replies(incident: Incident, user: User, most: int) -> Iterator[Entry]:
    for one in said_in(incident, user, most=most):
        what = _("Reply: %(state)s") % {"state": one.state}
        yield Entry(one.at, what, one.who, one.number, one.customer, one.text, one.signed, one.approved_by)
