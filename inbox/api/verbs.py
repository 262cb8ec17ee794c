"""What programs do to tickets, one address a verb; each is one action, and answers with the ticket as it then is."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models import User
from accounts.models.keys import Scope
from inbox.actions import tickets as actions
from inbox.api.documents import PRIORITIES, TicketDocument
from inbox.api.door import body_of, encoded
from inbox.api.schema import documented
from inbox.api.sentences import Fault, invalid
from inbox.api.shapes import NewAssignee, NewLabels, NewPriority, NewStatus, Nothing, Snooze
from inbox.api.tickets import OneTicketDoor
from inbox.models import NamedStatus, Status
from inbox.queries.connectors import colleague, named_status


class VerbDoor(OneTicketDoor):
    """A view that changes one ticket."""

    scope = Scope.TICKETS_WRITE

    def answer(self, number: int) -> HttpResponse:
        """Answer with the ticket, read afresh."""
        return encoded(TicketDocument.of(self.ticket(number)))


class ResolveDoor(VerbDoor):
    """Finishes a ticket."""

    @documented("resolve_ticket", "Finish a ticket.", takes=Nothing, answers=TicketDocument, refuses=(409,))
    def post(self, request: Request, number: int) -> HttpResponse:
        """Resolve it."""
        body_of(request, Nothing)
        actions.resolve_ticket(self.ticket(number), by=self.key)
        return self.answer(number)


class ReopenDoor(VerbDoor):
    """Opens a ticket again."""

    @documented(
        "reopen_ticket",
        "Open a ticket again that is resolved or snoozed.",
        takes=Nothing,
        answers=TicketDocument,
        refuses=(409,),
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Reopen it."""
        body_of(request, Nothing)
        actions.reopen_ticket(self.ticket(number), by=self.key)
        return self.answer(number)


class SnoozeDoor(VerbDoor):
    """Puts a ticket off."""

    @documented(
        "snooze_ticket",
        "Put a ticket off until then, or until the customer writes.",
        takes=Snooze,
        answers=TicketDocument,
        refuses=(409,),
        example={"until": "2030-01-01T08:00:00Z"},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Snooze it."""
        actions.snooze_ticket(self.ticket(number), body_of(request, Snooze).until, by=self.key)
        return self.answer(number)


class StatusDoor(VerbDoor):
    """Gives a ticket a status, also one that the organization has named."""

    @documented(
        "set_status",
        "Give a ticket a status: `open`, `waiting`, `resolved`, or one that the organization has named. One that waits "
        "comes back at `until`, or, without it, when the customer writes.",
        takes=NewStatus,
        answers=TicketDocument,
        refuses=(409,),
        example={"status": "waiting"},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Set it."""
        new = body_of(request, NewStatus)
        ticket, (to, named) = self.ticket(number), self.status(new.status)
        if new.until and to != Status.SNOOZED:
            raise invalid(Fault("until", "Only a ticket that waits comes back."))
        actions.set_status(ticket, to, named=named, until=new.until, by=self.key)
        return self.answer(number)

    def status(self, name: str) -> tuple[Status, NamedStatus | None]:
        """Return the category and the named status of this name; raises a 422 problem."""
        plain = {"open": Status.OPEN, "waiting": Status.SNOOZED, "resolved": Status.RESOLVED}
        if name in plain:
            return plain[name], None
        named = named_status(self.key, name)
        if named is None:
            raise invalid(Fault("status", "Must be open, waiting, resolved or a status of the organization."))
        return Status(named.category), named


class PriorityDoor(VerbDoor):
    """Says how soon somebody should look."""

    @documented("set_priority", "Say how soon somebody should look.", takes=NewPriority, answers=TicketDocument)
    def post(self, request: Request, number: int) -> HttpResponse:
        """Set it."""
        actions.set_priority(self.ticket(number), PRIORITIES[body_of(request, NewPriority).priority], by=self.key)
        return self.answer(number)


class LabelsDoor(VerbDoor):
    """Sorts a ticket."""

    @documented(
        "set_labels",
        "Put exactly these labels on a ticket; new words become labels.",
        takes=NewLabels,
        answers=TicketDocument,
        example={"labels": ["refund", "7:42"]},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Set them."""
        actions.set_labels(self.ticket(number), body_of(request, NewLabels).labels, by=self.key)
        return self.answer(number)


class AssignDoor(VerbDoor):
    """Gives a ticket to somebody."""

    @documented(
        "assign_ticket",
        "Give a ticket to a colleague who works in its team, or to nobody.",
        takes=NewAssignee,
        answers=TicketDocument,
        example={"assignee": "agnes@acme.example"},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Assign it."""
        wanted = body_of(request, NewAssignee).assignee
        actions.assign_ticket(self.ticket(number), self.colleague(wanted) if wanted else None, by=self.key)
        return self.answer(number)

    def colleague(self, email: str) -> User:
        """Return the person with this address; raises a 422 problem."""
        person = colleague(self.key, email)
        if person is None:
            raise invalid(Fault("assignee", "Must be the e-mail address of a colleague."))
        return person
