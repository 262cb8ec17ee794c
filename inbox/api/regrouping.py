"""Putting tickets together, for programs: merging one into another, and taking that back."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from inbox.actions import regrouping as actions
from inbox.actions.regrouping_steps import RegroupingNotAllowed
from inbox.api.documents import TicketDocument
from inbox.api.door import body_of
from inbox.api.schema import documented
from inbox.api.shapes import Merge, Nothing
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
