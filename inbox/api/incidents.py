"""Incidents for programs that publish or answer by themselves: what is going on, and what it asks of them."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.api.door import Door, encoded, query_of
from inbox.api.post_documents import IncidentDocument, IncidentList, IncidentsQuery
from inbox.api.problems import not_found
from inbox.api.schema import documented
from inbox.queries.connector_posts import incident_of, page_of_incidents


class IncidentsDoor(Door):
    """Lists incidents."""

    scope = Scope.INCIDENTS_READ

    @documented("list_incidents", "List incidents, the newest first.", query=IncidentsQuery, answers=IncidentList)
    def get(self, request: Request) -> HttpResponse:
        """Answer with a page of incidents."""
        query = query_of(request, IncidentsQuery)
        found, following = page_of_incidents(self.key, live=query.live, after=query.cursor, limit=query.limit)
        return encoded(IncidentList([IncidentDocument.of(incident) for incident in found], following))


class IncidentDoor(Door):
    """Shows one incident."""

    scope = Scope.INCIDENTS_READ

    @documented("read_incident", "Read an incident.", answers=IncidentDocument, refuses=(404,))
    def get(self, request: Request, incident_id: int) -> HttpResponse:
        """Answer with the incident."""
        incident = incident_of(self.key, incident_id)
        if incident is None:
            raise not_found()
        return encoded(IncidentDocument.of(incident))
