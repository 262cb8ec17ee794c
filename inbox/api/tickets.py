"""Tickets for programs: lists, conversations and replies."""

from collections.abc import Sequence

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from brandvoice.spans import Span
from inbox.actions.replies import NewReply, NothingToSay, ReplyStopped, TicketMovedOn, send_reply
from inbox.api.documents import (
    Conversation,
    DeliveryDocument,
    GuardFinding,
    MessageDocument,
    Queued,
    TicketDocument,
    TicketList,
)
from inbox.api.door import Door, body_of, encoded, query_of
from inbox.api.problems import Problem, not_found
from inbox.api.schema import documented
from inbox.api.sentences import Fault, invalid
from inbox.api.shapes import MessagesQuery, Reply, TicketsQuery
from inbox.models import Message, Ticket
from inbox.queries.connectors import (
    TicketFilter,
    messages_in,
    newest_message,
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


class RepliesDoor(OneTicketDoor):
    """Sends replies, by the same action and guard as the composer."""

    scope = Scope.TICKETS_WRITE

    @documented(
        "send_reply",
        "Reply to the customer. 409 says what was said since `seen`; 422 what the guard objects to.",
        takes=Reply,
        answers=Queued,
        status=201,
        refuses=(409,),
        example={"text": "We are sorry. A refund is on its way.", "seen": 42, "visibility": "direct"},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Queue the reply."""
        reply = body_of(request, Reply)
        ticket = self.ticket(number)
        try:
            message = send_reply(ticket, _new_reply(reply, ticket), by=self.key)
        except NothingToSay as error:
            raise invalid(Fault("text", "Must say something.")) from error
        except TicketMovedOn as error:
            raise _moved_on(messages_in(ticket, error.newer)) from error
        except ReplyStopped as error:
            raise _stopped(error) from error
        return encoded(Queued(message.pk, DeliveryDocument.of(message.delivery)), 201)


def _new_reply(reply: Reply, ticket: Ticket) -> NewReply:
    return NewReply(
        text=reply.text,
        visibility=reply.visibility or ticket.visibility,
        seen=reply.seen,
        purpose=reply.purpose or "",
        spans=tuple(Span(held.wording, held.start, held.end) for held in reply.spans),
        confirm_stale=reply.confirm_stale,
    )


def _moved_on(newer: Sequence[Message]) -> Problem:
    return Problem(
        409,
        "The conversation has moved on since `seen`. Look at what is new and send again.",
        kind="ticket-moved-on",
        newer=[MessageDocument.of(message) for message in newer],
    )


def _stopped(error: ReplyStopped) -> Problem:
    return Problem(
        422,
        "The guard does not let this text out.",
        kind="reply-stopped",
        outcome=error.verdict.outcome.value,
        findings=[GuardFinding.of(finding) for finding in error.verdict.findings],
    )
