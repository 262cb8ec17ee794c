"""Links between tickets, and follow-ups, for programs."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions import links as actions
from inbox.api.documents import LinkDocument, LinkList, TicketDocument
from inbox.api.door import body_of, encoded
from inbox.api.schema import documented
from inbox.api.shapes import LinkTo, NewLink, Nothing
from inbox.api.tickets import OneTicketDoor
from inbox.api.verbs import VerbDoor
from inbox.models import LinkKind
from inbox.queries.connectors import links_of


class LinksDoor(OneTicketDoor):
    """Lists and makes links."""

    scope = Scope.TICKETS_READ

    @documented("list_links", "List what a ticket is linked to, of channels open to the key.", answers=LinkList)
    def get(self, request: Request, number: int) -> HttpResponse:
        """Answer with the links."""
        ticket = self.ticket(number)
        return encoded(LinkList([LinkDocument.of(link, ticket) for link in links_of(self.key, ticket)]))


class LinkDoor(VerbDoor):
    """Links a ticket to another."""

    @documented(
        "link_ticket",
        "Say what a ticket is to another: related, a duplicate of it, caused by it, a follow-up of it.",
        takes=NewLink,
        answers=TicketDocument,
        refuses=(409,),
        example={"to": 41, "kind": "duplicate"},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Link it."""
        wanted = body_of(request, NewLink)
        actions.link_tickets(self.ticket(number), self.ticket(wanted.to), LinkKind(wanted.kind), by=self.key)
        return self.answer(number)


class UnlinkDoor(VerbDoor):
    """Takes a link away."""

    @documented(
        "unlink_ticket",
        "Take the link between two tickets away; where there is none, nothing happens.",
        takes=LinkTo,
        answers=TicketDocument,
        example={"to": 41},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Unlink it."""
        ticket, other = self.ticket(number), self.ticket(body_of(request, LinkTo).to)
        for link in links_of(self.key, ticket):
            if other.pk in (link.ticket_id, link.other_id):
                actions.unlink_tickets(link, by=self.key)
        return self.answer(number)


class FollowUpDoor(VerbDoor):
    """Opens a follow-up."""

    @documented(
        "open_follow_up",
        "Open a new ticket in the thread of one that is done, linked to it, and answer with that.",
        takes=Nothing,
        answers=TicketDocument,
        status=201,
        refuses=(409,),
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Open it."""
        body_of(request, Nothing)
        new = actions.open_follow_up(self.ticket(number), by=self.key)
        return encoded(TicketDocument.of(self.ticket(new.number)), 201)
