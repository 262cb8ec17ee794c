"""Incidents for programs: what is going on and what it asks of them; declared, and stood down."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models import ApiKey, Brand
from accounts.models.keys import Scope
from inbox.actions.incidents import NewIncident, declare_incident, stand_down
from inbox.api.door import Door, body_of, encoded, query_of
from inbox.api.post_documents import DeclaredIncident, IncidentDocument, IncidentList, IncidentsQuery
from inbox.api.problems import Problem, not_found
from inbox.api.schema import documented
from inbox.api.sentences import Fault, invalid
from inbox.api.shapes import Nothing
from inbox.models import Incident, IncidentLevel
from inbox.models.incidents import brands_of
from inbox.queries.connector_posts import incident_of, levels_of, page_of_incidents, signed_position_of


class IncidentsDoor(Door):
    """Lists incidents."""

    scope = Scope.INCIDENTS_READ

    @documented("list_incidents", "List incidents, the newest first.", query=IncidentsQuery, answers=IncidentList)
    def get(self, request: Request) -> HttpResponse:
        """Answer with a page of incidents."""
        query = query_of(request, IncidentsQuery)
        found, following = page_of_incidents(self.key, live=query.live, after=query.cursor, limit=query.limit)
        return encoded(IncidentList([IncidentDocument.of(incident) for incident in found], following))


class OneIncidentDoor(Door):
    """A view of one incident."""

    def found(self, pk: int) -> Incident:
        """Return the incident; raises a 404 problem."""
        incident = incident_of(self.key, pk)
        if incident is None:
            raise not_found()
        return incident


class IncidentDoor(OneIncidentDoor):
    """Shows one incident."""

    scope = Scope.INCIDENTS_READ

    @documented("read_incident", "Read an incident.", answers=IncidentDocument, refuses=(404,))
    def get(self, request: Request, incident_id: int) -> HttpResponse:
        """Answer with the incident."""
        return encoded(IncidentDocument.of(self.found(incident_id)))


class DeclareDoor(OneIncidentDoor):
    """Declares incidents."""

    scope = Scope.INCIDENTS_WRITE

    @documented(
        "declare_incident",
        "Declare an incident, in the program's name. What is on its way about it is held before this answers.",
        takes=DeclaredIncident,
        answers=IncidentDocument,
        status=201,
        refuses=(404,),
        example={"name": "Bridge closed", "level": "Serious", "phrases": ["bridge"], "brand": "Northline Rail"},
    )
    def post(self, request: Request) -> HttpResponse:
        """Declare it."""
        new = _wanted(self.key, body_of(request, DeclaredIncident))
        return encoded(IncidentDocument.of(self.found(declare_incident(new, by=self.key).pk)), 201)


class StandDownDoor(OneIncidentDoor):
    """Stands incidents down."""

    scope = Scope.INCIDENTS_WRITE

    @documented(
        "stand_down_incident",
        "Stand a live incident down. What it has held stays held, for its writers to look at.",
        takes=Nothing,
        answers=IncidentDocument,
        refuses=(404, 409),
    )
    def post(self, request: Request, incident_id: int) -> HttpResponse:
        """Stand it down."""
        body_of(request, Nothing)
        incident = self.found(incident_id)
        if incident.brand is None and not self.key.all_channels:
            raise Problem(403, f"It concerns every brand; this key speaks of {_list(brands_of(self.key))} only.")
        stand_down(incident, by=self.key)
        return encoded(IncidentDocument.of(self.found(incident_id)))


def _wanted(key: ApiKey, said: DeclaredIncident) -> NewIncident:
    """Return what is to be declared; raises a 422 problem that says what is allowed."""
    levels, brands = levels_of(key), list(brands_of(key).order_by("name", "pk"))
    level = next((one for one in levels if one.name == said.level), None)
    brand = next((one for one in brands if one.name == said.brand), None)
    holding = signed_position_of(key, said.holding) if said.holding else None
    named = NamedWords(" ".join(said.name.split()), _each_once(said.phrases), _each_once(said.topics))
    faults = list(_faults_in_words(said, named))
    if level is None:
        faults.append(Fault("level", f"Must be one of {_list(levels)}."))
    if brand is None and (said.brand is not None or not key.all_channels):
        all_of_them = ", or null for all" if key.all_channels else "; this key speaks of no other"
        faults.append(Fault("brand", f"Must be one of {_list(brands)}{all_of_them}."))
    if said.holding and holding is None:
        faults.append(Fault("holding", "Must be the id of a position with signed wording."))
    if level is None or faults:
        raise invalid(*faults)
    return NewIncident(
        **named._asdict(),
        level=level,
        brand=brand,
        briefing=said.briefing.strip(),
        holding=holding,
        drill=said.drill,
        client_uuid=said.client_uuid,
    )


class NamedWords(NamedTuple):
    """What an incident is called and what it is about, each word once and without spare spaces."""

    name: str
    phrases: list[str]
    topics: list[str]


def _faults_in_words(said: DeclaredIncident, named: NamedWords) -> Iterator[Fault]:
    if not named.name:
        yield Fault("name", "Must say what has happened.")
    if bool(named.phrases or named.topics) == said.everything:
        yield Fault("everything", "Must be true, or else `phrases` or `topics` must say what it is about; never both.")


def _each_once(words: Iterable[str]) -> list[str]:
    found = (" ".join(word.split()) for word in words)
    return list(dict.fromkeys(word for word in found if word))


def _list(named: Iterable[Brand | IncidentLevel]) -> str:
    return ", ".join(f"“{one.name}”" for one in named) or "none, as there is none"
