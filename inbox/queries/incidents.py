"""Which incidents are live, what they touch, and what they ask of a text that is about to go out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from brandvoice.guard import Alternative, Freeze, Stance
from brandvoice.guard.sieve import Sieve
from brandvoice.languages import FALLBACK
from brandvoice.models import Wording
from brandvoice.queries.wordings import usable_wordings
from brandvoice.terms import compile_term
from inbox.models import (
    Acknowledgement,
    Incident,
    IncidentTicket,
    Ticket,
)

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a text would go, as far as incidents are concerned; `person` writes it, or a program.

    After a merge the ticket in which the conversation is read and that of its thread differ: both count.
    """

    organization_id: int
    brand_id: int
    tickets: frozenset[int]
    topics: frozenset[str]
    network: str
    language: str
    text: str
    person: int | None
    # A planned post: some levels hold all of them, whatever they are about.
    planned: bool = False

    @classmethod
    def at(cls, thread: Ticket, read_in: Ticket, network: str, text: str, person: int | None) -> "Spot":
        """Return the place of a text that goes out on this network, in the thread of one ticket and read in another."""
        return cls(
            organization_id=thread.organization_id,
            brand_id=thread.brand_id,
            tickets=frozenset({thread.pk, read_in.pk}),
            topics=frozenset({thread.topic, read_in.topic}),
            network=network,
            language=thread.language,
            text=text,
            person=person,
        )


class Situation:
    """The live incidents of some organizations, with what they have gathered of some tickets and who has read them."""

    def __init__(
        self,
        live: Sequence[Incident] = (),
        gathered: Collection[tuple[int, int]] = (),
        read: Collection[tuple[int, int]] = (),
        holding: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.live = live
        self._gathered, self._read = frozenset(gathered), frozenset(read)
        self._holding: dict[int, set[int]] = {}
        for position, wording in holding:
            self._holding.setdefault(position, set()).add(wording)

    @classmethod
    def load(cls, organizations: Collection[int], tickets: Collection[int]) -> "Situation":
        """Read it: one indexed query where nothing is live, four where something is."""
        live = list(Incident.objects.filter(organization__in=organizations).live().select_related("level"))
        if not live:
            return cls()
        going_on = [incident.pk for incident in live]
        gathered = IncidentTicket.objects.filter(ticket__in=tickets, incident__in=going_on)
        read = Acknowledgement.objects.filter(incident__in=going_on)
        said = {incident.holding_id for incident in live if incident.holding_id}
        holding = Wording.objects.filter(version__position__in=said)
        return cls(
            live,
            set(gathered.values_list("incident", "ticket")),
            set(read.values_list("incident", "user")),
            holding.values_list("version__position", "pk"),
        )

    def touching(self, spot: Spot) -> list[Incident]:
        """Return the incidents that have something to do with this text or its ticket."""
        mine = [incident for incident in self.live if incident.organization_id == spot.organization_id]
        return [
            incident
            for incident in mine
            if self._has_gathered(incident, spot) or _touches(incident, spot) or _holds(incident, spot)
        ]

    def _has_gathered(self, incident: Incident, spot: Spot) -> bool:
        return any((incident.pk, ticket) in self._gathered for ticket in spot.tickets)

    def freezes(self, spot: Spot) -> tuple[Freeze, ...]:
        """Return what the guard has to know of the incidents that touch this text."""
        return tuple(self._freeze(incident, spot) for incident in self.touching(spot))

    def _freeze(self, incident: Incident, spot: Spot) -> Freeze:
        has_read = spot.person is None or (incident.pk, spot.person) in self._read
        return Freeze(
            incident.pk,
            incident.name,
            Stance.FROZEN if _holds(incident, spot) else Stance(incident.level.replies),
            unread=incident.level.acknowledge and not has_read,
            drill=incident.drill,
            holding=frozenset(self._holding.get(incident.holding_id or 0, ())),
            offer=lambda: holding_words(incident, spot),
        )


def freezes_on(thread: Ticket, read_in: Ticket, text: str, person: int | None) -> tuple[Freeze, ...]:
    """Return what the guard has to know of the incidents that touch a text in this conversation."""
    situation = Situation.load([thread.organization_id], [thread.pk, read_in.pk])
    return situation.freezes(Spot.at(thread, read_in, thread.channel.network, text, person))


def _touches(incident: Incident, spot: Spot) -> bool:
    return any(touches(incident, spot.brand_id, topic, spot.text) for topic in spot.topics)


def _holds(incident: Incident, spot: Spot) -> bool:
    """Return whether the incident holds this planned post, whatever it is about."""
    return spot.planned and incident.level.hold_posts and incident.brand_id in (None, spot.brand_id)


def touches(incident: Incident, brand_id: int, topic: str, text: str) -> bool:
    """Return whether something said about this topic, in these words, falls under the incident."""
    if incident.brand_id not in (None, brand_id):
        return False
    if not incident.topics and not incident.phrases:
        return True
    if topic and topic.casefold() in {one.casefold() for one in incident.topics}:
        return True
    return bool(incident.phrases) and says(tuple(incident.phrases), text)


def says(phrases: tuple[str, ...], text: str) -> bool:
    """Return whether one of these words or phrases stands in the text, in any case and regular inflection."""
    return next(iter(_sieve(phrases).find(text)), None) is not None


@lru_cache(256)
def _sieve(phrases: tuple[str, ...]) -> Sieve:
    return Sieve([compile_term(phrase, FALLBACK) for phrase in phrases])


def holding_words(incident: Incident, spot: Spot) -> Alternative | None:
    """Return the wording of the holding statement that may be said here; the customer's language before another."""
    if incident.holding_id is None:
        return None
    usable = usable_wordings(
        spot.organization_id, spot.brand_id, spot.network, "", timezone.now(), person_id=spot.person
    ).filter(version__position=incident.holding_id)
    words = sorted(usable, key=lambda wording: wording.language != spot.language)
    return Alternative(words[0].pk, words[0].text) if words else None


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands across the top of every page while something is going on: the gravest, and how many more."""

    incident: Incident
    others: int
    # Whether the reader has to say that they have read the briefing, before they answer about it.
    unread: bool


def bar_of(user: User) -> Bar | None:
    """Return the bar of this person's pages; None where nothing is going on."""
    if user.organization_id is None:
        return None
    live = list(Incident.objects.visible_to(user).live().select_related("level", "brand", "holding"))
    if not live:
        return None
    read = set(Acknowledgement.objects.filter(incident__in=live, user=user).values_list("incident", flat=True))
    unread = [incident for incident in live if incident.level.acknowledge and incident.pk not in read]
    # One that is still to be read goes before a graver one that is not.
    return Bar((unread or live)[0], len(live) - 1, bool(unread))


def incidents_of(user: User, *, before: int | None = None) -> list[Incident]:
    """Return what is going on and what has been, newest first; those older than `before` where it is given."""
    found = Incident.objects.visible_to(user).select_related("level", "brand", "declared_by", "declared_with")
    older = found.filter(pk__lt=before) if before else found
    seen = Ticket.objects.visible_to(user).filter(incidents__incident=OuterRef("pk")).order_by()
    counted = seen.values("organization").annotate(count=Count("pk")).values("count")
    return list(older.annotate(tickets=Coalesce(Subquery(counted), 0)).order_by("-pk")[:PAGE])
