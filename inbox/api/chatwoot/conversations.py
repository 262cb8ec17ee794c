"""The addresses below /api/v1/accounts/<id>/conversations: opening, looking, resolving."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions import tickets as moves
from inbox.actions.contacts import open_ticket
from inbox.api.chatwoot.doors import AccountDoor, sent
from inbox.api.chatwoot.reading import NewConversation, NewStatus, sent_as
from inbox.api.door import encoded
from inbox.api.problems import not_found
from inbox.api.sentences import Fault, invalid
from inbox.models import Status, Ticket
from inbox.queries import chatwoot as showing
from inbox.queries.connectors import ticket_of


class InConversation(AccountDoor):
    """A view of a conversation, or of something in it."""

    scope = Scope.TICKETS_READ

    def ticket(self, number: int) -> Ticket:
        """Return the ticket with this number; raises a 404 problem."""
        ticket = ticket_of(self.key, number)
        if ticket is None:
            raise not_found()
        return ticket


class ConversationDoor(InConversation):
    """Shows one conversation."""

    def get(self, request: Request, account_id: int, number: int) -> HttpResponse:
        """Answer with it."""
        return encoded(showing.conversation(self.ticket(number)))


class ConversationsDoor(InConversation):
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


class StatusDoor(InConversation):
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


class LastSeenDoor(InConversation):
    """Hears that the customer has read the conversation, which we don't keep."""

    http_method_names = ["post"]

    def post(self, request: Request, identifier: str, source_id: str, number: int) -> HttpResponse:
        """Answer for a conversation of that customer in that inbox; raises a 404 problem."""
        ticket = self.ticket(number)
        if (str(ticket.channel_id), ticket.identity.external_id) != (identifier, source_id):
            raise not_found()
        return encoded({})
