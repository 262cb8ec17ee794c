"""Declares incidents, has them read, gathers what falls under them, and stands them down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from brandvoice.models import Position
from inbox import events, outbox
from inbox.actions.actors import By, person, program, require
from inbox.actions.deadlines import count_again
from inbox.actions.delivery_steps import BESIDE, freezes_of, let_out, situation_of
from inbox.models import (
    Acknowledgement,
    Delivery,
    DeliveryState,
    Direction,
    Incident,
    IncidentLevel,
    IncidentState,
    IncidentTicket,
    Message,
    Spike,
    Status,
    Ticket,
)
from inbox.models.deliveries import MOVED_WITH
from inbox.queries.incidents import touches

# What was said before is looked through when an incident is declared: so far back, and so many messages.
LOOK_BACK = timedelta(days=2)
MOST_LOOKED_AT = 5000
# Queued replies are judged so many at a time.
AT_A_TIME = 200


class IncidentIsOver(Exception):
    """Somebody has stood it down, or it was never declared."""

    def __str__(self) -> str:
        return _("This incident is not live any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """What is declared: what has happened, how grave it is, what it is about, and what everybody has to know."""

    name: str
    level: IncidentLevel
    topics: Sequence[str] = ()
    phrases: Sequence[str] = ()
    brand: Brand | None = None
    briefing: str = ""
    holding: Position | None = None
    drill: bool = False
    # The spike that proposed it.
    spike: Spike | None = None
    # By which a program that asks twice declares once.
    client_uuid: UUID | None = None


@transaction.atomic(durable=True)
def declare_incident(new: NewIncident, *, by: By) -> Incident:
    """Declare an incident: what is on its way about it is held in this very transaction, and tickets are gathered.

    The same `client_uuid` again returns the first, and does nothing.
    """
    require(by, "incident.declare")
    if earlier := _declared_as(new):
        return earlier
    try:
        with transaction.atomic():
            incident = _store(new, by)
    except IntegrityError:
        # The same request came twice in one moment.
        if earlier := _declared_as(new):
            return earlier
        raise
    if new.spike:
        answered = Coalesce("answered_at", Value(incident.declared_at))
        Spike.objects.filter(pk=new.spike.pk).update(incident=incident, answered_at=answered)
    _record(incident, "incident.declared", by)
    _take_effect(incident)
    return incident


@transaction.atomic(durable=True)
def change_incident(incident: Incident, new: NewIncident, *, by: User) -> None:
    """Make a live incident what is said; a new briefing has to be read anew. Raises IncidentIsOver."""
    by.require("incident.declare")
    incident = _lock_live(incident)
    changed = incident.briefing != new.briefing
    policies = {incident.level.policy_id, new.level.policy_id}
    for name in ("name", "level", "brand", "briefing", "holding", "drill"):
        setattr(incident, name, getattr(new, name))
    incident.topics, incident.phrases = list(new.topics), list(new.phrases)
    incident.save()
    if changed:
        incident.acknowledgements.all().delete()
    if policies != {None}:
        count_again(incident.organization_id)
    _record(incident, "incident.changed", by)
    _take_effect(incident)


@transaction.atomic(durable=True)
def acknowledge_incident(incident: Incident, *, by: User) -> None:
    """Note that the person has read the briefing; raises IncidentIsOver."""
    incident = _lock_live(incident)
    place = {"organization_id": incident.organization_id, "at": timezone.now()}
    _read, made = Acknowledgement.objects.get_or_create(incident=incident, user=by, defaults=place)
    if made:
        _record(incident, "incident.acknowledged", by)


@transaction.atomic(durable=True)
def stand_down(incident: Incident, *, by: By) -> None:
    """End a live incident; what it has held stays held, for its writers to look at. Raises IncidentIsOver."""
    require(by, "incident.declare")
    incident = _lock_live(incident)
    incident.state, incident.ended_at = IncidentState.OVER, timezone.now()
    incident.ended_by, incident.ended_with = person(by), program(by)
    incident.save(update_fields=["state", "ended_by", "ended_with", "ended_at"])
    incident.gathered.filter(routed=False).update(routed=True)
    if incident.level.policy_id:
        count_again(incident.organization_id)
    _record(incident, "incident.ended", by)


def gather(messages: Iterable[Message], tickets: Mapping[int, Ticket]) -> int:
    """Put the tickets of new messages that fall under a live incident into it; part of an action. Return how many."""
    messages = list(messages)
    organizations = {message.organization_id for message in messages}
    live = list(Incident.objects.filter(organization__in=organizations).live())
    found = [
        (incident, tickets[message.ticket_id])
        for incident in live
        for message in messages
        if message.organization_id == incident.organization_id
        and touches(incident, tickets[message.ticket_id].brand_id, tickets[message.ticket_id].topic, message.text)
    ]
    if count := _put(found):
        outbox.nudge(outbox.ROUTE_GATHERED)
    return count


def _declared_as(new: NewIncident) -> Incident | None:
    """Return the incident that was declared under this name already."""
    mine = Incident.objects.filter(organization=new.level.organization_id, client_uuid=new.client_uuid)
    return mine.first() if new.client_uuid else None


def _store(new: NewIncident, by: By) -> Incident:
    names = ("name", "level", "brand", "briefing", "holding", "drill", "client_uuid")
    return Incident.objects.create(
        **{name: getattr(new, name) for name in names},
        organization_id=new.level.organization_id,
        topics=list(new.topics),
        phrases=list(new.phrases),
        declared_by=person(by),
        declared_with=program(by),
        declared_at=timezone.now(),
    )


def _take_effect(incident: Incident) -> None:
    """Gather what was said lately, then hold what is on its way and may not go out."""
    _put([(incident, ticket) for ticket in _said_lately(incident)])
    outbox.nudge(outbox.ROUTE_GATHERED)
    if incident.drill or not incident.level.stops:
        return
    queued = Delivery.objects.filter(organization=incident.organization_id, state=DeliveryState.QUEUED)
    locked = queued.select_for_update(no_key=True, of=("self",)).order_by("pk")
    deliveries = list(locked.select_related(*MOVED_WITH, "ticket__contact").prefetch_related(*BESIDE))
    situation = situation_of(deliveries)
    # Of those that it does not touch, the dispatcher thinks for itself.
    touched = [delivery for delivery in deliveries if freezes_of(delivery, situation)]
    for start in range(0, len(touched), AT_A_TIME):
        let_out(touched[start : start + AT_A_TIME])


def _said_lately(incident: Incident) -> list[Ticket]:
    """Return the unresolved tickets whose customers wrote about it lately."""
    open_ones = Ticket.objects.filter(organization=incident.organization_id).exclude(status=Status.RESOLVED)
    if incident.brand_id:
        open_ones = open_ones.filter(brand=incident.brand_id)
    recent = open_ones.filter(last_inbound_at__gte=timezone.now() - LOOK_BACK)
    about = Q()
    for topic in incident.topics:
        about |= Q(topic__iexact=topic)
    found = {t.pk: t for t in recent.filter(about)[:MOST_LOOKED_AT]} if about or not incident.phrases else {}
    if incident.phrases:
        found |= {message.ticket_id: message.ticket for message in _saying(incident, recent)}
    return list(found.values())


def _saying(incident: Incident, tickets: Iterable[Ticket]) -> list[Message]:
    said = Message.objects.filter(
        ticket__in=tickets, direction=Direction.INBOUND, sent_at__gte=timezone.now() - LOOK_BACK
    )
    newest = said.select_related("ticket").order_by("-pk")[:MOST_LOOKED_AT]
    return [one for one in newest if touches(incident, one.ticket.brand_id, one.ticket.topic, one.text)]


def _put(found: Sequence[tuple[Incident, Ticket]]) -> int:
    """Put tickets into incidents, each once, and note it in their stories."""
    pairs = {(incident.pk, ticket.pk): (incident, ticket) for incident, ticket in found}
    there = IncidentTicket.objects.filter(
        incident__in={pk for pk, _ticket in pairs}, ticket__in={pk for _incident, pk in pairs}
    )
    for known in there.values_list("incident", "ticket") if pairs else ():
        pairs.pop(known, None)
    if not pairs:
        return 0
    now = timezone.now()
    IncidentTicket.objects.bulk_create(
        [
            IncidentTicket(organization_id=ticket.organization_id, incident=incident, ticket=ticket, at=now)
            for incident, ticket in pairs.values()
        ],
        ignore_conflicts=True,
    )
    events.record_many([_gathered(incident, ticket) for incident, ticket in pairs.values()])
    return len(pairs)


def _gathered(incident: Incident, ticket: Ticket) -> events.NewEvent:
    return events.about(ticket, "incident.gathered", {"incident": incident.pk, "name": incident.name})


def _lock_live(incident: Incident) -> Incident:
    locked = Incident.objects.select_for_update(no_key=True, of=("self",)).filter(pk=incident.pk)
    found = locked.filter(state=IncidentState.LIVE).select_related("level").first()
    if found is None:
        raise IncidentIsOver
    return found


def _record(incident: Incident, kind: str, by: By) -> None:
    facts: events.Facts = {"incident": incident.pk, "name": incident.name, "level": incident.level.name}
    events.record_about_organization(incident.organization_id, kind, by=by, facts={**facts, "drill": incident.drill})
