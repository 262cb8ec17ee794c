"""Tickets for programs: lists, conversations and replies."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.api.documents import Conversation, MessageDocument, Queued, TicketDocument, TicketList
from inbox.api.door import Door, encoded, json_answer, query_of, submission_of
from inbox.api.problems import Problem, not_found
from inbox.api.replies import answer_group
from inbox.api.schema import IDEMPOTENCY_KEY, documented
from inbox.api.shapes import MessagesQuery, Reply, TicketsQuery
from inbox.models import Ticket
from inbox.queries.connectors import (
    TicketFilter,
    newest_message,
    open_channels,
    page_of_messages,
    page_of_tickets,
    ticket_of,
)


class TicketsDoor(Door):
    """Lists tickets."""

    scope = Scope.TICKETS_READ

    @documented("list_tickets", "List tickets, newest message first.", query=TicketsQuery, answers=TicketList)
    def get(self, request: Request) -> HttpResponse:
        """Answer with a page of tickets."""
        query = query_of(request, TicketsQuery)
        wanted = TicketFilter(query.status or "", query.assignee, query.channel, query.updated_since)
        tickets, following = page_of_tickets(self.key, wanted, after=query.cursor, limit=query.limit)
        return encoded(TicketList([TicketDocument.of(ticket) for ticket in tickets], following))


class OneTicketDoor(Door):
    """A view of one ticket."""

    def ticket(self, number: int) -> Ticket:
        """Return the ticket with this number; raises a 404 problem."""
        ticket = ticket_of(self.key, number)
        if ticket is None:
            raise not_found()
        return ticket


class TicketDoor(OneTicketDoor):
    """Shows one ticket and what was said in it."""

    scope = Scope.TICKETS_READ

    @documented(
        "read_ticket", "Read a ticket and what was said, oldest first.", query=MessagesQuery, answers=Conversation
    )
    def get(self, request: Request, number: int) -> HttpResponse:
        """Answer with the ticket and a page of its messages."""
        query = query_of(request, MessagesQuery)
        ticket = self.ticket(number)
        # Read before the messages: whatever comes in between is not counted as seen.
        seen = newest_message(ticket)
        messages, following = page_of_messages(ticket, after=query.cursor, limit=query.limit)
        documents = [MessageDocument.of(message) for message in messages]
        return encoded(Conversation(TicketDocument.of(ticket), seen, documents, following))


class RepliesDoor(Door):
    """Sends replies, by the same action and guard as the composer. `fast_replies` answers the same under ASGI."""

    scope = Scope.TICKETS_WRITE

    def count(self) -> None:
        """Leave counting to `answer_group`, which counts a group of requests at a time."""

    @documented(
        "send_reply",
        "Reply to the customer. 409 says what was said since `seen`; 422 what the guard objects to. With an "
        "`Idempotency-Key`, the same again is answered as the first time, and sent once.",
        takes=Reply,
        answers=Queued,
        status=201,
        refuses=(409,),
        headers=(IDEMPOTENCY_KEY,),
        example={"text": "We are sorry. A refund is on its way.", "seen": 42, "visibility": "direct"},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Queue the reply."""
        outcome = answer_group(self.key, open_channels(self.key), [(number, submission_of(request))])[0]
        if isinstance(outcome, Problem):
            raise outcome
        return json_answer(outcome, 201)
