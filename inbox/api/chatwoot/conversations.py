"""The addresses below /api/v1/accounts/<id>/conversations: opening, speaking, resolving."""

from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions import tickets as moves
from inbox.actions.contacts import open_ticket
from inbox.actions.messages import receive_messages
from inbox.actions.replies import NewReply, ReplyStopped, TicketMovedOn, send_reply
from inbox.api.authentication import require_scope
from inbox.api.chatwoot import showing
from inbox.api.chatwoot.doors import AccountDoor, sent
from inbox.api.chatwoot.reading import NewConversation, NewMessage, NewStatus, sent_as
from inbox.api.door import encoded
from inbox.api.problems import Problem, not_found
from inbox.api.sentences import Fault, invalid
from inbox.connectors.base import Author, IncomingMessage
from inbox.models import Status, Ticket
from inbox.queries.connectors import messages_among, newest_message, page_of_messages, ticket_of

PAGE = 20


class ConversationDoor(AccountDoor):
    """A view of one conversation."""

    scope = Scope.TICKETS_READ

    def ticket(self, number: int) -> Ticket:
        """Return the ticket with this number; raises a 404 problem."""
        ticket = ticket_of(self.key, number)
        if ticket is None:
            raise not_found()
        return ticket

    def get(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Answer with it."""
        return encoded(showing.conversation(self.ticket(number)))


class ConversationsDoor(ConversationDoor):
    """Opens conversations."""

    scope = Scope.MESSAGES_WRITE
    http_method_names = ["post"]

    def post(self, request: Request, account_id: int) -> HttpResponse:
        """Answer with the customer's open conversation in that inbox, opened where there is none."""
        new = sent_as(sent(request), NewConversation)
        channel, contact = self.channel(new.inbox_id), self.contact(new.contact_id)
        identity = contact.identities.filter(channel=channel).order_by("pk").first()
        if identity is None:
            raise invalid(Fault("contact_id", "Must be a customer of this inbox."))
        return encoded(showing.conversation(self.ticket(open_ticket(channel, identity, by=self.key).number)))


class MessagesDoor(ConversationDoor):
    """Reads and takes what is said."""

    def get(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Answer with the first messages of the conversation, oldest first."""
        ticket = self.ticket(number)
        messages, _next = page_of_messages(ticket, after="", limit=PAGE)
        return encoded({"meta": {}, "payload": [showing.message(each, ticket) for each in messages]})

    def post(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Store the customer's message or what was typed on the network, or send a reply; answer with it."""
        ticket, new = self.ticket(number), sent_as(sent(request), NewMessage)
        if new.private:
            raise invalid(Fault("private", "Must be false: only people write notes."))
        echo = new.message_type == "incoming" or new.source_id
        pk = self.receive(ticket, new) if echo else self.reply(ticket, new)
        said = messages_among(self.key, [pk])[pk]
        return encoded(showing.message(said, said.ticket))

    def receive(self, ticket: Ticket, new: NewMessage) -> int:
        """Store what was said on the network, once by its `source_id`; return the message's id."""
        require_scope(self.key, Scope.MESSAGES_WRITE)
        incoming = IncomingMessage(
            external_id=new.source_id or f"chatwoot:{uuid4()}",
            thread_key=ticket.thread_key,
            author=Author(external_id=ticket.identity.external_id),
            sent_at=timezone.now(),
            text=new.content,
            direction="inbound" if new.message_type == "incoming" else "outbound",
            visibility="direct",
            in_reply_to=new.source_reply_id or "",
        )
        return receive_messages(self.channel(ticket.channel_id), [incoming], by=self.key)[0].message_id

    def reply(self, ticket: Ticket, new: NewMessage) -> int:
        """Send a reply by the guard; raises a 409 or a 422 problem."""
        require_scope(self.key, Scope.TICKETS_WRITE)
        try:
            return send_reply(ticket, NewReply(new.content, "", seen=newest_message(ticket)), by=self.key).pk
        except TicketMovedOn as refusal:
            raise Problem(409, str(refusal), kind="ticket-moved-on") from refusal
        except ReplyStopped as refusal:
            raise Problem(422, f"The guard does not let this text out: {refusal}", kind="reply-stopped") from refusal


class StatusDoor(ConversationDoor):
    """Resolves conversations and opens them again."""

    scope = Scope.TICKETS_WRITE
    http_method_names = ["post"]

    def post(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Move it; one that stands there already is left alone."""
        ticket, wanted = self.ticket(number), sent_as(sent(request), NewStatus).status
        resolves = wanted == "resolved" if wanted else ticket.status != Status.RESOLVED
        if resolves and ticket.status != Status.RESOLVED:
            moves.resolve_ticket(ticket, by=self.key)
        elif not resolves and ticket.status != Status.OPEN:
            moves.reopen_ticket(ticket, by=self.key)
        status = "resolved" if resolves else "open"
        payload = {"success": True, "current_status": status, "conversation_id": number}
        return encoded({"meta": {}, "payload": payload})


class LastSeenDoor(ConversationDoor):
    """Hears that the customer has read the conversation, which we don't keep."""

    http_method_names = ["post"]

    def post(self, request: Request, identifier: str, source_id: str, number: int) -> HttpResponse:
        """Answer for a conversation of that customer in that inbox; raises a 404 problem."""
        ticket = self.ticket(number)
        if (str(ticket.channel_id), ticket.identity.external_id) != (identifier, source_id):
            raise not_found()
        return encoded({})
