"""An organization's own fields for programs: which there are, and what they hold."""

from typing import Literal

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.actions.custom_fields import BadFields, fill_customer_fields, fill_ticket_fields
from inbox.api.documents import TicketDocument
from inbox.api.door import Door, body_of, encoded
from inbox.api.problems import Problem
from inbox.api.schema import documented
from inbox.api.sentences import Fault, invalid
from inbox.api.shapes import NewFields
from inbox.api.verbs import VerbDoor
from inbox.queries.custom_fields import fields_for


class FieldDocument(msgspec.Struct, frozen=True):
    """A field of tickets or of customers; `choices` are all that it can hold where its kind is `choice` or `choices`.

    A ticket can't be resolved while one that is `required` is empty.
    """

    key: str
    name: str
    about: Literal["ticket", "customer"]
    kind: Literal["text", "number", "date", "choice", "choices", "yes_no"]
    choices: list[str]
    required: bool


class FieldList(msgspec.Struct, frozen=True):
    """All fields in use."""

    fields: list[FieldDocument]


class FieldsDoor(Door):
    """Lists the fields."""

    scope = Scope.TICKETS_READ

    @documented("list_fields", "List the organization's own fields of tickets and customers.", answers=FieldList)
    def get(self, request: Request) -> HttpResponse:
        """Answer with all of them."""
        rows = [
            FieldDocument(row.key, row.name, row.about, row.kind, row.choices, row.required)  # type: ignore[arg-type]
            for row in fields_for(self.key)
        ]
        return encoded(FieldList(rows))


class TicketFieldsDoor(VerbDoor):
    """Fills in a ticket's fields."""

    @documented(
        "fill_fields",
        "Fill in the organization's own fields of a ticket; those that are not named stay, null empties one.",
        takes=NewFields,
        answers=TicketDocument,
        example={"fields": {"booking": "NR-4711", "seats": 2}},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Fill them in."""
        ticket, new = self.ticket(number), body_of(request, NewFields)
        try:
            fill_ticket_fields(ticket, new.fields, by=self.key)
        except BadFields as refusal:
            raise _problem(refusal) from refusal
        return self.answer(number)


class CustomerFieldsDoor(VerbDoor):
    """Fills in the fields of a ticket's customer."""

    @documented(
        "fill_customer_fields",
        "Fill in the organization's own fields of a ticket's customer; those not named stay, null empties one.",
        takes=NewFields,
        answers=TicketDocument,
        example={"fields": {"tier": "Gold"}},
    )
    def post(self, request: Request, number: int) -> HttpResponse:
        """Fill them in."""
        ticket, new = self.ticket(number), body_of(request, NewFields)
        try:
            fill_customer_fields(ticket.contact, new.fields, by=self.key)
        except BadFields as refusal:
            raise _problem(refusal) from refusal
        return self.answer(number)


def _problem(refusal: BadFields) -> Problem:
    return invalid(*(Fault(f"fields.{key}", words) for key, words in refusal.faults.items()))
