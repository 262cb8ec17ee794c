"""Keeping apart what nobody has to deal with, for programs: spam, and accounts that are blocked."""

from django.http import HttpResponse
from rest_framework.request import Request

from inbox.actions import spam as actions
from inbox.api.documents import TicketDocument
from inbox.api.door import body_of
from inbox.api.schema import documented
from inbox.api.shapes import NewBlock, Nothing
from inbox.api.verbs import VerbDoor


class SpamDoor(VerbDoor):
    """Marks a ticket as spam."""

    @documented(
        "mark_spam",
        "Mark a ticket as spam. It is resolved and kept apart; what comes in its thread later stays there, unheard.",
        takes=Nothing,
        answers=TicketDocument,
        refuses=(409,),
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Mark it."""
        body_of(request, Nothing)
        actions.mark_spam(self.ticket(number), by=self.key)
        return self.answer(number)


class NotSpamDoor(VerbDoor):
    """Brings a ticket back."""

    @documented(
        "unmark_spam",
        "Say that a ticket is not spam: it is again as it was before.",
        takes=Nothing,
        answers=TicketDocument,
        refuses=(409,),
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Unmark it."""
        body_of(request, Nothing)
        actions.unmark_spam(self.ticket(number), by=self.key)
        return self.answer(number)


class BlockDoor(VerbDoor):
    """Blocks the account of a ticket's customer."""

    @documented(
        "block_account",
        "Block the account of a ticket's customer until then, or for good: what it writes is stored and makes no work.",
        takes=NewBlock,
        answers=TicketDocument,
        refuses=(409,),
        example={"reason": "Advertises in every thread", "until": None},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Block it."""
        ticket, wanted = self.ticket(number), body_of(request, NewBlock)
        actions.block_account(ticket.identity, wanted.reason, until=wanted.until, by=self.key, ticket=ticket)
        return self.answer(number)


class UnblockDoor(VerbDoor):
    """Lifts a block."""

    @documented(
        "unblock_account",
        "Lift the block of the account of a ticket's customer.",
        takes=Nothing,
        answers=TicketDocument,
        refuses=(409,),
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Lift it."""
        body_of(request, Nothing)
        ticket = self.ticket(number)
        actions.lift_block(ticket.identity, by=self.key, ticket=ticket)
        return self.answer(number)
