"""Putting tickets together and apart, for programs: merging one into another, taking that back, splitting."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from inbox.actions import regrouping as actions
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.actions.splits import split_ticket
from inbox.api.documents import TicketDocument
from inbox.api.door import body_of, encoded
from inbox.api.schema import documented
from inbox.api.shapes import Merge, Nothing, Split
from inbox.api.verbs import VerbDoor
from inbox.queries.connectors import standing_merge


class MergeDoor(VerbDoor):
    """Merges a ticket into another."""

    @documented(
        "merge_ticket",
        "Merge a ticket into another, open one, and answer with that. Its messages are read there, each is answered "
        "in its own thread, and what comes next in the thread goes there. 409 `customers-differ` asks for `confirm`.",
        takes=Merge,
        answers=TicketDocument,
        refuses=(409,),
        example={"into": 41},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Merge it."""
        body = body_of(request, Merge)
        ticket, target = self.ticket(number), self.ticket(body.into)
        actions.merge_tickets(ticket, target, by=self.key, confirmed=body.confirm)
        return self.answer(target.number)


class SplitDoor(VerbDoor):
    """Splits messages off a ticket."""

    @documented(
        "split_ticket",
        "Put messages of a ticket into a new one of the same customer, and answer with that. What the customer writes "
        "next in the thread goes to where their newest message is. Merging the new one into the first takes it back.",
        takes=Split,
        answers=TicketDocument,
        status=201,
        refuses=(409,),
        example={"messages": [1201, 1203]},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Split it."""
        wanted = body_of(request, Split)
        new = split_ticket(self.ticket(number), wanted.messages, by=self.key)
        return encoded(TicketDocument.of(self.ticket(new.number)), 201)


class UnmergeDoor(VerbDoor):
    """Takes a merge back."""

    @documented(
        "unmerge_ticket",
        "Take the merge of a ticket back: its messages return, with what came in its threads since.",
        takes=Nothing,
        answers=TicketDocument,
        refuses=(409,),
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Undo it."""
        body_of(request, Nothing)
        regrouping = standing_merge(self.key, self.ticket(number))
        if regrouping is None:
            raise RegroupingNotAllowed(_("This ticket is not merged into another."))
        actions.undo_merge(regrouping, by=self.key)
        return self.answer(number)
